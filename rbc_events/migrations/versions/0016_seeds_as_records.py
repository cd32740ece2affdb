"""Seeds as records of their own, moved from the lines of profiles.

Each line becomes a seed that is being written, with what stood beside it. A seed has its line's number, by which
relationships know it.
"""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "seeds",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=True),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("title_ja", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("summary_ja", sa.Text(), nullable=False),
        sa.Column("summary_en", sa.Text(), nullable=False),
        sa.Column("uses_ja", sa.Text(), nullable=False),
        sa.Column("uses_en", sa.Text(), nullable=False),
        sa.Column("abstract_ja", sa.Text(), nullable=False),
        sa.Column("abstract_en", sa.Text(), nullable=False),
        sa.Column("confidential_ja", sa.Text(), nullable=False),
        sa.Column("confidential_en", sa.Text(), nullable=False),
        sa.Column(
            "origin_ja",
            sa.Enum(
                "human", "machine", "approved", name="origin_ja", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column(
            "origin_en",
            sa.Enum(
                "human", "machine", "approved", name="origin_en", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("keywords", sa.JSON(), nullable=False),
        sa.Column("readiness", sa.Integer(), nullable=True),
        sa.Column("modes", sa.JSON(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("co_owners", sa.Text(), nullable=False),
        sa.Column("patent_state", sa.Text(), nullable=False),
        sa.Column("patent_numbers", sa.JSON(), nullable=False),
        sa.Column("licence", sa.Text(), nullable=False),
        sa.Column("contact_office", sa.Text(), nullable=False),
        sa.Column("contact_email", sa.Text(), nullable=False),
        sa.Column(
            "abstract_stage",
            sa.Enum(
                "public",
                "participants",
                "nda",
                name="abstract_stage",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "people_stage",
            sa.Enum(
                "public",
                "participants",
                "nda",
                name="people_stage",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "rights_stage",
            sa.Enum(
                "public",
                "participants",
                "nda",
                name="rights_stage",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("search_words", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("title_ja <> '' OR title_en <> ''", name=op.f("ck_seeds_titled")),
        sa.CheckConstraint("published_at IS NULL OR withdrawn_at IS NULL", name=op.f("ck_seeds_public_or_withdrawn")),
        sa.CheckConstraint("readiness BETWEEN 1 AND 9", name=op.f("ck_seeds_readiness")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_seeds_organisation_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programmes.id"], name=op.f("fk_seeds_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seeds")),
        sa.UniqueConstraint("key", name=op.f("uq_seeds_key")),
    )
    with op.batch_alter_table("seeds", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_seeds_field"), ["field"], unique=False)
        batch_op.create_index(batch_op.f("ix_seeds_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_seeds_programme_id"), ["programme_id"], unique=False)

    op.create_table(
        "seed_researchers",
        sa.Column("seed_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("affiliation_ja", sa.Text(), nullable=False),
        sa.Column("affiliation_en", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("family_latin", sa.Text(), nullable=False),
        sa.Column("given_latin", sa.Text(), nullable=False),
        sa.Column("family_kanji", sa.Text(), nullable=False),
        sa.Column("given_kanji", sa.Text(), nullable=False),
        sa.Column("family_kana", sa.Text(), nullable=False),
        sa.Column("given_kana", sa.Text(), nullable=False),
        sa.CheckConstraint("family_latin <> '' OR family_kanji <> ''", name=op.f("ck_seed_researchers_named")),
        sa.ForeignKeyConstraint(
            ["seed_id"], ["seeds.id"], name=op.f("fk_seed_researchers_seed_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seed_researchers")),
    )
    with op.batch_alter_table("seed_researchers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_seed_researchers_seed_id"), ["seed_id"], unique=False)

    op.create_table(
        "seed_versions",
        sa.Column("seed_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["made_by_id"], ["users.id"], name=op.f("fk_seed_versions_made_by_id")),
        sa.ForeignKeyConstraint(["seed_id"], ["seeds.id"], name=op.f("fk_seed_versions_seed_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seed_versions")),
        sa.UniqueConstraint("seed_id", "number", name=op.f("uq_seed_versions_seed_id_number")),
    )
    _move_lines()
    with op.batch_alter_table("meeting_requests", schema=None) as batch_op:
        batch_op.add_column(sa.Column("seed_version_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_meeting_requests_seed_version_id"), ["seed_version_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_meeting_requests_seed_version_id"), "seed_versions", ["seed_version_id"], ["id"]
        )

    with op.batch_alter_table("outcomes", schema=None) as batch_op:
        batch_op.add_column(sa.Column("seed_version_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_outcomes_seed_version_id"), ["seed_version_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_outcomes_seed_version_id"), "seed_versions", ["seed_version_id"], ["id"]
        )

    with op.batch_alter_table("relationships", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_relationships_seed_id"), type_="foreignkey")
        batch_op.create_foreign_key(
            batch_op.f("fk_relationships_seed_id"), "seeds", ["seed_id"], ["id"], ondelete="SET NULL"
        )

    with op.batch_alter_table("statements", schema=None) as batch_op:
        batch_op.drop_column("details")


def _move_lines() -> None:
    connection, tables = op.get_bind(), sa.MetaData()
    tables.reflect(connection, only=("statements", "seeds", "seed_researchers", "seed_versions"))
    statements, seeds = tables.tables["statements"], tables.tables["seeds"]
    moved = datetime.now(UTC)
    for line in connection.execute(sa.select(statements).where(statements.c.kind == "seed")).mappings().all():
        details = line["details"] or {}
        connection.execute(sa.insert(seeds).values(id=line["id"], created_at=moved, version=1, **_seed(line, details)))
        version = {"title_ja": line["text_ja"], "title_en": line["text_en"]}
        connection.execute(
            sa.insert(tables.tables["seed_versions"]).values(seed_id=line["id"], number=1, text=version, made_at=moved)
        )
        if details.get("researcher"):
            person = _person(details["researcher"])
            connection.execute(sa.insert(tables.tables["seed_researchers"]).values(seed_id=line["id"], **person))
    if connection.dialect.name == "postgresql":
        connection.execute(
            sa.text("SELECT setval(pg_get_serial_sequence('seeds', 'id'), coalesce(max(id), 0) + 1, false) FROM seeds")
        )


def _seed(line: Any, details: dict[str, Any]) -> dict[str, Any]:
    texts = [f"{name}_{code}" for name in ("summary", "uses", "abstract", "confidential") for code in ("ja", "en")]
    return {
        **dict.fromkeys((*texts, "field", "co_owners", "contact_office", "contact_email", "search_words"), ""),
        "organisation_id": line["organisation_id"],
        "title_ja": line["text_ja"],
        "title_en": line["text_en"],
        "origin_ja": line["origin_ja"],
        "origin_en": line["origin_en"],
        "keywords": [],
        "modes": [],
        "patent_numbers": [],
        "readiness": details.get("readiness"),
        "owner": details.get("owner") or "",
        "patent_state": details.get("patent") or "",
        "licence": details.get("licence") or "",
        "abstract_stage": "public",
        "people_stage": "participants",
        "rights_stage": "participants",
    }


def _person(name: str) -> dict[str, Any]:
    """A researcher of whom one text was known: it stands whole where the family name does, until somebody parts it."""
    empty = dict.fromkeys(
        ("family_latin", "given_latin", "family_kanji", "given_kanji", "family_kana", "given_kana"), ""
    )
    writing = "family_latin" if name.isascii() else "family_kanji"
    return {**empty, writing: name, "position": 0, "email": "", "affiliation_ja": "", "affiliation_en": ""}


def downgrade() -> None:
    with op.batch_alter_table("statements", schema=None) as batch_op:
        batch_op.add_column(sa.Column("details", sa.JSON(), nullable=False, server_default="{}"))

    with op.batch_alter_table("relationships", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_relationships_seed_id"), type_="foreignkey")
        batch_op.create_foreign_key(
            batch_op.f("fk_relationships_seed_id"), "statements", ["seed_id"], ["id"], ondelete="SET NULL"
        )

    with op.batch_alter_table("outcomes", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_outcomes_seed_version_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_outcomes_seed_version_id"))
        batch_op.drop_column("seed_version_id")

    with op.batch_alter_table("meeting_requests", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_meeting_requests_seed_version_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_meeting_requests_seed_version_id"))
        batch_op.drop_column("seed_version_id")

    op.drop_table("seed_versions")
    with op.batch_alter_table("seed_researchers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_seed_researchers_seed_id"))

    op.drop_table("seed_researchers")
    with op.batch_alter_table("seeds", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_seeds_programme_id"))
        batch_op.drop_index(batch_op.f("ix_seeds_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_seeds_field"))

    op.drop_table("seeds")
