"""Changing a section from a date on, so that what was before stays as it was.

Source: sis-rules, "A section whose period changes keeps its past attendance (effective dates)".
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sis.courses.rules.conflicts import room_key
from sis.courses.rules.meetings import LONGEST_PERIOD, Meeting, overlap, within

LONGEST_TITLE = 200
LONGEST_ROOM = 50
MOST_SEATS = 1000
MOST_MEETINGS = 20


@dataclass(frozen=True)
class SectionPlan:
    """A section as somebody wants it: ``meetings`` say period and days only, no dates.

    ``teacher_ids`` are ids of persons, the one who is responsible first; ``seats`` None means
    without a limit.
    """

    title: str
    code: str | None = None
    room: str | None = None
    seats: int | None = None
    meetings: tuple[Meeting, ...] = ()
    teacher_ids: tuple[int, ...] = ()


def problems(plan: SectionPlan) -> dict[str, str]:
    """What is wrong with a plan, by field: all at once; empty when nothing is."""
    wrong: dict[str, str] = {}
    if not plan.title.strip() or len(plan.title) > LONGEST_TITLE:
        wrong["title"] = f"Give the section a title of at most {LONGEST_TITLE} characters."
    for name, text in (("code", plan.code), ("room", plan.room)):
        if text and len(text) > LONGEST_ROOM:
            wrong[name] = f"Use at most {LONGEST_ROOM} characters."
    if plan.seats is not None and not 0 <= plan.seats <= MOST_SEATS:
        wrong["seats"] = f"Give a number from 0 to {MOST_SEATS:,}, or nothing for no limit."
    if len(set(plan.teacher_ids)) != len(plan.teacher_ids):
        wrong["teachers"] = "A teacher is named twice."
    if sentence := _wrong_meetings(plan.meetings):
        wrong["meetings"] = sentence
    return wrong


def _wrong_meetings(meetings: Sequence[Meeting]) -> str:
    if len(meetings) > MOST_MEETINGS:
        return f"A section meets in at most {MOST_MEETINGS} periods."
    for meeting in meetings:
        if not meeting.period.strip() or len(meeting.period) > LONGEST_PERIOD:
            return f"A period has a label of 1 to {LONGEST_PERIOD} characters."
    for index, one in enumerate(meetings):
        for other in meetings[:index]:
            if one.period == other.period:
                return f"Period {one.period} is named twice; put all its days together."
    return ""


@dataclass(frozen=True)
class StoredMeeting:
    """A meeting row and its id; ``meeting.room`` None means the section's own room."""

    id: int
    meeting: Meeting


@dataclass(frozen=True)
class Steps:
    """What to do with the rows: end these on the date, forget those that never began, open new.

    ``remembered`` are the rows that must now name the room that the section leaves.
    """

    ended: tuple[int, ...] = ()
    forgotten: tuple[int, ...] = ()
    reopened: tuple[int, ...] = ()
    opened: tuple[Meeting, ...] = ()
    remembered: tuple[int, ...] = ()


def meeting_steps(
    rows: Iterable[StoredMeeting],
    wanted: Sequence[Meeting],
    *,
    on: date,
    starts_on: date | None,
    room_was: str | None,
    room: str | None,
) -> Steps:
    """How to have exactly ``wanted`` from ``on``, and before ``on`` what there was.

    A row in effect that is wanted as it is stays, without the end it may have had; so nothing is
    done when nothing changes.
    """
    moved = not _same_room(room_was, room)
    missing = {(meeting.period, meeting.days): meeting for meeting in wanted}
    ended, forgotten, reopened, past = [], [], [], []
    for row in rows:
        meeting = row.meeting
        begins_on = max(filter(None, (meeting.begins_on, starts_on)), default=None)
        if meeting.ends_on is not None and meeting.ends_on <= on:
            past.append(row)
        elif begins_on is not None and begins_on >= on and not _first(meeting, begins_on, on):
            forgotten.append(row.id)
        elif _same_room(meeting.room or room_was, room) and _key(meeting) in missing:
            del missing[_key(meeting)]
            if meeting.ends_on is not None:
                reopened.append(row.id)
        elif begins_on is not None and begins_on >= on:
            forgotten.append(row.id)
        else:
            ended.append(row.id)
            past.append(row)
    opens_on = None if starts_on is not None and on <= starts_on else on
    return Steps(
        tuple(ended),
        tuple(forgotten),
        tuple(reopened),
        tuple(Meeting(m.period, m.days, opens_on) for m in wanted if _key(m) in missing),
        tuple(row.id for row in past if moved and room_was and row.meeting.room is None),
    )


def _first(meeting: Meeting, begins_on: date, on: date) -> bool:
    """Whether the row begins with the section itself, on or after the date of the change."""
    return meeting.begins_on is None or begins_on == on


def _key(meeting: Meeting) -> tuple[str, str | None]:
    return meeting.period, meeting.days


def _same_room(one: str | None, other: str | None) -> bool:
    return room_key(one or "") == room_key(other or "")


@dataclass(frozen=True)
class Other:
    """A meeting of another section of a student, clipped to when the student is in it."""

    person_id: int
    sourced_id: str
    name: str
    title: str
    meeting: Meeting


@dataclass(frozen=True)
class StudentClash:
    """A student who would have to be in two sections at once; ``name`` is for the page only."""

    person_id: int
    sourced_id: str
    name: str
    period: str
    other: str


def student_clashes(
    others: Iterable[Other], wanted: Iterable[Meeting], present: Iterable[Meeting], *, on: date
) -> list[StudentClash]:
    """Who would newly clash when the section meets as ``wanted`` from ``on`` on."""
    kept = {_key(m) for m in present if within(m.begins_on, m.ends_on, on)}
    new = [m for m in wanted if _key(m) not in kept]
    found: Mapping[tuple[int, str, str], StudentClash] = {
        (one.person_id, meeting.period, one.title): StudentClash(
            one.person_id, one.sourced_id, one.name, meeting.when, one.title
        )
        for one in others
        for meeting in new
        if meeting.period == one.meeting.period
        and set(meeting.days or "MTWRF") & set(one.meeting.days or "MTWRF")
        and overlap((one.meeting.begins_on, one.meeting.ends_on), (on, None))
    }
    return sorted(found.values(), key=lambda clash: (clash.name, clash.period, clash.other))


@dataclass(frozen=True)
class Preview:
    """What a change would do to others: students who clash, and new double bookings as texts."""

    clashes: tuple[StudentClash, ...] = ()
    warnings: tuple[str, ...] = field(default=())

    @property
    def token(self) -> str:
        """Names exactly these consequences, so that only what was seen is accepted; "" if none."""
        if not self.clashes and not self.warnings:
            return ""
        seen = [f"{c.person_id} {c.period} {c.other}" for c in self.clashes]
        return hashlib.sha256("\n".join([*seen, *self.warnings]).encode()).hexdigest()[:16]
