"""What every change of an enrolment is checked against; each check refuses in plain words."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session

from core.auth.accounts.queries import names_by_actor
from core.errors import Conflict, Invalid
from sis.calendars.rules import local_date
from sis.enrollment.change_queries import find_last_change
from sis.enrollment.models import SchoolEnrollment
from sis.enrollment.queries import EnrollmentCard, list_enrollments
from sis.enrollment.rules.codes import ENTRY, LEAVE
from sis.enrollment.rules.policy import EnrollmentPolicy
from sis.organizations.queries import SchoolCard

WORDS = {
    "enroll": "enrolled the student",
    "transfer": "transferred the student",
    "withdraw": "withdrew the student",
    "no_show": "marked the student as a no-show",
    "track": "changed the student's track",
}


@dataclass
class Problems:
    """What is wrong with the input, field by field, to be refused all at once."""

    policy: EnrollmentPolicy
    today: date
    fields: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, sentence: str) -> None:
        if sentence:
            self.fields.setdefault(name, sentence)

    def of_date(self, name: str, on: date) -> None:
        self.add(name, self.policy.problem_of_date(on, self.today))

    def of_track(self, school: SchoolCard, track: str) -> None:
        if school.tracks and track not in school.tracks:
            runs = ", ".join(name or "the single track" for name in school.tracks)
            self.add("track", f"{school.name} runs {runs}.")

    def of_order(self, name: str, enrollment: SchoolEnrollment, on: date) -> None:
        if enrollment.begins_on is not None and on < enrollment.begins_on:
            self.add(name, f"Not before {enrollment.begins_on}, when it began.")

    def of_entry(self, code: str | None, reason: str | None, on: date, grade: str | None) -> None:
        self._of_code("entry_code", ENTRY, code, reason, on, grade)

    def of_leave(self, code: str | None, reason: str | None, on: date, grade: str | None) -> None:
        self._of_code("leave_code", LEAVE, code, reason, on, grade)

    def _of_code(
        self,
        name: str,
        kind: str,
        code: str | None,
        reason: str | None,
        on: date,
        grade: str | None,
    ) -> None:
        if code is not None:
            self.add(name, self.policy.codes.problem(kind, code, reason or "", on, grade))

    def refuse(self, what: str) -> None:
        """Raise Invalid with every problem, if there is one."""
        if self.fields:
            first = next(iter(self.fields.values()))
            raise Invalid(first if len(self.fields) == 1 else what, fields=self.fields)


def today_at(school: SchoolCard, now: datetime) -> date:
    """The school's own date."""
    return local_date(now, school.time_zone)


def refuse_stale(session: Session, enrollment: SchoolEnrollment, seen: datetime | None) -> None:
    """Conflict when the enrolment is not as the person ``seen`` it, or was deleted or ended."""
    if seen is not None and enrollment.modified_at != seen:
        raise Conflict(
            f"This enrolment was changed meanwhile{_by_whom(session, enrollment)}. Look at it"
            " again, then decide.",
            code="changed_meanwhile",
        )


def refuse_ended(session: Session, enrollment: SchoolEnrollment, on: date) -> None:
    """Conflict unless the enrolment goes on until ``on`` at least."""
    if enrollment.status != "active":
        raise Conflict(
            f"This enrolment was taken back{_by_whom(session, enrollment)}.", code="ended"
        )
    if enrollment.ends_on and enrollment.ends_on <= on:
        raise Conflict(
            f"This enrolment has ended already, on {enrollment.ends_on}"
            f"{_by_whom(session, enrollment)}.",
            code="ended",
        )


def _by_whom(session: Session, enrollment: SchoolEnrollment) -> str:
    change = find_last_change(session, enrollment.person_id)
    if change is None:
        return ""
    name = names_by_actor(session, [change.by]).get(change.by, "another office")
    return f": {name} {WORDS[change.kind]}"


def refuse_second(
    session: Session,
    person_id: int,
    school: SchoolCard,
    begins_on: date,
    *,
    is_primary: bool,
    leaving: Collection[int] = (),
) -> None:
    """Conflict when the student is at that school already, or would have two primary enrolments,
    or a concurrent one without a primary.

    ``leaving`` are enrolments that end or go in the same change.
    """
    others = [
        one
        for one in list_enrollments(session, [person_id]).get(person_id, ())
        if one.id not in leaving and (one.ends_on is None or one.ends_on > begins_on)
    ]
    if any(one.school_id == school.id for one in others):
        raise Conflict(f"This student is enrolled at {school.name} already.", code="enrolled")
    primary = next((one for one in others if one.is_primary), None)
    if is_primary and primary is not None:
        raise Conflict(
            f"This student is enrolled at {primary.school_name}: transfer the student, or enrol"
            " concurrently.",
            code="enrolled_elsewhere",
        )
    if not is_primary and primary is None:
        raise Conflict(
            "A concurrent enrolment needs a primary one at another school first.",
            code="no_primary",
        )


def refuse_orphans(
    enrollment: SchoolEnrollment, others: Iterable[EnrollmentCard], on: date
) -> None:
    """Conflict when a primary enrolment ends while a concurrent one goes on."""
    left = [
        one
        for one in others
        if not one.is_primary and one.id != enrollment.id and (one.ends_on or date.max) > on
    ]
    if enrollment.is_primary and left:
        raise Conflict(
            f"The concurrent enrolment at {left[0].school_name} would be left alone: end it first.",
            code="concurrent",
        )
