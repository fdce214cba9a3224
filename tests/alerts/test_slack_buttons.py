"""A button pressed in Slack: from the signed request to what stands in the thread."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from alerts.acknowledgement.queries import list_acknowledged
from alerts.contacts.models import Contact
from alerts.interactions import Pressed, register
from alerts.settings import AlertSettings
from alerts.silences.models import Silence
from alerts.slack.signature import is_from_slack, sign
from alerts.surface import SURFACE
from core.clock import FrozenClock
from core.db import Database
from core.errors import Conflict
from core.outbox.rules import State
from core.outbox.worker import deliver_due
from core.settings.models import RoleSettings
from tests.alerts.slack_server import Workspace
from tests.alerts.support import REAL, TEN, change, messages, report, serving, settings_of
from tests.core.web_site import Site, make_site

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
MEMBER = "U012AB3CD"
ROLES = {
    "agent": RoleSettings(
        title="Agent",
        permissions=frozenset({"alerts.read", "alerts.acknowledge", "alerts.silence"}),
    ),
    "reader": RoleSettings(title="Reader", permissions=frozenset({"alerts.read"})),
}


def open_site(database: Database, var: Path, alerts: AlertSettings) -> Site:
    clock = FrozenClock(TEN, REAL)
    return make_site(database, var, clock, [SURFACE], roles=ROLES, sections={AlertSettings: alerts})


class Help:
    """A site with one Slack channel, in which two schools' alerts stand."""

    def __init__(self, database: Database, var: Path, workspace: Workspace) -> None:
        self.database, self.workspace = database, workspace
        self.settings: AlertSettings = settings_of(
            {
                "type": "slack",
                "token": "x",
                "channel": "#help",
                "signing_secret": SECRET,
                "base_url": workspace.url,
            }
        )
        self.site: Site = open_site(database, var, self.settings)
        report(database, self.settings, change(1), change(2))
        self.deliver()

    def deliver(self) -> None:
        assert SURFACE.handlers is not None
        while deliver_due(self.site.runtime, SURFACE.handlers(self.site.runtime), "test"):
            pass

    def add(self, username: str, role: str = "agent", member: str = MEMBER) -> None:
        user_id = self.site.add_user(username, role)
        with self.database.write() as session:
            session.add(
                Contact(
                    user_id=user_id,
                    method="slack",
                    address=member,
                    added_at=REAL,
                    verified_at=REAL,
                    code_attempts=0,
                )
            )

    def press(
        self, action: str, *, secret: str = SECRET, at: datetime = REAL, member: str = MEMBER
    ) -> TestResponse:
        [parent] = self.workspace.parents
        [row] = [block for block in parent["blocks"] if block["type"] == "actions"]
        [value] = {element["value"] for element in row["elements"]}
        payload = {
            "type": "block_actions",
            "user": {"id": member, "username": "ana", "team_id": "T1"},
            "actions": [{"type": "button", "action_id": action, "value": value}],
            "message": {"ts": "1421085600.000001", "blocks": parent["blocks"]},
            "response_url": f"{self.workspace.url}answer",
        }
        return self.send(json.dumps(payload), secret, at)

    def send(self, payload: str, secret: str = SECRET, at: datetime = REAL) -> TestResponse:
        body = urlencode({"payload": payload}).encode()
        timestamp = str(int(at.timestamp()))
        return self.site.browser().client.post(
            "/slack/interactions",
            data=body,
            content_type="application/x-www-form-urlencoded",
            headers={
                "X-Slack-Request-Timestamp": timestamp,
                "X-Slack-Signature": sign(secret, timestamp, body),
            },
        )

    def answers(self) -> list[str]:
        """What only the person who pressed was told."""
        self.deliver()
        return [
            request.json()["text"]
            for request in self.workspace.requests
            if request.path == "/answer"
        ]

    def acknowledged(self) -> list[str]:
        with self.database.read() as session:
            return sorted(
                {each.by_name for each in list_acknowledged(session, [1, 2], TEN).values()}
            )


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Iterator[Help]:
    with serving(Workspace()) as workspace:
        yield Help(database, tmp_path, workspace)


def test_slacks_own_example_is_accepted() -> None:
    """docs.slack.dev/authentication/verifying-requests-from-slack."""
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id="
        b"G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook"
        b"-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F3977"
        b"00885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d1"
        b"0d2c447fce8b6703c"
    )
    signature = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    at = datetime.fromtimestamp(1531420618, tz=REAL.tzinfo)
    assert is_from_slack([SECRET], "1531420618", signature, body, at)
    assert is_from_slack(["other", SECRET], "1531420618", signature, body, at)
    assert not is_from_slack([SECRET], "1531420618", signature, body + b" ", at)
    assert not is_from_slack([SECRET], "1531420618", signature, body, at + timedelta(minutes=6))
    assert not is_from_slack([""], "1531420618", sign("", "1531420618", body), body, at)


