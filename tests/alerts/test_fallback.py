from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from alerts.delivery import handlers
from alerts.on_failed import on_failed
from alerts.settings import ReceiverSettings
from core.clock import FrozenClock
from core.db import Database
from core.outbox.rules import State
from core.outbox.worker import deliver_due
from core.runtime import Runtime
from tests.alerts.support import (
    REAL,
    TEN,
    Answer,
    answering,
    change,
    make_runtime,
    messages,
    report,
    settings_of,
)


def console(name: str, fallback: str = "", **more: object) -> Mapping[str, object]:
    return {"type": "console", "name": name, "fallback": fallback, **more}


def receiver(*channels: Mapping[str, object], fallback: str = "") -> ReceiverSettings:
    return ReceiverSettings.model_validate({"channels": channels, "fallback": fallback})


def told(found: ReceiverSettings) -> list[str]:
    return [channel.label for channel in found.told]


def test_a_fallback_waits_until_it_is_needed() -> None:
    assert told(receiver(console("slack", "mail"), console("mail", "sms"), console("sms"))) == [
        "slack"
    ]
    assert told(receiver(console("slack"), console("mail"))) == ["slack", "mail"]


def test_a_receivers_fallback_is_that_of_all_its_channels() -> None:
    found = receiver(console("slack"), console("mail"), console("sms"), fallback="sms")
    assert told(found) == ["slack", "mail"]
    other = found.fallback_of("mail")
    assert other is not None
    assert other.label == "sms"
    assert found.fallback_of("sms") is None


def test_a_fallback_steps_in_at_once_for_a_channel_that_is_not_ready() -> None:
    slack = {"type": "slack", "fallback": "mail"}
    off = console("mail", "sms", enabled=False)
    found = receiver(slack, off, console("sms"), console("other", "sms"))
    assert told(found) == ["sms", "other"]


@pytest.mark.parametrize(
    ("channels", "wrong"),
    [
        ([console("a", "b")], "a: the fallback 'b' is no channel of this receiver"),
        ([console("a", "b"), console("b", "a")], "a: its fallbacks lead back to itself"),
    ],
)
def test_a_fallback_that_cannot_help_is_refused(
    channels: list[Mapping[str, object]], wrong: str
) -> None:
    with pytest.raises(ValueError, match=wrong):
        receiver(*channels)


class District:
    """A webhook with the console as its fallback, and an outbox that is delivered by hand."""

    def __init__(self, database: Database, var: Path, url: str) -> None:
        self.clock = FrozenClock(TEN, REAL)
        channels = [{"type": "webhook", "url": url, "fallback": "console"}, {"type": "console"}]
        self.settings = settings_of(*channels)
        self.runtime: Runtime = make_runtime(database, var, self.settings, self.clock)

    def turn(self) -> None:
        calls = on_failed(self.runtime)
        deliver_due(self.runtime, handlers(self.runtime), "test", on_failed=calls)


def test_a_dead_letter_is_told_through_the_fallback(
    database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with answering(Answer(404)) as provider:
        district = District(database, tmp_path, provider.url)
        report(database, district.settings, change(1))
        district.turn()
        district.turn()
    dead, instead = messages(database)
    assert (dead.state, instead.state) == (State.DEAD, State.SENT)
    assert instead.payload["instead_of"] == "webhook"
    assert instead.payload["notification"] == dead.payload["notification"]
    assert "School 1: 11 students" in capsys.readouterr().out


def test_a_channel_that_fails_for_five_minutes_is_helped_and_still_tried(
    database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with answering(Answer(503)) as provider:
        district = District(database, tmp_path, provider.url)
        report(database, district.settings, change(1))
        district.turn()
        assert len(messages(database)) == 1
        for _ in range(3):
            district.clock.advance(timedelta(minutes=5))
            district.turn()
    failing, instead = messages(database)
    assert (failing.state, failing.attempts) == (State.FAILED, 4)
    assert instead.state == State.SENT
    assert capsys.readouterr().out.count("School 1") == 1
