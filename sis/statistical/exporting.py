"""Books as files: CSV (the first sheet), Excel (all of them) and JSON (all of them)."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from sis.statistical.sheets import Book, Cell, Sheet

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def export(book: Book, form: str) -> bytes:
    """The book as csv, xlsx or json."""
    if form == "xlsx":
        from sis.statistical.workbook import as_xlsx  # loads xlsxwriter: only when asked

        return as_xlsx(book)
    return as_csv(book) if form == "csv" else as_json(book)


def as_csv(book: Book) -> bytes:
    """The first sheet in UTF-8 with a byte order mark, by which Excel knows it.

    Words that a spreadsheet would run as a formula are made harmless with an apostrophe.
    """
    page = io.StringIO(newline="")
    writer = csv.writer(page)
    sheet = book.sheets[0]
    writer.writerow([column.name for column in sheet.columns])
    for row in all_rows(sheet):
        writer.writerow([_harmless(value) for value in row])
    return page.getvalue().encode("utf-8-sig")


def _harmless(value: Cell) -> object:
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return "" if value is None else value


def all_rows(sheet: Sheet) -> Iterator[tuple[Cell, ...]]:
    """The rows, and the total below them if there is one."""
    yield from sheet.rows
    if sheet.total is not None:
        yield sheet.total


def as_json(book: Book) -> bytes:
    """Every sheet as a list of objects by column; numbers are numbers, dates are ISO 8601."""
    plain = {
        "title": book.title,
        "about": dict(book.about),
        "sheets": {sheet.name: _plain(sheet) for sheet in book.sheets},
    }
    return json.dumps(plain, indent=1, ensure_ascii=False).encode()


def _plain(sheet: Sheet) -> dict[str, object]:
    names = [column.name for column in sheet.columns]
    rows = [dict(zip(names, map(_json, row), strict=True)) for row in sheet.rows]
    total = sheet.total and dict(zip(names, map(_json, sheet.total), strict=True))
    return {"rows": rows, "total": total}


def _json(value: Cell) -> object:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value.isoformat() if isinstance(value, date) else value
