"""Create the tables of core.jobs."""

import sqlalchemy as sa
from alembic import op

revision = "v0005_core_jobs"
down_revision = "v0004_core_idempotency"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "job_run",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("job", sa.String(), nullable=False),
        sa.Column("fire_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("detail", sa.String(), nullable=False),
        sa.CheckConstraint("outcome IN ('ok', 'failed')", name=op.f("ck_job_run_outcome")),
        sa.CheckConstraint(
            "(outcome IS NULL) = (finished_at IS NULL)", name=op.f("ck_job_run_finished")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_run")),
        sa.UniqueConstraint("job", "fire_at", name=op.f("uq_job_run_job_fire_at")),
    )
    op.create_index(op.f("ix_job_run_job_id"), "job_run", ["job", "id"], unique=False)
    op.create_table(
        "job_tally",
        sa.Column("job", sa.String(), nullable=False),
        sa.Column("runs", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("last_success_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_seconds", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("job", name=op.f("pk_job_tally")),
    )


def downgrade() -> None:
    op.drop_table("job_tally")
    op.drop_index(op.f("ix_job_run_job_id"), table_name="job_run")
    op.drop_table("job_run")
