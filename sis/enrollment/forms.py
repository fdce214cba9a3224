"""What offices type into forms: kept as it was typed, read with every problem at once."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from flask import flash, request

from core.auth.actor import SYSTEM
from core.errors import AppError, Conflict
from core.web.context import actor, now, runtime, visit
from core.web.work import reading
from sis.calendars.rules import local_date
from sis.enrollment.rules.codes import Code
from sis.enrollment.rules.policy import EnrollmentPolicy
from sis.organizations.choice import label, pick
from sis.organizations.queries import SchoolCard, list_schools
from sis.settings import SisSettings

FEW_SCHOOLS = 30
"""So many are offered in a list; of more one types a part of the name."""


@dataclass
class Form:
    """Field name to what was typed, and to what is wrong with it."""

    values: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    refusal: str = ""

    def text(self, name: str) -> str:
        return self.values.get(name, "").strip()

    def flag(self, name: str) -> bool:
        return bool(self.text(name))

    def number(self, name: str) -> int | None:
        """A row's id, or None when the field is empty; something else is a problem."""
        text = self.text(name)
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and len(text) < 19):
            self.errors[name] = "Give a whole number."
            return None
        return int(text)

    def day(self, name: str, *, required: bool = True) -> date | None:
        """A date as the browser sends it (2015-01-12) or as people write it (1/12/2015)."""
        text = self.text(name)
        found = read_day(text)
        if text and found is None:
            self.errors[name] = "Write a date such as 1/12/2015."
        elif required and found is None:
            self.errors[name] = "Give the date."
        return found

    def school(self, name: str, schools: list[SchoolCard]) -> SchoolCard | None:
        found, wrong = pick(schools, self.text(name))
        if wrong:
            self.errors[name] = wrong
        return found

    def moment(self, name: str) -> datetime:
        """The state that the page showed; Conflict when it is damaged."""
        try:
            return datetime.fromisoformat(self.text(name))
        except ValueError as error:
            raise Conflict("This page is out of date; load it again.") from error

    def refuse(self, refusal: AppError) -> None:
        """Note why it was not saved."""
        self.errors |= refusal.fields
        self.refusal = refusal.message


def read_form(*names: str) -> Form:
    """The fields of the request."""
    return Form({name: request.form.get(name, "") for name in names})


def read_day(text: str) -> date | None:
    """``2015-01-12`` or ``1/12/2015``; None for anything else."""
    try:
        if "/" in text:
            month, day, year = (int(part) for part in text.split("/"))
            return date(year, month, day)
        return date.fromisoformat(text)
    except ValueError:
        return None


def policy() -> EnrollmentPolicy:
    """The district's, from config.yaml."""
    return runtime().settings.of(SisSettings).enrollment.policy()


def today() -> date:
    """Today in the district."""
    return local_date(now(), runtime().settings.of(SisSettings).time_zone)


def own_schools() -> list[SchoolCard]:
    """The schools in the actor's scope by name."""
    with reading() as session:
        return list_schools(session, actor())


def all_schools() -> list[SchoolCard]:
    """Every school of the district by name: a student may go to any of them."""
    with reading() as session:
        return list_schools(session, SYSTEM)


def school_options(schools: list[SchoolCard]) -> list[tuple[str, str]]:
    """Pairs for a list of choices."""
    return [(label(one), one.name) for one in schools]


def code_options(codes: list[Code]) -> list[tuple[str, str]]:
    """Pairs for a list of choices."""
    return [("", "Choose a code"), *((one.value, f"{one.label}: {one.meaning}") for one in codes)]


def tell(sentence: str, kind: Literal["ok", "info", "warning"] = "ok") -> None:
    """Show ``sentence`` at the top of the next page; a program with a token has no next page."""
    if visit().by_cookie:
        flash(sentence, kind)
