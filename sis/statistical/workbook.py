"""Books as Excel workbooks."""

import io
from datetime import date, datetime, time
from decimal import Decimal

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from sis.statistical.exporting import all_rows
from sis.statistical.sheets import Book, Cell, Kind, Sheet

_NUMBERS = {Kind.WHOLE: "#,##0", Kind.DAYS: "#,##0.##", Kind.AVERAGE: "#,##0.00"}
_WIDEST = 40


def as_xlsx(book: Book) -> bytes:
    """A workbook with frozen headers; the last page says what it is."""
    target = io.BytesIO()
    workbook = xlsxwriter.Workbook(target, {"in_memory": True})
    workbook.set_properties({"title": book.title})
    formats = {kind: workbook.add_format({"num_format": form}) for kind, form in _NUMBERS.items()}
    formats[Kind.DATE] = workbook.add_format({"num_format": "yyyy-mm-dd"})
    bold = workbook.add_format({"bold": True, "bottom": 1})
    for sheet in book.sheets:
        _write(workbook.add_worksheet(sheet.name), sheet, formats, bold)
    about = workbook.add_worksheet("About")
    about.write_string(0, 0, book.title, bold)
    for place, (name, value) in enumerate(book.about, start=1):
        about.write_string(place, 0, name)
        about.write_string(place, 1, value)
    about.set_column(0, 1, _WIDEST)
    workbook.close()
    return target.getvalue()


def _write(page: Worksheet, sheet: Sheet, formats: dict[Kind, Format], bold: Format) -> None:
    page.freeze_panes(1, 0)
    page.repeat_rows(0)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    rows = list(all_rows(sheet))
    for place, column in enumerate(sheet.columns):
        page.write_string(0, place, column.name, bold)
        values = [len(str(row[place])) for row in rows[:200]]
        page.set_column(place, place, min(max([len(column.name), *values]) + 2, _WIDEST))
    for line, row in enumerate(rows, start=1):
        for place, (value, column) in enumerate(zip(row, sheet.columns, strict=True)):
            _write_cell(page, line, place, value, formats.get(column.kind))
    if not rows and sheet.empty:
        page.write_string(1, 0, sheet.empty)


def _write_cell(page: Worksheet, line: int, place: int, value: Cell, style: Format | None) -> None:
    """Words are written as words, so that none of them becomes a formula."""
    if isinstance(value, date):
        page.write_datetime(line, place, datetime.combine(value, time.min), style)
    elif isinstance(value, int | Decimal):
        page.write_number(line, place, float(value), style)
    elif value:
        page.write_string(line, place, value)
