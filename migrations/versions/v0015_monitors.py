"""Create the tables of monitors."""

import sqlalchemy as sa
from alembic import op

revision = "v0015_monitors"
down_revision = "v0014_alerts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "probe_run",
        sa.Column("probe", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fresh_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.Column("subjects", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.CheckConstraint("duration_ms >= 0", name=op.f("ck_probe_run_duration")),
        sa.PrimaryKeyConstraint("probe", name=op.f("pk_probe_run")),
    )
    op.create_table(
        "probe_sample",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("probe", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("denominator", sa.Integer(), nullable=False),
        sa.Column("firing", sa.Integer(), nullable=False),
        sa.Column("pending", sa.Integer(), nullable=False),
        sa.Column("unknown", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_probe_sample")),
        sa.UniqueConstraint("probe", "at", name=op.f("uq_probe_sample_probe_at")),
    )
    op.create_table(
        "self_check",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("differences", sa.Integer(), nullable=False),
        sa.Column("examples", sa.JSON(), nullable=False),
        sa.CheckConstraint("differences >= 0", name=op.f("ck_self_check_differences")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_self_check")),
    )
    op.create_table(
        "probe_reading",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("probe", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("school_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("value", sa.Integer(), nullable=True),
        sa.Column("denominator", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["school_id"],
            ["school.organization_id"],
            name=op.f("fk_probe_reading_school_id_school"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_probe_reading")),
        sa.UniqueConstraint(
            "probe", "subject", "at", name=op.f("uq_probe_reading_probe_subject_at")
        ),
    )
    op.create_index(op.f("ix_probe_reading_at"), "probe_reading", ["at"], unique=False)
    op.create_index(
        op.f("ix_probe_reading_probe_school_id_at"),
        "probe_reading",
        ["probe", "school_id", "at"],
        unique=False,
    )
    op.create_table(
        "probe_state",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("probe", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("school_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("active_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("keep_firing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("good", sa.Integer(), nullable=False),
        sa.Column("unknown_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("value", sa.Integer(), nullable=True),
        sa.Column("threshold", sa.Integer(), nullable=True),
        sa.Column("denominator", sa.Integer(), nullable=True),
        sa.Column("sample_ids", sa.JSON(), nullable=False),
        sa.Column("fresh_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state <> 'unknown' or unknown_since is not null", name=op.f("ck_probe_state_unknown")
        ),
        sa.CheckConstraint(
            "state in ('ok','pending','firing','resolved','unknown')",
            name=op.f("ck_probe_state_state"),
        ),
        sa.CheckConstraint("failures >= 0 and good >= 0", name=op.f("ck_probe_state_counts")),
        sa.ForeignKeyConstraint(
            ["school_id"], ["school.organization_id"], name=op.f("fk_probe_state_school_id_school")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_probe_state")),
        sa.UniqueConstraint("probe", "subject", name=op.f("uq_probe_state_probe_subject")),
    )
    op.create_index(op.f("ix_probe_state_school_id"), "probe_state", ["school_id"], unique=False)
    op.create_table(
        "probe_transition",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("probe", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("school_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("from_state", sa.String(), nullable=False),
        sa.Column("to_state", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("value", sa.Integer(), nullable=True),
        sa.Column("threshold", sa.Integer(), nullable=True),
        sa.Column("denominator", sa.Integer(), nullable=True),
        sa.Column("sample_ids", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.CheckConstraint(
            "from_state in ('ok','pending','firing','resolved','unknown')",
            name=op.f("ck_probe_transition_from_state"),
        ),
        sa.CheckConstraint(
            "to_state in ('ok','pending','firing','resolved','unknown')",
            name=op.f("ck_probe_transition_to_state"),
        ),
        sa.ForeignKeyConstraint(
            ["school_id"],
            ["school.organization_id"],
            name=op.f("fk_probe_transition_school_id_school"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_probe_transition")),
    )
    op.create_index(
        op.f("ix_probe_transition_probe_subject_id"),
        "probe_transition",
        ["probe", "subject", "id"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_probe_transition_probe_subject_id"), table_name="probe_transition")
    op.drop_table("probe_transition")
    op.drop_index(op.f("ix_probe_state_school_id"), table_name="probe_state")
    op.drop_table("probe_state")
    op.drop_index(op.f("ix_probe_reading_probe_school_id_at"), table_name="probe_reading")
    op.drop_index(op.f("ix_probe_reading_at"), table_name="probe_reading")
    op.drop_table("probe_reading")
    op.drop_table("self_check")
    op.drop_table("probe_sample")
    op.drop_table("probe_run")
