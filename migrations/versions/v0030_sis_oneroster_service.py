"""Keep the OneRoster service's clients and tokens, and note which tables were written to."""

import sqlalchemy as sa
from alembic import op

revision = "v0030_sis_oneroster_service"
down_revision = "v0029_sis_gradebook"
branch_labels = None
depends_on = None

_DATED = ("section_enrollment", "person", "section")
_WATCHED = (
    "organization",
    "school",
    "academic_session",
    "course",
    "section",
    "section_term",
    "section_meeting",
    "person",
    "demographics",
    "person_role",
    "school_enrollment",
    "section_enrollment",
    "category",
    "score_scale",
    "line_item",
    "result",
    "assessment_line_item",
    "assessment_result",
)
_FUNCTION = """
CREATE FUNCTION note_record_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO record_change (table_name, at) VALUES (TG_TABLE_NAME, clock_timestamp());
    RETURN NULL;
END $$
"""
_TRIGGER = """
CREATE TRIGGER note_record_change
    AFTER INSERT OR UPDATE OR DELETE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION note_record_change()
"""


def upgrade() -> None:
    op.create_table(
        "oauth_client",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("secret_hash", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("organizations", sa.JSON(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("name <> ''", name=op.f("ck_oauth_client_name_given")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oauth_client")),
        sa.UniqueConstraint("client_id", name=op.f("uq_oauth_client_client_id")),
    )
    op.create_table(
        "record_change",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("table_name", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_change")),
    )
    op.create_index(
        op.f("ix_record_change_table_name_id"), "record_change", ["table_name", "id"], unique=False
    )

    op.create_table(
        "oauth_token",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column(
            "client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"],
            ["oauth_client.id"],
            name=op.f("fk_oauth_token_client_id_oauth_client"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oauth_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_oauth_token_token_hash")),
    )
    op.create_index(op.f("ix_oauth_token_expires_at"), "oauth_token", ["expires_at"], unique=False)

    for table in _DATED:
        op.create_index(op.f(f"ix_{table}_modified_at"), table, ["modified_at"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_FUNCTION)
        for table in _WATCHED:
            op.execute(_TRIGGER.format(table=table))


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table in _WATCHED:
            op.execute(f"DROP TRIGGER note_record_change ON {table}")
        op.execute("DROP FUNCTION note_record_change()")
    for table in _DATED:
        op.drop_index(op.f(f"ix_{table}_modified_at"), table_name=table)
    op.drop_index(op.f("ix_oauth_token_expires_at"), table_name="oauth_token")

    op.drop_table("oauth_token")
    op.drop_index(op.f("ix_record_change_table_name_id"), table_name="record_change")

    op.drop_table("record_change")
    op.drop_table("oauth_client")
