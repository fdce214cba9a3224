"""One message for each group, kept up to date, with its history in the thread."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from alerts.channel import Thread, Told
from alerts.channels.slack import Slack
from alerts.delivery import deliver, handlers
from alerts.notification import Notification
from alerts.settings import AlertSettings
from alerts.threads.actions import HOLD, forget_threads, holding
from core.clock import FrozenClock
from core.db import Database
from core.errors import ProviderError
from core.outbox.handler import Delivery
from core.outbox.worker import deliver_due
from tests.alerts.slack_server import Workspace
from tests.alerts.support import (
    REAL,
    TEN,
    TOOLS,
    Answer,
    Request,
    change,
    make_runtime,
    messages,
    notification,
    over,
    report,
    serving,
    settings_of,
)

LATER = TEN + timedelta(minutes=2)
"""The group's next flush is due by then."""


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    with serving(Workspace()) as workspace:
        yield workspace


def slack(workspace: Workspace) -> Slack:
    return Slack.model_validate(
        {"type": "slack", "token": "x", "channel": "#help", "base_url": workspace.url}
    )


def tell(
    workspace: Workspace, news: Notification, before: Told | None = None, *, newest: bool = True
) -> Told:
    thread = Thread(7, before.kept if before else {}, newest)
    return slack(workspace).tell(news, TOOLS, thread)


def test_news_of_a_group_updates_its_message_and_replies_to_it(workspace: Workspace) -> None:
    first = tell(workspace, notification(1))
    second = tell(workspace, notification(3), first)
    third = tell(workspace, over(3), second)
    [parent] = workspace.parents
    assert parent["text"].startswith(":white_check_mark: 3 schools are back")
    assert [reply["thread_ts"] for reply in workspace.replies] == ["1421085600.000001"] * 2
    assert [reply["reply_broadcast"] for reply in workspace.replies] == [True, False]
    assert "At first, 10:00 AM" in json.dumps(workspace.replies[0]["blocks"])
    assert "At first" not in json.dumps(workspace.replies[1]["blocks"])
    assert third.receipt == "updated 1421085600.000001 in C012"


def test_what_fires_after_the_end_is_another_message(workspace: Workspace) -> None:
    ended = tell(workspace, over(1), tell(workspace, notification(1)))
    tell(workspace, notification(2), ended)
    assert len(workspace.parents) == 2


def test_an_overtaken_message_joins_the_thread_and_changes_nothing_else(
    workspace: Workspace,
) -> None:
    ended = tell(workspace, over(1))
    late = tell(workspace, notification(1), ended, newest=False)
    [parent] = workspace.parents
    [reply] = workspace.replies
    assert parent["text"].startswith(":white_check_mark:")
    assert not reply["reply_broadcast"]
    assert not late.kept["open"]


def test_a_message_that_somebody_deleted_is_posted_again(workspace: Workspace) -> None:
    first = tell(workspace, notification(1))
    workspace.messages.clear()
    again = tell(workspace, notification(2), first)
    assert again.receipt.startswith("posted to C012")
    assert len(workspace.parents) == 1


def test_a_refused_update_is_refused_as_a_message_is(workspace: Workspace) -> None:
    first = tell(workspace, notification(1))
    workspace.next_answers = [Answer(429, '{"ok": false}', {"Retry-After": "3"})]
    with pytest.raises(ProviderError, match="429") as caught:
        tell(workspace, notification(2), first)
    assert caught.value.retry_after is not None


def settings(workspace: Workspace) -> AlertSettings:
    return settings_of(
        {"type": "slack", "token": "x", "channel": "#help", "base_url": workspace.url}
    )


def test_the_thread_outlives_the_process(
    database: Database, tmp_path: Path, workspace: Workspace
) -> None:
    for status, at in (("firing", TEN), ("resolved", LATER)):
        runtime = make_runtime(database, tmp_path, settings(workspace), FrozenClock(TEN, REAL))
        report(database, settings(workspace), change(1, status, at=at))
        assert deliver_due(runtime, handlers(runtime), "test") == 1
    assert len(workspace.parents) == 1
    assert len(workspace.replies) == 1


class Interrupted(Workspace):
    """Lets something happen while it takes the first message."""

    def __init__(self) -> None:
        super().__init__()
        self.meanwhile: list[Callable[[], None]] = []

    def answer(self, request: Request) -> Answer:
        for happen in self.meanwhile:
            happen()
        self.meanwhile = []
        return super().answer(request)


def test_two_messages_of_a_group_are_not_told_at_once(database: Database, tmp_path: Path) -> None:
    refusals = []
    with serving(Interrupted()) as workspace:
        runtime = make_runtime(database, tmp_path, settings(workspace), FrozenClock(TEN, REAL))
        for number, at in ((1, TEN), (2, LATER)):
            report(database, settings(workspace), change(number, at=at))
        one, two = (
            Delivery(row.id, row.topic, row.key, row.payload, 1, REAL, row.lane)
            for row in messages(database)
        )

        def disturb() -> None:
            try:
                deliver(runtime, two)
            except ProviderError as error:
                refusals.append(error)

        workspace.meanwhile = [disturb]
        deliver(runtime, one)
        deliver(runtime, two)
    [refusal] = refusals
    assert (str(refusal), refusal.retry_after) == (
        "an earlier message of this group is on its way",
        timedelta(seconds=1),
    )
    assert len(workspace.parents) == 1


def test_what_a_killed_process_held_is_free_after_a_minute(
    database: Database, tmp_path: Path, workspace: Workspace
) -> None:
    clock = FrozenClock(TEN, REAL)
    runtime = make_runtime(database, tmp_path, settings(workspace), clock)
    killed = Delivery(1, "alert.slack", "a", {}, 1, REAL, "lane")
    other = Delivery(2, "alert.slack", "b", {}, 1, REAL, "lane")
    abandoned = holding(runtime, killed, "group")
    abandoned.__enter__()
    with pytest.raises(ProviderError), holding(runtime, other, "group"):
        raise AssertionError
    clock.advance(HOLD)
    with holding(runtime, other, "group") as held:
        held.kept = {"by": "other"}
    with holding(runtime, other, "group") as held:
        assert held.kept == {"by": "other"}


def test_threads_of_the_past_are_forgotten(database: Database, tmp_path: Path) -> None:
    runtime = make_runtime(database, tmp_path, settings_of(), FrozenClock(TEN, REAL))
    with holding(runtime, Delivery(1, "t", "a", {}, 1, REAL, "lane"), "group"):
        pass
    with database.write() as session:
        assert forget_threads(session, before=REAL, limit=10) == 0
        assert forget_threads(session, before=REAL + timedelta(seconds=1), limit=10) == 1