def test_a_button_acknowledges_and_the_message_says_who(desk: Help) -> None:
    desk.add("ana")
    assert desk.press("acknowledge").status_code == 200
    assert desk.acknowledged() == ["Ana"]
    desk.deliver()
    [parent] = desk.workspace.parents
    assert [element["action_id"] for element in parent["blocks"][-1]["elements"]] == [
        "silence",
        "take",
    ]
    assert parent["blocks"][-2]["elements"][0]["text"] == (
        f"Ana (<@{MEMBER}>) acknowledged 2 alerts"
    )
    [reply] = desk.workspace.replies
    assert reply["text"] == f"Ana (<@{MEMBER}>) acknowledged 2 alerts"


def test_a_message_that_has_moved_on_only_gets_the_remark(desk: Help) -> None:
    desk.add("ana")
    desk.press("acknowledge")
    report(desk.database, desk.settings, change(3, at=TEN + timedelta(minutes=2)))
    with desk.database.write() as session:
        news = messages(desk.database)[-1]
        session.get_one(type(news), news.id).next_attempt_at = REAL - timedelta(seconds=1)
    desk.deliver()
    [parent] = desk.workspace.parents
    assert len(parent["blocks"][-1]["elements"]) == 3
    assert len(desk.workspace.replies) == 2


def test_a_button_silences_the_group_for_an_hour(desk: Help) -> None:
    desk.add("ana")
    desk.press("silence")
    with desk.database.read() as session:
        [silence] = session.scalars(select(Silence))
    assert silence.matchers == [{"name": "alertname", "op": "=", "value": "TooManyWithoutSchedule"}]
    assert silence.ends_at - silence.starts_at == timedelta(hours=1)


def test_a_button_of_another_package_is_dispatched(desk: Help) -> None:
    seen: list[Pressed] = []

    def take(_session: object, pressed: Pressed) -> str:
        seen.append(pressed)
        return "took ticket 7"

    register(desk.site.app, {"take": take})
    desk.add("ana")
    desk.press("take")
    desk.deliver()
    assert [alert.labels["school"] for alert in seen[0].alerts] == ["S-0001", "S-0002"]
    assert desk.workspace.replies[0]["text"].endswith("took ticket 7")


def test_a_refusal_is_told_to_whoever_pressed_and_changes_nothing(desk: Help) -> None:
    def take(_session: object, _pressed: Pressed) -> str:
        raise Conflict("Bo has this ticket already.")

    register(desk.site.app, {"take": take})
    desk.add("ana")
    desk.press("take")
    assert desk.answers() == ["Bo has this ticket already."]
    assert desk.workspace.replies == []


def test_a_stranger_is_told_how_to_become_known(desk: Help) -> None:
    desk.press("acknowledge")
    [answer] = desk.answers()
    assert f"add {MEMBER} as your Slack member ID" in answer
    assert desk.acknowledged() == []


def test_a_role_that_may_not_is_refused(desk: Help) -> None:
    desk.add("ola", "reader")
    desk.press("acknowledge")
    assert desk.answers() == ["This needs the permission alerts.acknowledge; your role is reader."]
    assert desk.acknowledged() == []


def test_a_press_that_slack_reports_twice_is_remarked_once(desk: Help) -> None:
    desk.add("ana")
    desk.press("acknowledge")
    desk.press("acknowledge")
    desk.deliver()
    assert len(desk.workspace.replies) == 1
    assert {message.state for message in messages(desk.database)} == {State.SENT}


@pytest.mark.parametrize(
    ("secret", "at"),
    [("wrong", REAL), (SECRET, REAL - timedelta(minutes=6)), (SECRET, REAL + timedelta(minutes=6))],
)
def test_a_request_that_slack_did_not_sign_just_now_is_refused(
    desk: Help, secret: str, at: datetime
) -> None:
    desk.add("ana")
    assert desk.press("acknowledge", secret=secret, at=at).status_code == 403
    assert desk.acknowledged() == []


@pytest.mark.parametrize(
    ("payload", "status"),
    [
        ("nonsense", 422),
        ("[" * 5000, 422),
        ('{"type": "view_submission", "user": {"id": "U1"}}', 200),
        ('{"type": "block_actions", "user": {"id": "U1"}, "actions": [{"action_id": "x"}]}', 200),
    ],
)
def test_what_is_no_press_of_our_buttons_is_no_error_of_ours(
    desk: Help, payload: str, status: int
) -> None:
    assert desk.send(payload).status_code == status


def test_without_a_signing_secret_there_are_no_buttons(database: Database, tmp_path: Path) -> None:
    with serving(Workspace()) as workspace:
        alerts = settings_of(
            {"type": "slack", "token": "x", "channel": "#help", "base_url": workspace.url}
        )
        site = open_site(database, tmp_path, alerts)
        report(database, alerts, change(1))
        assert SURFACE.handlers is not None
        deliver_due(site.runtime, SURFACE.handlers(site.runtime), "test")
        assert "actions" not in {block["type"] for block in workspace.parents[0]["blocks"]}
