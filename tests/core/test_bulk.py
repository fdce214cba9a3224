"""Many rows at once, on both databases."""

from datetime import UTC, datetime

from sqlalchemy import select

from core.bulk import AT_ONCE, insert_many
from core.db import Database
from core.outbox.models import OutboxMessage

NOW = datetime(2026, 9, 14, 14, 0, 0, 123456, tzinfo=UTC)


def row(number: int, text: str = "x") -> dict[str, object]:
    return {
        "topic": "greeting",
        "key": f"k{number}",
        "lane": "greeting",
        "recipient": "",
        "payload": {"say": text, "list": [1, None, True]},
        "state": "queued",
        "attempts": 0,
        "next_attempt_at": NOW,
        "enqueued_at": NOW,
    }


def test_rows_whose_key_is_known_are_left_out(database: Database) -> None:
    with database.write() as session:
        insert_many(session, OutboxMessage, [row(1, 'Ñandú "quoted"\n')])
        rows = [row(number) for number in range(AT_ONCE + 5)]
        added = insert_many(session, OutboxMessage, rows, returning=("key", "id"))
        assert len(added) == AT_ONCE + 4
        assert "k1" not in dict(added)
        first = session.scalars(select(OutboxMessage).where(OutboxMessage.key == "k1")).one()
        assert first.payload == {"say": 'Ñandú "quoted"\n', "list": [1, None, True]}
        assert (first.next_attempt_at, first.attempts, first.sent_at) == (NOW, 0, None)
        assert insert_many(session, OutboxMessage, []) == []
