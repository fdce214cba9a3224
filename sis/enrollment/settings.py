"""``sis.enrollment`` in config.yaml: the windows, the limits and the codes of enrolling."""

from datetime import date, timedelta
from itertools import combinations
from typing import Annotated, Literal

from pydantic import Field, model_validator

from core.settings import Strict
from sis.enrollment.rules.codes import CALIFORNIA, USES, Code, CodeSet
from sis.enrollment.rules.duplicates import Alike
from sis.enrollment.rules.policy import EnrollmentPolicy

Percent = Annotated[int, Field(ge=50, le=100)]
Days = Annotated[int, Field(ge=0, le=400)]


class AlikePercent(Strict):
    """``sis.enrollment.alike_percent``: from how alike on two names are suspicious."""

    same_birth_date: Annotated[Percent, Field(description="with the same birth date")] = 75
    near_birth_date: Annotated[
        Percent, Field(description="with a birth date that is a slip of the pen away")
    ] = 85
    other_birth_date: Annotated[
        Percent, Field(description="with a birth date that differs in day, month or year alone")
    ] = 95


class CodeSettings(Strict):
    """One row of ``sis.enrollment.codes``, in effect ``[begins_on, ends_on)``."""

    kind: Annotated[Literal["entry", "leave"], Field(description="entry or leave")]
    code: Annotated[str, Field(pattern=r"^[A-Za-z0-9]{1,10}$", description="such as E1 or L7")]
    reason: Annotated[
        str, Field(pattern=r"^[A-Za-z0-9]{0,10}$", description="such as 90; empty for none")
    ] = ""
    meaning: Annotated[str, Field(min_length=1, max_length=200, description="in words")]
    use: Annotated[
        Literal["first", "return", "transfer", "left", "diploma"],
        Field(description="first, return or transfer; left, transfer or diploma"),
    ]
    begins_on: Annotated[date, Field(description="first day in effect")]
    ends_on: Annotated[date | None, Field(description="first day no longer in effect")] = None
    grades: Annotated[tuple[str, ...], Field(description="grades it is for; empty for all")] = ()

    @model_validator(mode="after")
    def _check(self) -> "CodeSettings":
        if self.use not in USES[self.kind]:
            raise ValueError(f"an {self.kind} code is used for {', '.join(USES[self.kind])}")
        if self.ends_on is not None and self.ends_on <= self.begins_on:
            raise ValueError("ends_on is not after begins_on")
        return self

    def row(self) -> Code:
        """The same for the arithmetic."""
        return Code(
            self.kind,
            self.code,
            self.meaning,
            self.use,
            self.reason,
            self.begins_on,
            self.ends_on,
            self.grades,
        )


class EnrollmentSettings(Strict):
    """``sis.enrollment``: enrolling, transferring, withdrawing."""

    undo_hours: Annotated[
        int, Field(ge=0, le=24 * 90, description="hours within which an office may undo a change")
    ] = 72
    late_days: Annotated[
        Days, Field(description="how many days back an enrolment may begin or end")
    ] = 45
    ahead_days: Annotated[
        Days, Field(description="how many days ahead an enrolment may begin or end")
    ] = 365
    no_show_days: Annotated[
        Days, Field(description="days after the first school day in which no-shows are marked")
    ] = 21
    alike_percent: Annotated[
        AlikePercent, Field(description="when a child may be known already")
    ] = AlikePercent()
    codes: Annotated[
        tuple[CodeSettings, ...],
        Field(description="entry and leave codes; none: California's, docs/enrollment.md"),
    ] = ()

    @model_validator(mode="after")
    def _check(self) -> "EnrollmentSettings":
        for one, other in combinations(self.codes, 2):
            same = (one.kind, one.code, one.reason) == (other.kind, other.code, other.reason)
            if same and _overlap(one, other):
                raise ValueError(f"codes: {one.row().label} is there twice for the same dates")
        return self

    def policy(self) -> EnrollmentPolicy:
        """The same for the actions."""
        percent = self.alike_percent
        return EnrollmentPolicy(
            codes=CodeSet(tuple(one.row() for one in self.codes)) if self.codes else CALIFORNIA,
            alike=Alike(percent.same_birth_date, percent.near_birth_date, percent.other_birth_date),
            undo_within=timedelta(hours=self.undo_hours),
            late_by=timedelta(days=self.late_days),
            ahead_by=timedelta(days=self.ahead_days),
            no_show_within=timedelta(days=self.no_show_days),
        )


def _overlap(one: CodeSettings, other: CodeSettings) -> bool:
    return one.begins_on < (other.ends_on or date.max) and other.begins_on < (
        one.ends_on or date.max
    )
