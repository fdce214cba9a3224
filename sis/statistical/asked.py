"""What the address of a page asks for."""

from flask import request

from core.web import query
from sis.statistical.exporting import TYPES
from sis.statistical.school_month import Chosen

FORMATS = tuple(TYPES)


def chosen(school_id: int) -> Chosen:
    """The school's year, track and month of ``?year=&track=&month=``."""
    return Chosen(school_id, year(), request.args.get("track"), month())


def year() -> int | None:
    """The school year that ends in ``?year=``; None for the present one."""
    return query.number("year", 0, least=1900, most=2999) or None


def month() -> int | None:
    """The school month of ``?month=``; None for the newest."""
    return query.number("month", 0, least=1, most=60) or None


def section() -> int | None:
    """The section of ``?section=``; None for all of them."""
    return query.number("section", 0, least=1) or None
