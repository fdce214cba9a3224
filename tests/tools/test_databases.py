"""The databases that fixtures hand out."""

import pytest
from sqlalchemy import text

from core.db import Database
from core.migrate import current, head


def test_a_database_is_migrated_to_the_head(database: Database) -> None:
    assert current(database) == head()


@pytest.mark.parametrize("turn", [1, 2])
def test_what_one_test_writes_no_other_sees(database: Database, turn: int) -> None:
    with database.write() as session:
        session.execute(text("CREATE TABLE only_mine (turn INTEGER)"))
        session.execute(text("INSERT INTO only_mine VALUES (:turn)"), {"turn": turn})
    with database.read() as session:
        assert session.execute(text("SELECT turn FROM only_mine")).scalars().all() == [turn]


def test_postgresql_is_the_real_one(database: Database) -> None:
    version = "SELECT sqlite_version()" if database.dialect == "sqlite" else "SELECT version()"
    with database.read() as session:
        answer = str(session.execute(text(version)).scalar_one())
    assert answer.startswith("3." if database.dialect == "sqlite" else "PostgreSQL 18")
