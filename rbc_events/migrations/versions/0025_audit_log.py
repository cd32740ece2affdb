"""The audit log: entries that are only added."""

import sqlalchemy as sa
from alembic import op

from rbc_events.database import UTCDateTime

revision = "0025"
down_revision = "0024"

KINDS = (
    "signed_in",
    "sign_in_failed",
    "signed_out",
    "role_given",
    "role_taken",
    "saw",
    "changed",
    "exported",
    "refused",
)
FIXED = "audit_entries_are_fixed"


def upgrade() -> None:
    op.create_table(
        "audit_entries",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UTCDateTime(timezone=True), nullable=False),
        sa.Column(
            "kind", sa.Enum(*KINDS, name="kind", native_enum=False, create_constraint=True, length=32), nullable=False
        ),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("chain", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
    )
    op.create_index("ix_audit_entries_at", "audit_entries", ["at"])
    op.create_index("ix_audit_entries_actor_id", "audit_entries", ["actor_id"])
    if op.get_bind().dialect.name == "sqlite":
        refuse = f"BEGIN SELECT RAISE(ABORT, '{FIXED}'); END"
        for moment in ("UPDATE", "DELETE"):
            op.execute(f"CREATE TRIGGER {FIXED}_{moment.lower()} BEFORE {moment} ON audit_entries {refuse}")
        # INSERT OR REPLACE deletes without asking the trigger above.
        there = "WHEN EXISTS (SELECT 1 FROM audit_entries WHERE id = NEW.id)"
        op.execute(f"CREATE TRIGGER {FIXED}_insert BEFORE INSERT ON audit_entries {there} {refuse}")
        return
    op.execute(
        f"CREATE FUNCTION {FIXED}() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION '{FIXED}' USING ERRCODE = 'check_violation'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {FIXED} BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entries"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {FIXED}()"
    )


def downgrade() -> None:
    op.drop_table("audit_entries")
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP FUNCTION {FIXED}()")
