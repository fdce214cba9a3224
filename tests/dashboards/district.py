"""Small districts for the boards: rows as the importer, the monitors and the desk leave them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import count

from sqlalchemy.orm import Session

from monitors.models import (
    ReadingRecord,
    RunRecord,
    SampleRecord,
    StateRecord,
    TransitionRecord,
)
from sis.calendars.models import Calendar, CalendarDate, ClassPeriod
from sis.organizations.models import Organization, School
from triage.tickets.models import Ticket, TicketEvent
from triage.tiers.models import SchoolTier, TierRun

PROBE = "scheduling_completeness"
ZONE = "America/Los_Angeles"
DAY = date(2015, 1, 12)
MORNING = datetime(2015, 1, 12, 16, 30, tzinfo=UTC)
"""08:30 in Los Angeles on opening day."""


@dataclass
class District:
    """Adds to a session; flushes, so that ids are known, and never commits.

    ``first`` is the number of the first school: S-0001, S-0002, and so on.
    """

    session: Session
    now: datetime = MORNING
    first: int = 1
    _numbers: Iterator[int] = field(init=False)
    _escs: dict[str, int] = field(default_factory=dict)
    _tier_run: TierRun | None = None

    def __post_init__(self) -> None:
        self._numbers = count(self.first)

    def organization(self, sourced_id: str, name: str, kind: str, parent: int | None = None) -> int:
        made = Organization(
            sourced_id=sourced_id,
            source="test",
            name=name,
            type=kind,
            parent_id=parent,
            modified_at=self.now,
        )
        self.session.add(made)
        self.session.flush()
        return made.id

    def esc(self, name: str) -> int:
        if name not in self._escs:
            self._escs[name] = self.organization(f"ESC-{name}-{self.first}", f"ESC {name}", "esc")
        return self._escs[name]

    def school(
        self,
        name: str = "",
        *,
        esc: str = "North",
        level: str = "middle",
        position: tuple[float, float] | None = (34.0, -118.3),
        phone: str | None = "(213) 555-0100",
        zone: str = ZONE,
    ) -> int:
        number = next(self._numbers)
        school_id = self.organization(
            f"S-{number:04}", name or f"School {number:04}", "school", self.esc(esc)
        )
        latitude, longitude = position or (None, None)
        self.session.add(
            School(
                organization_id=school_id,
                level=level,
                time_zone=zone,
                latitude=latitude,
                longitude=longitude,
                phone=phone,
            )
        )
        self.session.flush()
        return school_id

    def state(
        self,
        school_id: int,
        state: str = "ok",
        value: int | None = 0,
        *,
        enrolled: int = 1204,
        since: datetime | None = None,
        samples: tuple[str, ...] = (),
    ) -> None:
        school = self.session.get_one(Organization, school_id)
        self.session.add(
            StateRecord(
                probe=PROBE,
                subject=school.sourced_id,
                school_id=school_id,
                title=school.name,
                state=state,
                since=since or self.now,
                failures=1 if state == "firing" else 0,
                good=0,
                unknown_since=self.now if state == "unknown" else None,
                value=value,
                threshold=10,
                denominator=enrolled,
                sample_ids=list(samples),
                fresh_at=self.now,
                note="",
                changed_at=self.now,
            )
        )
        self.session.flush()

    def run(self, at: datetime | None = None) -> None:
        self.session.merge(
            RunRecord(
                probe=PROBE,
                at=at or self.now,
                fresh_at=at or self.now,
                duration_ms=12,
                subjects=1,
                error=None,
            )
        )

    def sample(self, at: datetime, value: int, firing: int = 0) -> None:
        self.session.add(
            SampleRecord(
                probe=PROBE,
                at=at,
                value=value,
                denominator=1000,
                firing=firing,
                pending=0,
                unknown=0,
            )
        )
        self.run(at)
        self.session.flush()

    def reading(self, school_id: int, at: datetime, value: int | None) -> None:
        school = self.session.get_one(Organization, school_id)
        self.session.add(
            ReadingRecord(
                probe=PROBE,
                subject=school.sourced_id,
                school_id=school_id,
                at=at,
                value=value,
                denominator=1204,
            )
        )
        self.session.flush()

    def transition(self, school_id: int, after: str = "firing") -> None:
        school = self.session.get_one(Organization, school_id)
        self.session.add(
            TransitionRecord(
                probe=PROBE,
                subject=school.sourced_id,
                school_id=school_id,
                title=school.name,
                from_state="ok",
                to_state=after,
                at=self.now,
                value=11,
                threshold=10,
                denominator=1204,
                sample_ids=[],
                note="",
            )
        )
        self.session.flush()

    def ticket(
        self, school_id: int | None, *, opened_at: datetime | None = None, answered: bool = False
    ) -> int:
        opened = opened_at or self.now
        made = Ticket(
            school_id=school_id,
            function="scheduling",
            subject="Schedules are missing",
            impact=2,
            urgency=2,
            priority=3,
            rank_tier=5,
            channel="web",
            requester_name="The office",
            opened_at=opened,
            waiting_since_at=opened,
            first_responded_at=self.now if answered else None,
            updated_at=opened,
        )
        self.session.add(made)
        self.session.flush()
        self.session.add(
            TicketEvent(ticket_id=made.id, actor="user:1", field="status", new="new", at=opened)
        )
        self.session.flush()
        return made.id

    def tier(self, school_id: int, tier: int, *sentences: str) -> None:
        if self._tier_run is None:
            self._tier_run = TierRun(at=self.now, by="system", settings_version="1", inputs={})
            self.session.add(self._tier_run)
            self.session.flush()
        self.session.add(
            SchoolTier(
                run_id=self._tier_run.id,
                school_id=school_id,
                tier=tier,
                need_hours=11.0,
                rank=school_id,
                tickets_this_year=23,
                raw_rank=school_id,
                flagged=False,
                explanation={"sentences": list(sentences)},
            )
        )
        self.session.flush()

    def calendar(self, school_id: int, track: str = "", day_type: str | None = "regular") -> None:
        """One track's year; ``day_type`` is that of DAY, None for a day without school."""
        made = Calendar(
            school_id=school_id,
            track=track,
            starts_on=DAY - timedelta(days=90),
            ends_on=DAY + timedelta(days=150),
        )
        self.session.add(made)
        self.session.flush()
        if day_type is not None:
            self.session.add(CalendarDate(calendar_id=made.id, on_date=DAY, day_type=day_type))
        self.session.flush()

    def bells(self, school_id: int) -> None:
        """Six periods from 08:00 to 14:55, an hour each with five minutes between."""
        for number in range(6):
            starts = datetime.combine(DAY, time(8)) + timedelta(minutes=70 * number)
            self.session.add(
                ClassPeriod(
                    school_id=school_id,
                    day_type="regular",
                    label=str(number + 1),
                    starts_at=starts.time(),
                    ends_at=(starts + timedelta(minutes=65)).time(),
                )
            )
        self.session.flush()
