"""Teachers take attendance a few minutes after the bell, as they would on any other morning.

Nothing of it is stored in the script: what is left to do follows from the classes of the day and
from what was submitted, so a drill that starts again goes on where it stood.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from core.auth.accounts.queries import list_accounts
from core.auth.actor import SYSTEM, Actor
from core.errors import AppError
from core.logs import logger
from core.runtime import Runtime
from sis.attendance.actions.submitting import Roll, submit
from sis.attendance.queries.classes import ClassMet, list_bells_of, list_classes
from sis.attendance.rules.meetings import DAILY, Bells
from sis.attendance.rules.status import Kind
from sis.courses.queries import list_school_sections
from sis.organizations.queries import SchoolCard, list_schools
from sis.scheduling.rosters import list_students_in
from sis.settings import SisSettings

log = logger(__name__)

_MOST = 15_000
"""Classes of a day: all of the small district, a part of the full one, whose 200,000 would keep a
demo's machine busy with nothing else."""
_NEVER = 0.03
_ABSENT, _TARDY, _TARDY_FIRST = 0.045, 0.06, 0.09
_FIRST = frozenset({DAILY, "1"})


@dataclass(frozen=True)
class Due:
    """A class whose teacher submits at ``at``; people by the ids of the records."""

    at: datetime
    section_id: int
    period: str
    school: str
    teacher: str


class RollCall:
    """The classes of a day that are still to be submitted, soonest first."""

    def __init__(self, runtime: Runtime, day: date, seed: int, classes: Iterable[Due]) -> None:
        self._runtime = runtime
        self._day = day
        self._seed = seed
        self._waiting = deque(sorted(classes, key=lambda one: (one.at, one.section_id)))

    @property
    def next_at(self) -> datetime | None:
        return self._waiting[0].at if self._waiting else None

    def take(self, limit: int) -> int:
        """Submit up to ``limit`` classes that are due, one unit of work each; returns how many."""
        now, done = self._runtime.clock.now(), 0
        while done < limit and self._waiting and self._waiting[0].at <= now:
            self._submit(self._waiting.popleft(), now)
            done += 1
        return done

    def _submit(self, due: Due, now: datetime) -> None:
        policy = self._runtime.settings.of(SisSettings).attendance
        try:
            with self._runtime.database.write() as session:
                roll = self._roll(session, due)
                submit(session, roll, by=_teacher(due), now=now, policy=policy)
        except AppError as refusal:
            log.info("drill_attendance_refused", section_id=due.section_id, code=refusal.code)

    def _roll(self, session: Session, due: Due) -> Roll:
        students = list_students_in(session, due.section_id, self._day)
        late = _TARDY_FIRST if due.period in _FIRST else _TARDY
        exceptions: dict[int, tuple[Kind, int | None]] = {}
        for person_id in students:
            chance = _random(self._seed, due.section_id, due.period, person_id)
            drawn = chance.random()
            if drawn < _ABSENT:
                exceptions[person_id] = (Kind.ABSENT, None)
            elif drawn < late:
                exceptions[person_id] = (Kind.TARDY, chance.randint(2, 20))
        return Roll(due.section_id, self._day, due.period, 0, exceptions)


def _random(*parts: object) -> Random:
    """The same numbers for the same parts, on every machine and in every order."""
    return Random("/".join(map(str, parts)))


def _teacher(due: Due) -> Actor:
    return Actor(
        kind="user",
        id=f"drill:{due.teacher}",
        name="Teacher",
        role="teacher",
        permissions=frozenset({"schools.read", "attendance.take"}),
        scope=frozenset({due.school}),
        person_key=due.teacher,
    )


def list_due(session: Session, day: date, seed: int) -> list[Due]:
    """The classes of ``day`` that nobody has submitted; those of teachers who may sign in are
    left to them."""
    themselves = {account.person_key for account in list_accounts(session)}
    schools = sorted(list_schools(session, SYSTEM), key=lambda one: _random(seed, one.id).random())
    found: list[Due] = []
    for school in schools:
        if len(found) >= _MOST:
            break
        due = _of_school(session, school, day, seed)
        found += (one for one in due if one.teacher not in themselves)
    return found


def _of_school(session: Session, school: SchoolCard, day: date, seed: int) -> Iterator[Due]:
    classes = [c for c in list_classes(session, day, school_ids=[school.id]) if not c.submission_id]
    if not classes:
        return
    bells = list_bells_of(session, [school.id]).get(school.id, Bells())
    teachers = {
        section.id: section.current_teachers[0].sourced_id
        for section in list_school_sections(session, school.id, day)
        if section.current_teachers
    }
    for met in classes:
        at = _submits_at(met, bells, ZoneInfo(school.time_zone), seed)
        if at is not None and met.section_id in teachers:
            teacher = teachers[met.section_id]
            yield Due(at, met.section_id, met.period, school.sourced_id, teacher)


def _submits_at(met: ClassMet, bells: Bells, zone: ZoneInfo, seed: int) -> datetime | None:
    """Mostly 5 to 20 minutes after the bell; None when the teacher forgets."""
    ring = bells.ring(met.day_type, met.period)
    chance = _random(seed, met.section_id, met.period)
    if ring is None or chance.random() < _NEVER:
        return None
    begins = datetime.combine(met.on_date, ring.starts_at, zone)
    return begins + timedelta(minutes=3 + 30 * chance.betavariate(2.0, 4.0))
