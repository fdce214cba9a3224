"""What the walk-in screen shows: the desk, the candidates of a period, and the words for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from core.auth.actor import Actor
from sis.calendars.rules import local_date
from sis.organizations.queries import get_school_for
from sis.scheduling.requests.catalog import Term, list_terms
from sis.scheduling.requests.queries import RequestCard, list_requests_of
from sis.scheduling.rules import SchedulingRules
from sis.scheduling.students import get_student_at
from sis.scheduling.walkin.edits import EditCard, list_edits
from sis.scheduling.walkin.queries import (
    Desk,
    asked_of,
    first_taught_day,
    get_desk,
    list_offers,
)
from sis.scheduling.walkin.rules.choice import Candidate, candidates
from sis.scheduling.walkin.rules.fitting import Held, Offer

ANY_PERIOD = ""
EDITS_SHOWN = 5


@dataclass(frozen=True)
class Filter:
    """What of the candidates is shown: a period, words in title or teacher, a subject."""

    period: str = ANY_PERIOD
    search: str = ""
    subject: str = ""
    requested_only: bool = False


@dataclass(frozen=True)
class Screen:
    """Everything of the page. ``replacing`` is the place that a candidate would be swapped for."""

    desk: Desk
    today: date
    only: Filter
    replacing: Held | None
    fitting: tuple[Candidate, ...]
    refused: tuple[Candidate, ...]
    taught: int
    subjects: tuple[str, ...]
    term: Term | None
    requests: tuple[RequestCard, ...]
    edits: tuple[EditCard, ...]

    @property
    def undoable(self) -> EditCard | None:
        """The last change that stands."""
        return next((one for one in self.edits if one.kind != "undo" and not one.undone), None)

    @property
    def unfilled(self) -> tuple[RequestCard, ...]:
        """Requests whose course is not in the schedule, alternates left out."""
        courses = {held.offer.course_id for held in self.desk.held}
        return tuple(
            one
            for one in self.requests
            if one.alternate_of_id is None and one.course_id not in courses
        )


def effective_date(
    session: Session,
    actor: Actor,
    school_id: int,
    person_id: int,
    now: datetime,
    asked: date | None,
) -> tuple[date, date]:
    """(the date a change takes effect, today at the school).

    Unless asked otherwise: today; before the term, the day it begins; for a student who comes
    later, the day the enrolment begins.
    """
    school = get_school_for(session, actor, school_id)
    today = local_date(now, school.time_zone)
    if asked is not None:
        return asked, today
    on = first_taught_day(session, school_id, today)
    student = get_student_at(session, actor, school_id, person_id, on)
    if student.standing == "upcoming" and student.begins_on is not None:
        on = max(on, student.begins_on)
    return on, today


def load_screen(
    session: Session,
    actor: Actor,
    school_id: int,
    person_id: int,
    *,
    on: date,
    today: date,
    rules: SchedulingRules,
    only: Filter,
) -> Screen:
    """The student at the desk on ``on``, with the sections for the period that is looked at."""
    desk = get_desk(session, actor, school_id, person_id, on=on, today=today, rules=rules)
    terms = list_terms(session, school_id, on)
    term = next((one for one in terms if one.taught), terms[0] if terms else None)
    requests = list_requests_of(session, person_id, school_id, term.id) if term else []
    offers = list_offers(session, school_id, on)
    replacing = _replacing(desk, only.period)
    found = candidates(
        _shown(offers, desk, only),
        desk.held,
        asked=asked_of(
            (one.id, one.course_id, one.alternate_of_id, one.priority) for one in requests
        ),
        grade=desk.student.grade,
        track=desk.student.track,
        on=on,
        enrolled=desk.enrolled,
        leaving=replacing.place_id if replacing else None,
    )
    if only.requested_only:
        found = [one for one in found if one.why.startswith("asked for")]
    return Screen(
        desk=desk,
        today=today,
        only=only,
        replacing=replacing,
        fitting=tuple(one for one in found if one.refusal is None),
        refused=tuple(one for one in found if one.refusal is not None),
        taught=sum(_meets(offer, only.period) for offer in offers),
        subjects=tuple(sorted({offer.subjects for offer in offers if offer.subjects})),
        term=term,
        requests=tuple(requests),
        edits=tuple(list_edits(session, person_id, school_id, limit=EDITS_SHOWN)),
    )


def _replacing(desk: Desk, period: str) -> Held | None:
    """The section in the period, if there is exactly one: the one that a swap would give up."""
    row = next((one for one in desk.grid.rows if one.period == period), None)
    return row.held[0] if row is not None and len(row.held) == 1 else None


def _shown(offers: Sequence[Offer], desk: Desk, only: Filter) -> list[Offer]:
    words = only.search.casefold().split()
    return [
        offer
        for offer in offers
        if _meets(offer, only.period)
        and (not only.subject or offer.subjects == only.subject)
        and all(
            word in f"{offer.title} {offer.course_title} {offer.teacher} {offer.room}".casefold()
            for word in words
        )
    ]


def _meets(offer: Offer, period: str) -> bool:
    if period == ANY_PERIOD:
        return True
    return any(meeting.period == period for meeting in offer.meetings)
