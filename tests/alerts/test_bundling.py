"""A number gets one text at once, and one for all that follows within two minutes."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from alerts.delivery import handlers
from alerts.settings import AlertSettings
from core.clock import FrozenClock
from core.db import Database
from core.outbox.models import OutboxMessage
from core.outbox.rules import State
from core.outbox.worker import deliver_due
from tests.alerts.support import (
    REAL,
    TEN,
    Answer,
    Provider,
    change,
    make_runtime,
    messages,
    report,
    serving,
    settings_of,
)

ONE, OTHER = "+12135550101", "+12135550102"


class Texting:
    """A district that texts to two numbers, and what its provider received."""

    def __init__(self, database: Database, var: Path, provider: Provider) -> None:
        self.database = database
        self.provider = provider
        self.clock = FrozenClock(TEN, REAL)
        self.settings: AlertSettings = settings_of(
            {
                "type": "sms",
                "url": f"{provider.url}{{account}}/Messages.json",
                "account": "AC1",
                "token": "x",
                "sender": "+12135550100",
                "to": [ONE, OTHER],
            },
            route={"group_by": ["school"]},
        )
        self.runtime = make_runtime(database, var, self.settings, self.clock)

    def report(self, *schools: int) -> None:
        for school in schools:
            report(self.database, self.settings, change(school))

    def turns(self, seconds: float = 0) -> None:
        self.clock.advance(timedelta(seconds=seconds))
        while deliver_due(self.runtime, handlers(self.runtime), "test"):
            pass

    def texts(self, number: str) -> list[str]:
        forms = [parse_qs(request.body.decode()) for request in self.provider.requests]
        return [form["Body"][0] for form in forms if form["To"] == [number]]

    def to(self, number: str) -> list[OutboxMessage]:
        return [message for message in messages(self.database) if message.recipient == number]


@pytest.fixture
def texting(database: Database, tmp_path: Path) -> Iterator[Texting]:
    created = Answer(201, json.dumps({"sid": "SM1", "status": "queued"}))
    with serving(Provider([created])) as provider:
        yield Texting(database, tmp_path, provider)


def test_what_waits_together_is_one_text_for_each_number(texting: Texting) -> None:
    texting.report(1, 2, 3)
    texting.turns()
    for number in (ONE, OTHER):
        [text] = texting.texts(number)
        assert text.count("FIRING: School") == 3
        first, *others = texting.to(number)
        assert first.receipt == "accepted as SM1, with 2 other messages"
        assert [each.receipt for each in others] == [f"told with message {first.id}"] * 2


def test_what_follows_within_two_minutes_is_kept_back_and_told_at_once(texting: Texting) -> None:
    texting.report(1)
    texting.turns()
    texting.report(2)
    texting.turns(10)
    texting.report(3)
    texting.turns(60)
    assert len(texting.texts(ONE)) == 1
    assert {each.last_error for each in texting.to(ONE)[1:]} == {
        "kept back to be told with what follows"
    }
    texting.turns(50)
    assert len(texting.texts(ONE)) == 2
    assert texting.texts(ONE)[1].count("FIRING: School") == 2
    assert {each.state for each in texting.to(ONE)} == {State.SENT}
    texting.report(4)
    texting.turns(121)
    assert texting.texts(ONE)[2].startswith("FIRING: School 4")


def test_a_text_that_failed_takes_along_what_came_meanwhile(texting: Texting) -> None:
    texting.provider.next_answers = [Answer(500), Answer(500)]
    texting.report(1)
    texting.turns()
    assert [each.state for each in texting.to(ONE)] == [State.FAILED]
    texting.report(2)
    texting.turns()
    texting.turns(121)
    assert [text.count("FIRING") for text in texting.texts(ONE)] == [1, 2]
    assert {each.state for each in texting.to(ONE)} == {State.SENT}
