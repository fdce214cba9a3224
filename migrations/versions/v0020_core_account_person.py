"""Let an account say which person of the records it belongs to."""

import sqlalchemy as sa
from alembic import op

revision = "v0020_core_account_person"
down_revision = "v0019_drills_opening_day"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("user_account") as table:
        table.add_column(sa.Column("person_key", sa.String(), nullable=True))
        table.create_unique_constraint(op.f("uq_user_account_person_key"), ["person_key"])


def downgrade() -> None:
    with op.batch_alter_table("user_account") as table:
        table.drop_constraint(op.f("uq_user_account_person_key"), type_="unique")
        table.drop_column("person_key")
