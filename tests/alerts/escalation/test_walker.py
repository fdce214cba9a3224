import threading
from collections import Counter
from datetime import timedelta
from pathlib import Path

from alerts.escalation.actions import start
from alerts.escalation.models import Escalation
from alerts.escalation.walker import turn
from core.clock import FrozenClock
from core.db import Database
from tests.alerts.acknowledgement.test_actions import fired
from tests.alerts.escalation.staff import MINUTE, add_person, chain
from tests.alerts.support import REAL, TEN, make_runtime, messages, notification

STEPS = ({"notify": {"user": "ana"}}, {"wait": "5m"}, {"notify": {"user": "ben"}}, {"wait": "5m"})


def test_the_loop_says_when_it_is_needed_again(database: Database, tmp_path: Path) -> None:
    clock = FrozenClock(TEN, REAL, speed=60.0)
    runtime = make_runtime(database, tmp_path, chain(*STEPS), clock)
    assert turn(runtime) is None
    begin(database, 1)
    assert turn(runtime) == timedelta(seconds=5)
    clock.advance(5 * MINUTE)
    assert turn(runtime) == timedelta(seconds=5)
    clock.advance(5 * MINUTE)
    assert turn(runtime) is None


def begin(database: Database, groups: int) -> None:
    with database.write() as session:
        for name in ("ana", "ben"):
            add_person(session, name, ("mail", f"{name}@district.example"))
    ids = fired(database, *range(1, groups + 1))
    with database.write() as session:
        for group_id, alert_id in enumerate(ids, 1):
            start(
                session,
                group_id=group_id,
                alert_ids=[alert_id],
                chain="urgent",
                settings=chain(*STEPS),
                notification=notification(),
                now=TEN,
                real_now=REAL,
            )


def test_several_walkers_take_every_step_once(database: Database, tmp_path: Path) -> None:
    begin(database, 60)
    before = len(messages(database))
    clock = FrozenClock(TEN + 5 * MINUTE, REAL)
    runtime = make_runtime(database, tmp_path, chain(*STEPS), clock)
    walkers = [threading.Thread(target=turn, args=[runtime]) for _ in range(3)]
    for walker in walkers:
        walker.start()
    for walker in walkers:
        walker.join()
    told = [message.payload["address"] for message in messages(database)[before:]]
    assert Counter(told) == {"ben@district.example": 60}
    with database.read() as session:
        due = Counter(session.scalars(session.query(Escalation.next_step_at).statement))
    assert due == {TEN + 10 * MINUTE: 60}
