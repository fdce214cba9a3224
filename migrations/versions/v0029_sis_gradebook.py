"""Keep categories, line items, results and score scales."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.sql.schema import SchemaItem

revision = "v0029_sis_gradebook"
down_revision = "v0027_sis_attendance"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INDEXED = {
    "category": [],
    "score_scale": ["section_id"],
    "line_item": ["section_id", "category_id"],
    "result": ["line_item_id", "person_id"],
    "assessment_line_item": ["section_id", "parent_id"],
    "assessment_result": ["assessment_line_item_id", "person_id"],
}
"""The tables in the order in which they refer to each other, with their indexes."""


def _to(table: str, name: str, other: str, nullable: bool = True) -> list[SchemaItem]:
    return [
        sa.Column(name, _KEY, nullable=nullable),
        sa.ForeignKeyConstraint([name], [f"{other}.id"], name=op.f(f"fk_{table}_{name}_{other}")),
    ]


def _sourced(table: str) -> list[SchemaItem]:
    return [
        sa.Column("id", _KEY, nullable=False),
        sa.Column("sourced_id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("extra", sa.JSON(), nullable=True),
        sa.Column("modified_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("import_run_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("status in ('active','tobedeleted')", name=op.f(f"ck_{table}_status")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("sourced_id", name=op.f(f"uq_{table}_sourced_id")),
    ]


def _scored(table: str) -> list[SchemaItem]:
    return [
        *_to(table, "person_id", "person", nullable=False),
        *_to(table, "score_scale_id", "score_scale"),
        sa.Column("score_status", sa.String(), nullable=False),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("text_score", sa.String(), nullable=True),
        sa.Column("scored_on", sa.Date(), nullable=False),
        sa.Column("comment", sa.String(), nullable=True),
        sa.Column("objectives", sa.JSON(), nullable=True),
        sa.Column("in_progress", sa.Boolean(), nullable=True),
        sa.Column("incomplete", sa.Boolean(), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=True),
        sa.Column("missing", sa.Boolean(), nullable=True),
    ]


def _marked(table: str) -> list[SchemaItem]:
    """What a line item and an assessment's have in common."""
    return [
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=True),
        *_to(table, "score_scale_id", "score_scale"),
        sa.Column("minimum", sa.Double(), nullable=True),
        sa.Column("maximum", sa.Double(), nullable=True),
        sa.Column("objectives", sa.JSON(), nullable=True),
        sa.CheckConstraint(
            "minimum is null or maximum is null or minimum <= maximum",
            name=op.f(f"ck_{table}_values"),
        ),
    ]


def upgrade() -> None:
    op.create_table(
        "category",
        *_sourced("category"),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("weight", sa.Double(), nullable=True),
    )
    op.create_table(
        "score_scale",
        *_sourced("score_scale"),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        *_to("score_scale", "section_id", "section", nullable=False),
        *_to("score_scale", "course_id", "course"),
        sa.Column("pairs", sa.JSON(), nullable=False),
    )
    op.create_table(
        "line_item",
        *_sourced("line_item"),
        *_marked("line_item"),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        *_to("line_item", "section_id", "section", nullable=False),
        *_to("line_item", "category_id", "category", nullable=False),
        *_to("line_item", "grading_period_id", "academic_session"),
        *_to("line_item", "session_id", "academic_session"),
    )
    op.create_table(
        "result",
        *_sourced("result"),
        *_scored("result"),
        *_to("result", "line_item_id", "line_item", nullable=False),
    )
    op.create_table(
        "assessment_line_item",
        *_sourced("assessment_line_item"),
        *_marked("assessment_line_item"),
        *_to("assessment_line_item", "section_id", "section"),
        *_to("assessment_line_item", "parent_id", "assessment_line_item"),
        sa.CheckConstraint(
            "parent_id is null or parent_id <> id", name=op.f("ck_assessment_line_item_parent")
        ),
    )
    op.create_table(
        "assessment_result",
        *_sourced("assessment_result"),
        *_scored("assessment_result"),
        *_to("assessment_result", "assessment_line_item_id", "assessment_line_item", False),
        sa.Column("percentile", sa.Double(), nullable=True),
    )
    for table, columns in _INDEXED.items():
        for column in ("modified_at", *columns):
            op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)


def downgrade() -> None:
    for table, columns in reversed(_INDEXED.items()):
        for column in ("modified_at", *columns):
            op.drop_index(op.f(f"ix_{table}_{column}"), table_name=table)
        op.drop_table(table)
