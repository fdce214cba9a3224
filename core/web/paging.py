"""Keyset paging: a cursor names the last row seen, so that new rows shift nothing.

A view asks its query for ``limit() + 1`` rows after ``after(...)`` and hands them to ``page_of``.
"""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from flask import request

from core.errors import AppError
from core.web import query

Row = TypeVar("Row")

DEFAULT_LIMIT = 50
LARGEST_LIMIT = 200


@dataclass(frozen=True)
class Page(Generic[Row]):
    """``rows`` of this page, and the cursor of the next one or None at the end."""

    rows: Sequence[Row]
    next: str | None


def limit(default: int = DEFAULT_LIMIT, most: int = LARGEST_LIMIT) -> int:
    """The page size asked for by ``?limit=``."""
    return query.number("limit", default, least=1, most=most)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def write_cursor(*values: Any) -> str:
    """An opaque text of the sort key's values: numbers, texts, aware datetimes, None."""
    text = json.dumps([_plain(value) for value in values], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _typed(value: Any, kind: type[Any]) -> Any:
    if kind is datetime and isinstance(value, str):
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError(value)
        return moment
    if kind is float and isinstance(value, int | float):
        return float(value)
    if value is not None and type(value) is not kind:
        raise ValueError(value)
    if kind is int and value is not None and abs(value) >= 2**63:
        raise ValueError(value)
    return value


def read_cursor(text: str, *kinds: type[Any]) -> tuple[Any, ...]:
    """The values that ``write_cursor`` was given; AppError when the text is not one of ours."""
    try:
        values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if not isinstance(values, list) or len(values) != len(kinds):
            raise ValueError(text)
        return tuple(_typed(value, kind) for value, kind in zip(values, kinds, strict=True))
    except (ValueError, binascii.Error) as error:
        raise AppError(
            "This page address is damaged; start again from the first page.", code="bad_cursor"
        ) from error


def after(*kinds: type[Any]) -> tuple[Any, ...] | None:
    """The sort key of ``?after=``, or None for the first page."""
    text = request.args.get("after", "")
    return read_cursor(text, *kinds) if text else None


def page_of(rows: Sequence[Row], size: int, key: Callable[[Row], tuple[Any, ...]]) -> Page[Row]:
    """Cut ``size + 1`` fetched rows down to a page; ``key`` gives a row's sort key."""
    if len(rows) <= size:
        return Page(rows, None)
    return Page(rows[:size], write_cursor(*key(rows[size - 1])))
