"""Versions of support cases, the consent of the parties, pictures, and what a case rests on."""

import sqlalchemy as sa
from alembic import op

from rbc_events.database import UTCDateTime

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    op.create_table(
        "case_pictures",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("alt_ja", sa.Text(), nullable=False),
        sa.Column("alt_en", sa.Text(), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("stored_as", sa.Text(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("alt_ja <> '' AND alt_en <> ''", name=op.f("ck_case_pictures_described")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["support_cases.id"], name=op.f("fk_case_pictures_case_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_pictures")),
    )
    with op.batch_alter_table("case_pictures", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_pictures_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_case_pictures_stored_as"), ["stored_as"], unique=False)

    op.create_table(
        "case_versions",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["support_cases.id"], name=op.f("fk_case_versions_case_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_versions")),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_case_versions_case_id_number")),
        sa.UniqueConstraint("case_id", "sha256", name=op.f("uq_case_versions_case_id_sha256")),
    )
    op.create_table(
        "case_approvals",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("recipient_name", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", UTCDateTime(), nullable=True),
        sa.Column("agreed", sa.Boolean(), nullable=True),
        sa.Column("signed_name", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", UTCDateTime(), nullable=True),
        sa.Column("withdrawal", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("answered_at IS NULL OR signed_name <> ''", name=op.f("ck_case_approvals_signed")),
        sa.CheckConstraint("(answered_at IS NULL) = (agreed IS NULL)", name=op.f("ck_case_approvals_answer")),
        sa.CheckConstraint("withdrawn_at IS NULL OR agreed", name=op.f("ck_case_approvals_withdrawn_consent")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["users.id"], name=op.f("fk_case_approvals_asked_by_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_case_approvals_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["case_versions.id"], name=op.f("fk_case_approvals_version_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_approvals")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_case_approvals_token_hash")),
    )
    with op.batch_alter_table("case_approvals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_approvals_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_case_approvals_version_id"), ["version_id"], unique=False)

    with op.batch_alter_table("support_cases") as batch:
        for name, first in (("origin_ja", "human"), ("origin_en", "human"), ("rests_on", "consent")):
            batch.add_column(sa.Column(name, sa.String(32), nullable=False, server_default=first))
        batch.add_column(sa.Column("published_version_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("withdrawn_at", UTCDateTime(), nullable=True))
    # What was public without anybody's consent stays so where it rests on sources; the others wait for it.
    op.execute("UPDATE support_cases SET rests_on = 'sources' WHERE id IN (SELECT case_id FROM case_facts)")
    op.execute("UPDATE support_cases SET published_at = NULL WHERE rests_on = 'consent'")
    with op.batch_alter_table("support_cases") as batch:
        for name in ("origin_ja", "origin_en", "rests_on"):
            batch.alter_column(name, server_default=None, existing_type=sa.String(32), existing_nullable=False)
        for name in ("origin_ja", "origin_en"):
            batch.create_check_constraint(
                op.f(f"ck_support_cases_{name}"), f"{name} IN ('human', 'machine', 'approved')"
            )
        batch.create_check_constraint(op.f("ck_support_cases_basis"), "rests_on IN ('consent', 'sources')")
        batch.create_check_constraint(
            op.f("ck_support_cases_public_or_withdrawn"), "published_at IS NULL OR withdrawn_at IS NULL"
        )
        batch.create_check_constraint(
            op.f("ck_support_cases_approved_text"),
            "published_at IS NULL OR rests_on = 'sources' OR published_version_id IS NOT NULL",
        )
        batch.create_foreign_key(
            "fk_support_cases_published_version_id", "case_versions", ["published_version_id"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("support_cases") as batch:
        batch.drop_constraint("fk_support_cases_published_version_id", type_="foreignkey")
        for name in ("approved_text", "public_or_withdrawn", "basis", "origin_en", "origin_ja"):
            batch.drop_constraint(op.f(f"ck_support_cases_{name}"), type_="check")
        for name in ("withdrawn_at", "published_version_id", "rests_on", "origin_en", "origin_ja"):
            batch.drop_column(name)
    op.drop_table("case_approvals")
    op.drop_table("case_versions")
    op.drop_table("case_pictures")
