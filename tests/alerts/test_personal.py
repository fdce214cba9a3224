from pathlib import Path

import pytest

from alerts.channel_settings import Method, ready_methods
from alerts.delivery import enqueue_personal, handlers
from alerts.settings import AlertSettings
from core.db import Database
from core.outbox.rules import State
from core.outbox.worker import deliver_due
from tests.alerts.support import REAL, Answer, answering, make_runtime, messages, notification

SLACK = {"type": "slack", "token": "x"}


def tell(database: Database, key: str = "step-1") -> bool:
    with database.write() as session:
        return enqueue_personal(
            session,
            method=Method.SLACK,
            address="U012AB3CD",
            notification=notification(),
            key=key,
            now=REAL,
        )


def test_a_person_is_told_once_at_the_own_address(database: Database, tmp_path: Path) -> None:
    posted = Answer(body='{"ok": true, "channel": "D1", "ts": "1.2"}')
    with answering(posted) as provider:
        personal = {"slack": {**SLACK, "base_url": provider.url}}
        alerts = AlertSettings.model_validate({"personal": personal})
        runtime = make_runtime(database, tmp_path, alerts)
        assert tell(database)
        assert not tell(database)
        deliver_due(runtime, handlers(runtime), "test")
    [request] = provider.requests
    assert request.json()["channel"] == "U012AB3CD"
    [message] = messages(database)
    assert (message.state, message.lane) == (State.SENT, "personal.slack:U012AB3CD")


def test_a_method_without_a_channel_is_given_up_with_the_reason(
    database: Database, tmp_path: Path
) -> None:
    runtime = make_runtime(database, tmp_path, AlertSettings())
    tell(database)
    deliver_due(runtime, handlers(runtime), "test")
    [message] = messages(database)
    assert message.state == State.DEAD
    assert message.last_error == "config.yaml has no channel slack in alerts.personal any more"


def test_only_what_is_ready_may_be_chosen() -> None:
    mail = {"type": "mail", "sender": "alerts@district.example"}
    settings = AlertSettings.model_validate({"personal": {"slack": SLACK, "mail": mail}})
    assert ready_methods(settings.personal) == [Method.SLACK]


def test_a_channel_that_reaches_no_person_is_refused() -> None:
    with pytest.raises(ValueError, match="a channel of type console reaches no one person"):
        AlertSettings.model_validate({"personal": {"mail": {"type": "console"}}})
