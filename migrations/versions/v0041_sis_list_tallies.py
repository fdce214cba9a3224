"""Count the records of long lists while they are written."""

from collections.abc import Mapping

import sqlalchemy as sa
from alembic import op

revision = "v0041_sis_list_tallies"
down_revision = "v0040_sis_answer_token"
branch_labels = None
depends_on = None

_BLOCK = 5_000
_TALLIED: Mapping[str, tuple[str, str]] = {
    "section_enrollment": ("id", "{row}role"),
    "person": ("id", "''"),
    "demographics": ("person_id", "''"),
    "section": ("id", "''"),
    "line_item": ("id", "''"),
    "result": ("id", "''"),
    "assessment_result": ("id", "''"),
}
"""A table to its key, and to what it is counted by besides the status."""

_POSTGRES_FUNCTION = """
CREATE FUNCTION tally_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    mine bigint := nextval('list_tally_part');
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO list_tally (table_name, status, kind, block, part, amount)
        SELECT '{table}', status, {kind}, {key} / {block}, mine, count(*)
        FROM added GROUP BY 2, 3, 4;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO list_tally (table_name, status, kind, block, part, amount)
        SELECT '{table}', status, {kind}, {key} / {block}, mine, -count(*)
        FROM removed GROUP BY 2, 3, 4;
    ELSE
        INSERT INTO list_tally (table_name, status, kind, block, part, amount)
        SELECT '{table}', status, kind, block, mine, sum(amount) FROM (
            SELECT status, {kind} AS kind, {key} / {block} AS block, 1 AS amount FROM added
            UNION ALL
            SELECT status, {kind}, {key} / {block}, -1 FROM removed
        ) AS changes GROUP BY 2, 3, 4 HAVING sum(amount) <> 0;
    END IF;
    RETURN NULL;
END $$
"""
_POSTGRES_TRIGGERS = {
    "insert": "AFTER INSERT ON {table} REFERENCING NEW TABLE AS added",
    "delete": "AFTER DELETE ON {table} REFERENCING OLD TABLE AS removed",
    "update": "AFTER UPDATE ON {table} REFERENCING NEW TABLE AS added OLD TABLE AS removed",
}
_SQLITE_UPDATE = """AFTER UPDATE ON {table}
    WHEN OLD.status <> NEW.status OR {old_kind} <> {new_kind} OR OLD.{key} <> NEW.{key}
"""
_SQLITE_TRIGGERS = {
    "insert": ("AFTER INSERT ON {table}", ("NEW",)),
    "delete": ("AFTER DELETE ON {table}", ("OLD",)),
    "update": (_SQLITE_UPDATE, ("OLD", "NEW")),
}
_SQLITE_COUNT = """
    INSERT INTO list_tally (table_name, status, kind, block, part, amount)
    VALUES ('{table}', {row}.status, {kind}, {row}.{key} / {block}, 0, {amount})
    ON CONFLICT (table_name, status, kind, block, part) DO UPDATE SET amount = amount + {amount};
"""
_FIRST_COUNT = """
INSERT INTO list_tally (table_name, status, kind, block, part, amount)
SELECT '{table}', status, {kind}, {key} / {block}, 0, count(*) FROM {table} GROUP BY 2, 3, 4
"""


def upgrade() -> None:
    op.create_table(
        "list_tally",
        sa.Column("table_name", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("block", sa.BigInteger(), nullable=False),
        sa.Column("part", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "table_name", "status", "kind", "block", "part", name=op.f("pk_list_tally")
        ),
        sqlite_with_rowid=False,
    )
    postgres = op.get_bind().dialect.name == "postgresql"
    if postgres:
        op.execute("CREATE SEQUENCE list_tally_part")
    for table, (key, kind) in _TALLIED.items():
        count = {"table": table, "key": key, "block": _BLOCK}
        op.execute(_FIRST_COUNT.format(**count, kind=kind.format(row="")))
        if postgres:
            op.execute(_POSTGRES_FUNCTION.format(**count, kind=kind.format(row="")))
        for event in _SQLITE_TRIGGERS:
            op.execute(_postgres(table, event) if postgres else _sqlite(table, event))


def _postgres(table: str, event: str) -> str:
    """By the statement, from its rows at once: a bulk load stays one."""
    when = _POSTGRES_TRIGGERS[event].format(table=table)
    return (
        f"CREATE TRIGGER tally_{table}_{event} {when}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION tally_{table}()"
    )


def _sqlite(table: str, event: str) -> str:
    key, kind = _TALLIED[table]
    when, rows = _SQLITE_TRIGGERS[event]
    old, new = kind.format(row="OLD."), kind.format(row="NEW.")
    counts = "".join(
        _SQLITE_COUNT.format(
            table=table,
            row=row,
            key=key,
            kind=kind.format(row=f"{row}."),
            block=_BLOCK,
            amount=1 if row == "NEW" else -1,
        )
        for row in rows
    )
    head = when.format(table=table, key=key, old_kind=old, new_kind=new)
    return f"CREATE TRIGGER tally_{table}_{event} {head} BEGIN {counts} END"


def downgrade() -> None:
    postgres = op.get_bind().dialect.name == "postgresql"
    for table in _TALLIED:
        for event in _SQLITE_TRIGGERS:
            op.execute(f"DROP TRIGGER tally_{table}_{event}" + f" ON {table}" * postgres)
        if postgres:
            op.execute(f"DROP FUNCTION tally_{table}()")
    if postgres:
        op.execute("DROP SEQUENCE list_tally_part")
    op.drop_table("list_tally")
