"""Outcomes hang on relationships and on several meetings; who told what of them, who changed what, who may see them.

Revision ID: 0031
Revises: 0030
"""

import json
from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

VISIBILITIES = {
    "visibility": ("public", "participants", "parties", "staff", "named"),
    "old": ("public", "participants", "staff"),
}


def upgrade() -> None:
    _create_tables()
    with op.batch_alter_table("outcomes") as batch:
        batch.add_column(sa.Column("relationship_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("nth", sa.Integer(), nullable=False, server_default="1"))
        batch.drop_constraint(op.f("ck_outcomes_visibility"), type_="check")
        batch.create_check_constraint(op.f("ck_outcomes_visibility"), _one_of(VISIBILITIES["visibility"]))
    # What was called "participants" has always been shown to the parties and staff.
    op.execute("UPDATE outcomes SET visibility = 'parties' WHERE visibility = 'participants'")
    op.execute(
        "INSERT INTO outcome_meetings (outcome_id, meeting_id)"
        " SELECT id, meeting_id FROM outcomes WHERE meeting_id IS NOT NULL"
    )
    _report_what_is_there()
    _join_deals()
    _give_relationships()
    with op.batch_alter_table("outcomes") as batch:
        batch.drop_index(op.f("ix_outcomes_meeting_id"))
        batch.drop_constraint(op.f("fk_outcomes_meeting_id"), type_="foreignkey")
        batch.drop_column("meeting_id")
        batch.drop_index(op.f("ix_outcomes_deal_key"))
        batch.alter_column("nth", server_default=None)
        batch.create_foreign_key(
            op.f("fk_outcomes_relationship_id"), "relationships", ["relationship_id"], ["id"], ondelete="SET NULL"
        )
        batch.create_unique_constraint(op.f("uq_outcomes_deal_key"), ["deal_key"])
        batch.create_unique_constraint(op.f("uq_outcomes_relationship_id_type_nth"), ["relationship_id", "type", "nth"])


def _one_of(values: tuple[str, ...]) -> str:
    return "visibility IN ({})".format(", ".join(f"'{value}'" for value in values))


def _create_tables() -> None:
    op.create_table(
        "outcome_meetings",
        _outcome(),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        _of_outcome("outcome_meetings"),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name=op.f("fk_outcome_meetings_meeting_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("outcome_id", "meeting_id", name=op.f("pk_outcome_meetings")),
    )
    op.create_index(op.f("ix_outcome_meetings_meeting_id"), "outcome_meetings", ["meeting_id"])
    op.create_table(
        "outcome_readers",
        _outcome(),
        sa.Column("user_id", sa.Integer(), nullable=False),
        _of_outcome("outcome_readers"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_outcome_readers_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("outcome_id", "user_id", name=op.f("pk_outcome_readers")),
    )
    op.create_index(op.f("ix_outcome_readers_user_id"), "outcome_readers", ["user_id"])
    op.create_table(
        "outcome_reports",
        _outcome(),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("settled", sa.JSON(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reported_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        _of_outcome("outcome_reports"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_outcome_reports_organisation_id")
        ),
        sa.ForeignKeyConstraint(["reported_by_id"], ["users.id"], name=op.f("fk_outcome_reports_reported_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome_reports")),
        sa.UniqueConstraint("key", name=op.f("uq_outcome_reports_key")),
    )
    op.create_index(op.f("ix_outcome_reports_outcome_id"), "outcome_reports", ["outcome_id"])
    op.create_index(op.f("ix_outcome_reports_organisation_id"), "outcome_reports", ["organisation_id"])
    op.create_table(
        "outcome_changes",
        _outcome(),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        _of_outcome("outcome_changes"),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_outcome_changes_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome_changes")),
    )
    op.create_index(op.f("ix_outcome_changes_outcome_id"), "outcome_changes", ["outcome_id"])


def _outcome() -> sa.Column:
    return sa.Column("outcome_id", sa.Integer(), nullable=False)


def _of_outcome(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["outcome_id"], ["outcomes.id"], name=op.f(f"fk_{table}_outcome_id"), ondelete="CASCADE"
    )


def _report_what_is_there() -> None:
    """Each outcome so far is what staff reported on the day of its record."""
    connection = op.get_bind()
    rows = connection.execute(
        sa.text(
            "SELECT o.*, (SELECT d.\"on\" FROM outcome_dates d WHERE d.outcome_id = o.id AND d.kind = 'signed'"
            " AND d.shown) AS signed, (SELECT d.precision FROM outcome_dates d WHERE d.outcome_id = o.id"
            " AND d.kind = 'signed' AND d.shown) AS precise FROM outcomes o"
        )
    ).mappings()
    plain = ("type", "state", "subject_ja", "subject_en", "place_ja", "place_en", "amount_basis", "jobs", "note")
    for row in rows.all():
        told = {name: str(row[name]) for name in plain if row[name] not in (None, "")}
        if row["amount"] is not None:
            told["amount"] = f"{float(row['amount']):.2f}".rstrip("0").rstrip(".") + f" {row['currency']}"
        if row["signed"]:
            told["signed_on"] = str(row["signed"])[: {"day": 10, "month": 7, "year": 4}[row["precise"]]]
        connection.execute(
            sa.text(
                "INSERT INTO outcome_reports (outcome_id, key, told, settled, reported_at, reported_by_id)"
                " VALUES (:id, :key, :told, '[]', :at, :by)"
            ),
            {
                "id": row["id"],
                "key": row["key"],
                "told": json.dumps(told),
                "at": row["recorded_at"],
                "by": row["recorded_by_id"],
            },
        )


def _join_deals() -> None:
    """Reports of one deal, which shared its key, become one outcome: the first one, with all that the others had."""
    connection = op.get_bind()
    doubles = connection.execute(
        sa.text(
            "SELECT o.id, (SELECT min(f.id) FROM outcomes f WHERE f.deal_key = o.deal_key) AS first FROM outcomes o"
            " WHERE o.deal_key IS NOT NULL"
        )
    ).all()
    for number, first in doubles:
        if number == first:
            continue
        ids = {"id": number, "first": first}
        for statement in (
            "UPDATE outcome_reports SET outcome_id = :first WHERE outcome_id = :id",
            "UPDATE evidence SET outcome_id = :first WHERE outcome_id = :id",
            "UPDATE outcome_dates SET shown = false WHERE outcome_id = :id AND kind IN"
            " (SELECT kind FROM outcome_dates WHERE outcome_id = :first)",
            "UPDATE outcome_dates SET outcome_id = :first WHERE outcome_id = :id",
            "INSERT INTO outcome_meetings (outcome_id, meeting_id) SELECT :first, meeting_id FROM outcome_meetings"
            " WHERE outcome_id = :id AND meeting_id NOT IN"
            " (SELECT meeting_id FROM outcome_meetings WHERE outcome_id = :first)",
            "INSERT INTO support_case_outcomes (support_case_id, outcome_id) SELECT support_case_id, :first"
            " FROM support_case_outcomes WHERE outcome_id = :id AND support_case_id NOT IN"
            " (SELECT support_case_id FROM support_case_outcomes WHERE outcome_id = :first)",
            "DELETE FROM support_case_outcomes WHERE outcome_id = :id",
            "DELETE FROM outcome_meetings WHERE outcome_id = :id",
            "DELETE FROM outcome_parties WHERE outcome_id = :id",
            "DELETE FROM outcomes WHERE id = :id",
        ):
            connection.execute(sa.text(statement), ids)


def _give_relationships() -> None:
    """Each outcome gets the relationship of its parties, begun if there is none, and its number within it."""
    connection = op.get_bind()
    outcomes = connection.execute(
        sa.text("SELECT id, type, programme_id, event_id, recorded_at FROM outcomes ORDER BY id")
    ).all()
    numbers: dict[tuple[int, str], int] = {}
    for number, type_, programme, event, at in outcomes:
        parties = connection.execute(
            sa.text(
                "SELECT organisation_id, name_ja, name_en FROM outcome_parties WHERE outcome_id = :id ORDER BY position"
            ),
            {"id": number},
        ).all()
        relationship = _relationship(connection, parties, at)
        if relationship is None:
            continue
        nth = numbers[relationship, type_] = numbers.get((relationship, type_), 0) + 1
        connection.execute(
            sa.text("UPDATE outcomes SET relationship_id = :relationship, nth = :nth WHERE id = :id"),
            {"relationship": relationship, "nth": nth, "id": number},
        )
        connection.execute(
            sa.text(
                "INSERT INTO relationship_origins (relationship_id, programme_id, event_id)"
                " SELECT :relationship, :programme, :event WHERE NOT EXISTS (SELECT 1 FROM relationship_origins"
                " WHERE relationship_id = :relationship AND programme_id = :programme"
                " AND coalesce(event_id, 0) = coalesce(CAST(:event AS INTEGER), 0))"
            ),
            {"relationship": relationship, "programme": programme, "event": event},
        )


def _relationship(connection: sa.Connection, parties: Sequence[sa.Row], at: object) -> int | None:
    sides = {_side(*party): party for party in parties}
    if len(sides) < 2:
        return None
    key = "+".join(sorted(sides))
    found = sa.text("SELECT id FROM relationships WHERE parties_key = :key")
    known = connection.scalar(found, {"key": key})
    if known is not None:
        return known
    connection.execute(
        sa.text(
            "INSERT INTO relationships (parties_key, state, state_reason, next_step, created_at, version)"
            " VALUES (:key, 'active', '', '', :at, 1)"
        ),
        {"key": key, "at": at},
    )
    begun = connection.scalar(found, {"key": key})
    for place, (organisation, ja, en) in enumerate(sides.values()):
        connection.execute(
            sa.text(
                "INSERT INTO relationship_parties (relationship_id, organisation_id, name_ja, name_en, position)"
                " VALUES (:id, :organisation, :ja, :en, :place)"
            ),
            {"id": begun, "organisation": organisation, "ja": ja, "en": en, "place": place},
        )
    return begun


def _side(organisation: int | None, ja: str, en: str) -> str:
    """As `relationships.operations.parties_key` names a side."""
    return f"o{organisation}" if organisation else "n:" + " ".join((en or ja).split()).casefold()


def downgrade() -> None:
    """Deals that were joined stay one. Of several meetings the first is kept."""
    with op.batch_alter_table("outcomes") as batch:
        batch.drop_constraint(op.f("uq_outcomes_relationship_id_type_nth"), type_="unique")
        batch.drop_constraint(op.f("uq_outcomes_deal_key"), type_="unique")
        batch.drop_constraint(op.f("fk_outcomes_relationship_id"), type_="foreignkey")
        batch.drop_column("relationship_id")
        batch.drop_column("nth")
        batch.drop_constraint(op.f("ck_outcomes_visibility"), type_="check")
        batch.add_column(sa.Column("meeting_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f("fk_outcomes_meeting_id"), "meetings", ["meeting_id"], ["id"])
        batch.create_index(op.f("ix_outcomes_meeting_id"), ["meeting_id"])
        batch.create_index(op.f("ix_outcomes_deal_key"), ["deal_key"])
    op.execute("UPDATE outcomes SET visibility = 'staff' WHERE visibility IN ('named', 'participants')")
    op.execute("UPDATE outcomes SET visibility = 'participants' WHERE visibility = 'parties'")
    op.execute(
        "UPDATE outcomes SET meeting_id ="
        " (SELECT min(meeting_id) FROM outcome_meetings WHERE outcome_meetings.outcome_id = outcomes.id)"
    )
    with op.batch_alter_table("outcomes") as batch:
        batch.create_check_constraint(op.f("ck_outcomes_visibility"), _one_of(VISIBILITIES["old"]))
    for table in ("outcome_changes", "outcome_reports", "outcome_readers", "outcome_meetings"):
        op.drop_table(table)
