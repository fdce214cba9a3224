"""A group whose receiver names a chain is escalated while it fires unsuppressed."""

from sqlalchemy import select

from alerts.escalation.models import Escalation
from alerts.settings import AlertSettings
from core.db import Database
from tests.alerts.routing.timeline import Timeline

STEPS = [{"wait": "5m"}, {"notify": {"receiver": "team"}}]


def states(database: Database) -> list[tuple[str, str | None]]:
    with database.read() as session:
        rows = session.execute(
            select(Escalation.state, Escalation.ended_because).order_by(Escalation.id)
        )
        return [(state, because) for state, because in rows]


def test_a_chain_is_begun_with_the_group_and_ends_with_it(database: Database) -> None:
    settings = AlertSettings.model_validate(
        {
            "receivers": {"team": {"escalation": "urgent"}},
            "route": {"receiver": "team", "group_wait": "0s", "group_interval": "1m"},
            "escalations": {"urgent": {"steps": STEPS}},
        }
    )
    line = Timeline(database, settings)
    line.post("firing", "a")
    assert states(database) == [("active", None)]
    line.post("firing", "b", at=70)
    line.post("resolved", "a", "b", at=130)
    line.to(300)
    assert states(database) == [("ended", "resolved")]
