"""Writing events, and the history of what they said before."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.auth.actor import Actor
from sis.attendance.models import AttendanceChange, AttendanceEvent
from sis.attendance.rules.status import Entry, Status


@dataclass(frozen=True)
class Place:
    """The class that events belong to; without a section, the day at the school."""

    school_id: int
    section_id: int | None
    on_date: date
    period: str


@dataclass(frozen=True)
class Writer:
    """Who changes attendance, when, and as what: teacher, office, no_show or undo."""

    session: Session
    by: Actor
    now: datetime
    why: str

    def add(
        self,
        place: Place,
        entries: Mapping[int, Entry],
        submission_id: int | None = None,
        *,
        source: str,
    ) -> frozenset[int]:
        """Add an event for each person id; returns those who had none yet.

        One that another unit of work is adding is waited for, and left as that one wrote it.
        """
        if not entries:
            return frozenset()
        rows = [
            {
                "submission_id": submission_id,
                "person_id": person_id,
                "school_id": place.school_id,
                "section_id": place.section_id,
                "on_date": place.on_date,
                "period": place.period,
                "status": entry.status.value,
                "reason_code": entry.reason_code,
                "minutes": entry.minutes,
                "source": source,
                "version": 1,
                "modified_at": self.now,
                "modified_by": self.by.id,
            }
            for person_id, entry in entries.items()
        ]
        on_postgresql = self.session.get_bind().dialect.name == "postgresql"
        insert = (postgresql if on_postgresql else sqlite).insert(AttendanceEvent)
        statement = insert.values(rows).on_conflict_do_nothing()
        return frozenset(self.session.scalars(statement.returning(AttendanceEvent.person_id)))

    def change(self, event: AttendanceEvent, entry: Entry, *, source: str) -> None:
        """Make an event say something else."""
        self.note(place_of(event), event.person_id, before=entry_of(event), after=entry)
        event.status, event.reason_code = entry.status.value, entry.reason_code
        event.minutes, event.version, event.source = entry.minutes, event.version + 1, source
        event.modified_at, event.modified_by = self.now, self.by.id

    def remove(self, events: Iterable[AttendanceEvent]) -> int:
        """Take events out; the history keeps them. Returns how many."""
        count = 0
        for event in events:
            self.note(place_of(event), event.person_id, before=entry_of(event), after=None)
            self.session.delete(event)
            count += 1
        return count

    def note(
        self, place: Place, person_id: int, *, before: Entry | None, after: Entry | None
    ) -> None:
        """Add one row to the history; None stands for no event."""
        self.session.add(
            AttendanceChange(
                person_id=person_id,
                school_id=place.school_id,
                section_id=place.section_id,
                on_date=place.on_date,
                period=place.period,
                why=self.why,
                before_status=before.status.value if before else None,
                before_reason=before.reason_code if before else None,
                before_minutes=before.minutes if before else None,
                after_status=after.status.value if after else None,
                after_reason=after.reason_code if after else None,
                after_minutes=after.minutes if after else None,
                changed_at=self.now,
                changed_by=self.by.id,
            )
        )


def entry_of(event: AttendanceEvent) -> Entry:
    """What an event says."""
    return Entry(Status(event.status), event.reason_code, event.minutes)


def place_of(event: AttendanceEvent) -> Place:
    """Where an event belongs."""
    return Place(event.school_id, event.section_id, event.on_date, event.period)
