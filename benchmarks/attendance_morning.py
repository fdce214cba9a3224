"""The morning: every teacher submits the first class, while the server is killed once.

22,000 teachers with 30 students each (2,200 with --size small), each with an account, a session, a
section and a roster of persons of its own. 22,000 in 15 minutes are 24.4 submissions a second: for
a while they are sent at that pace, to see how long one takes; then as fast as the server answers,
over 16 connections, and in the middle of that the server is killed with -9 and started again. Every
client sends its submission again with the same key until it is acknowledged. At the end the rows
are counted: one submission for each teacher, no event too many or too few.

    python -m benchmarks attendance_morning
"""

import json
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from threading import Lock
from urllib.parse import urlsplit

from sqlalchemy import func, select

from benchmarks.context import DIALECTS, Context
from benchmarks.http_load import Connection
from benchmarks.morning_district import fill, first_student
from core.clock import monotonic
from core.db import Base, Database
from core.web.csrf import make_token
from sis.attendance.models import AttendanceEvent, AttendanceSubmission
from tests.sis.attendance.school_day import MONDAY
from tests.sis.attendance.service import Service, serving

TEACHERS = {"small": 2_200, "full": 22_000}
PACED = {"small": 240, "full": 730}
ABSENT = 2
NEEDED = 22_000 / (15 * 60)
CONNECTIONS = 16
PAUSE = 0.2


@dataclass
class Run:
    """What the clients saw: milliseconds of each acknowledged request, and how often one failed."""

    milliseconds: list[float] = field(default_factory=list)
    retries: int = 0
    lock: Lock = field(default_factory=Lock)

    def p99(self) -> float:
        found = sorted(self.milliseconds)
        return round(found[int(len(found) * 0.99)], 1)


def run(context: Context) -> Iterator[dict[str, object]]:
    """Submissions a second beside the 24.4 needed, p99 in milliseconds, and what was lost."""
    teachers, paced = TEACHERS[context.size], PACED[context.size]
    for dialect in DIALECTS[::-1]:
        with context.database(dialect) as database:
            secrets = fill(database, teachers)
            with serving(database, context.folder / f"morning-{dialect}") as service:
                yield from _figures(database, service, dialect, secrets, paced)


def _figures(
    database: Database, service: Service, dialect: str, secrets: Sequence[str], paced: int
) -> Iterator[dict[str, object]]:
    steady = _send(service.url, secrets, range(paced), NEEDED)
    yield _figure(f"attendance at the morning's pace, p99, {dialect}", steady.p99(), "ms", 1000.0)
    rest = range(paced, len(secrets))
    started = monotonic()
    with ThreadPoolExecutor(1) as pool:
        fast = pool.submit(_send, service.url, secrets, rest, None)
        _wait_for(database, paced + len(rest) // 2)
        killed = monotonic()
        service.kill()
        service.start()
        away = monotonic() - killed
        found = fast.result()
    seconds = monotonic() - started
    name = "attendance with the server killed once"
    rate = round(len(rest) / seconds, 1)
    yield _figure(f"{name}, rate, {dialect}", rate, "submissions/s", round(NEEDED, 1))
    without = round(len(rest) / (seconds - away), 1)
    yield _figure(
        f"{name}, rate while it was up, {dialect}", without, "submissions/s", round(NEEDED, 1)
    )
    yield _figure(f"{name}, p99, {dialect}", found.p99(), "ms", 1000.0)
    yield _figure(f"{name}, requests sent again, {dialect}", found.retries, "requests", None)
    yield _figure(f"{name}, lost or doubled, {dialect}", _wrong(database, len(secrets)), "rows", 0)


def _figure(name: str, value: float, unit: str, reference: float | None) -> dict[str, object]:
    ratio = round(value / reference, 3) if reference else None
    return {"name": name, "value": value, "unit": unit, "reference": reference, "ratio": ratio}


def _send(url: str, secrets: Sequence[str], numbers: range, pace: float | None) -> Run:
    """Every submission until it is acknowledged; ``pace`` is how many begin in a second."""
    found, turns, began = Run(), count(), monotonic()

    def client(_index: int) -> None:
        sender = _Sender(url, found)
        while (turn := next(turns)) < len(numbers):
            if pace is not None:
                time.sleep(max(0.0, began + turn / pace - monotonic()))
            number = numbers[turn]
            sender.send(_request(url, number, secrets[number]))

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        list(pool.map(client, range(CONNECTIONS)))
    return found


class _Sender:
    """One client's connection, opened again whenever it broke."""

    def __init__(self, url: str, found: Run) -> None:
        parts = urlsplit(url)
        self._address = (parts.hostname or "", parts.port or 80)
        self._found = found
        self._connection: Connection | None = None

    def send(self, request: bytes) -> None:
        while True:
            started = monotonic()
            status = self._try(request)
            if status == 200:
                with self._found.lock:
                    self._found.milliseconds.append((monotonic() - started) * 1000)
                return
            if status is not None and status < 500:
                raise RuntimeError(f"a submission was refused with {status}")
            with self._found.lock:
                self._found.retries += 1
            time.sleep(PAUSE)

    def _try(self, request: bytes) -> int | None:
        """The status, or None when the server went away."""
        try:
            if self._connection is None:
                self._connection = Connection(self._address)
            return self._connection.ask(request)
        except (OSError, IndexError, ValueError):
            self._connection = None
            return None


def _request(url: str, number: int, secret: str) -> bytes:
    first = first_student(number)
    absent = [{"person_id": first + n, "kind": "absent"} for n in range(ABSENT)]
    plain = {"section_id": number + 1, "on_date": MONDAY.isoformat(), "period": "1"}
    body = json.dumps({**plain, "version": 0, "exceptions": absent}).encode()
    head = (
        "POST /api/v1/attendance/submissions HTTP/1.1\r\n"
        f"Host: {urlsplit(url).netloc}\r\nCookie: bellwether_session={secret}\r\n"
        f"X-CSRF-Token: {make_token(secret)}\r\nIdempotency-Key: morning-{number}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _wait_for(database: Database, submissions: int) -> None:
    while _count(database, AttendanceSubmission) < submissions:
        time.sleep(PAUSE)


def _count(database: Database, model: type[Base]) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def _wrong(database: Database, teachers: int) -> int:
    """Submissions and events that are missing, or there twice."""
    with database.read() as session:
        distinct = select(func.count(func.distinct(AttendanceSubmission.section_id)))
        classes = session.scalar(distinct) or 0
    submissions, events = (_count(database, m) for m in (AttendanceSubmission, AttendanceEvent))
    return abs(teachers - classes) + abs(submissions - classes) + abs(teachers * ABSENT - events)
