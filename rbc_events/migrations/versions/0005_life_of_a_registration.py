"""The steps that a registration has taken, and what the database keeps of its life.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

STATES = ("draft", "unconfirmed", "submitted", "asked_back", "waitlisted", "approved", "declined", "withdrawn")
STEPS = (
    "send",
    "send_unconfirmed",
    "confirm",
    "answer",
    "approve",
    "waitlist",
    "ask_back",
    "decline",
    "take_back_consent",
    "withdraw",
    "return",
    "return_as_draft",
)
CHECKS = {
    "waiting_has_a_place": "state <> 'waitlisted' OR waiting_since IS NOT NULL",
    "place_is_kept_or_free": "waiting_since IS NULL OR state IN ('waitlisted', 'asked_back', 'submitted')",
    "sent_before": "state IN ('draft', 'withdrawn') OR submitted_at IS NOT NULL",
    "decided_before": "state NOT IN ('approved', 'declined') OR decided_at IS NOT NULL",
}
MENDING = (
    "UPDATE registrations SET submitted_at = created_at WHERE submitted_at IS NULL AND state NOT IN ('draft', 'withdrawn')",
    "UPDATE registrations SET decided_at = submitted_at WHERE decided_at IS NULL AND state IN ('approved', 'declined')",
    "UPDATE registrations SET waiting_since = coalesce(decided_at, submitted_at)"
    " WHERE waiting_since IS NULL AND state = 'waitlisted'",
    "UPDATE registrations SET waiting_since = NULL WHERE state NOT IN ('waitlisted', 'asked_back', 'submitted')",
)


def upgrade() -> None:
    state = {"native_enum": False, "create_constraint": True, "length": 32}
    op.create_table(
        "registration_steps",
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.Enum(*STEPS, name="step", **state), nullable=False),
        sa.Column("before", sa.Enum(*STATES, name="before_state", **state), nullable=False),
        sa.Column("after", sa.Enum(*STATES, name="after_state", **state), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_by_id", sa.Integer(), nullable=True),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registrations.id"],
            name=op.f("fk_registration_steps_registration_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["taken_by_id"], ["users.id"], name=op.f("fk_registration_steps_taken_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration_steps")),
    )
    op.create_index(op.f("ix_registration_steps_registration_id"), "registration_steps", ["registration_id"])
    for mending in MENDING:
        op.execute(mending)
    triggers = _put_triggers_aside()
    with op.batch_alter_table("registrations") as batch:
        for name, check in CHECKS.items():
            batch.create_check_constraint(batch.f(f"ck_registrations_{name}"), check)
    _put_back(triggers)


def downgrade() -> None:
    triggers = _put_triggers_aside()
    with op.batch_alter_table("registrations") as batch:
        for name in CHECKS:
            batch.drop_constraint(batch.f(f"ck_registrations_{name}"), type_="check")
    _put_back(triggers)
    op.drop_table("registration_steps")


def _put_triggers_aside() -> list[str]:
    """SQLite rebuilds the table, which it refuses while a trigger of another table reads it. Drops those; gives their
    words."""
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        return []
    wanted = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%registrations%'"
    found = connection.exec_driver_sql(wanted).all()
    for name, _words in found:
        op.execute(f'DROP TRIGGER "{name}"')
    return [words for _name, words in found]


def _put_back(triggers: list[str]) -> None:
    for words in triggers:
        op.execute(words)
