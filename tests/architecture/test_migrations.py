"""Migrations and models say the same thing, on both engines."""

from importlib import import_module
from pathlib import PurePosixPath

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, MetaData, inspect, text

from core.db import Base, Database
from tests.support.tree import ROOT, product_sources

INDEX_NAMES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'index'",
    "postgresql": "SELECT indexname FROM pg_indexes WHERE schemaname = 'public'",
}
SEARCH_TABLES = {
    "sqlite": "SELECT name FROM pragma_table_list WHERE type IN ('virtual', 'shadow')",
    "postgresql": "SELECT NULL WHERE false",
}


@pytest.fixture(scope="module")
def models() -> MetaData:
    """Every table of the house: a model that nobody imported yet counts too."""
    for source in product_sources():
        parts = PurePosixPath(source.name).with_suffix("").parts
        if "models" in parts:
            import_module(".".join(part for part in parts if part != "__init__"))
    return Base.metadata


def test_there_is_one_migration_head() -> None:
    assert len(ScriptDirectory(str(ROOT / "migrations")).get_heads()) == 1


@pytest.mark.filterwarnings("ignore:.*expression-based index")  # the next test looks at those
def test_models_have_not_drifted_from_migrations(database: Database, models: MetaData) -> None:
    search = _names(database, SEARCH_TABLES)  # full-text tables exist in migrations alone
    options = {"include_name": lambda name, kind, _: kind != "table" or name not in search}
    with database.writer.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, models) == []


def test_every_index_of_a_model_is_in_the_database(database: Database, models: MetaData) -> None:
    """Alembic cannot see indexes on expressions in SQLite."""
    declared = {str(index.name) for table in models.sorted_tables for index in table.indexes}
    assert declared - _names(database, INDEX_NAMES) == set()


def test_every_check_of_a_model_is_in_the_database(database: Database, models: MetaData) -> None:
    """Alembic does not compare CHECK constraints, and they carry our invariants."""
    inspector, preparer = inspect(database.writer), database.writer.dialect.identifier_preparer
    for table in models.sorted_tables:
        declared = {
            preparer.format_constraint(constraint)
            for constraint in table.constraints
            if isinstance(constraint, CheckConstraint)
        }
        present = {check["name"] for check in inspector.get_check_constraints(table.name)}
        assert (table.name, present) == (table.name, declared)


def _names(database: Database, queries: dict[str, str]) -> set[str]:
    with database.read() as session:
        return set(session.execute(text(queries[database.dialect])).scalars())
