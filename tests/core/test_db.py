"""The database: no update lost, no naive time, rollback on any exception, both engines."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError, StatementError

from core import migrate
from core.audit.actions import record
from core.audit.models import AuditEntry
from core.auth.actor import system
from core.db import Database
from sis.organizations.models import Organization

NOW = datetime(2015, 1, 12, 18, 0, tzinfo=UTC)


def organization(sourced_id: str, at: datetime = NOW) -> Organization:
    return Organization(
        sourced_id=sourced_id, source="test", name="North", type="esc", modified_at=at
    )


def count(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(Organization)) or 0


def test_concurrent_writers_lose_no_update(database: Database) -> None:
    with database.write() as session:
        session.add(organization("0"))

    def add_one(_: int) -> None:
        with database.write() as session:
            row = session.scalars(select(Organization).with_for_update()).one()
            row.name = str(int(row.name) + 1 if row.name.isdigit() else 1)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add_one, range(80)))
    with database.read() as session:
        assert session.scalars(select(Organization.name)).one() == "80"


def test_an_exception_leaves_nothing_behind(database: Database) -> None:
    def fail() -> None:
        with database.write() as session:
            session.add(organization("1"))
            session.flush()
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert count(database) == 0


def test_a_read_saves_nothing(database: Database) -> None:
    with database.read() as session:
        session.add(organization("1"))
    assert count(database) == 0


def test_times_come_back_aware_in_utc(database: Database) -> None:
    pacific = timezone(timedelta(hours=-8))
    with database.write() as session:
        session.add(organization("1", NOW.astimezone(pacific)))
    with database.read() as session:
        at = session.scalars(select(Organization.modified_at)).one()
    assert at == NOW
    assert at.tzinfo is UTC


def test_a_naive_time_is_refused(database: Database) -> None:
    with database.write() as session:
        session.add(organization("1", NOW.replace(tzinfo=None)))
        with pytest.raises(StatementError, match="naive"):
            session.flush()
        session.rollback()


def test_a_foreign_key_is_enforced(database: Database) -> None:
    child = organization("1")
    child.parent_id = 999
    with database.write() as session:
        session.add(child)
        with pytest.raises(IntegrityError):
            session.flush()
        session.rollback()


def test_the_migrations_can_run_again(database: Database) -> None:
    migrate.upgrade(database)
    assert migrate.current(database) == migrate.head()


def test_an_audit_row_tells_who_what_before_and_after(database: Database) -> None:
    with database.write() as session:
        record(
            session,
            by=system("importer"),
            action="organization.rename",
            subject=("organization", 7),
            before={"name": "North", "on": NOW.date()},
            after={"name": "South"},
            now=NOW,
        )
    with database.read() as session:
        row = session.scalars(select(AuditEntry)).one()
        assert (row.actor, row.subject_id) == ("system:importer", "7")
        assert row.before == {"name": "North", "on": "2015-01-12"}
        assert row.after == {"name": "South"}


@pytest.mark.parametrize("block", ["write", "read"])
def test_connections_go_back_to_the_pool(database: Database, block: str) -> None:
    answers = []
    for _ in range(120):
        with getattr(database, block)() as session:
            answers.append(session.scalar(text("SELECT 1")))
    assert answers == [1] * 120


def test_a_connection_that_was_at_work_at_dispose_is_closed_afterwards(database: Database) -> None:
    with database.read() as session:
        session.execute(text("SELECT 1"))
        raw = session.connection().connection.dbapi_connection
        database.dispose()
    assert raw is not None
    with pytest.raises(Exception, match="closed"):
        raw.cursor().execute("SELECT 1")
