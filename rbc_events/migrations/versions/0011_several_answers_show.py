"""A question may be shown on any of several answers.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

QUESTIONS = sa.table("questions", sa.column("id", sa.Integer), sa.column("shown_if", sa.JSON))


def upgrade() -> None:
    for number, condition in _conditions():
        _write(number, {"question": condition["question"], "answers": [condition["answer"]]})


def downgrade() -> None:
    for number, condition in _conditions():
        _write(number, {"question": condition["question"], "answer": condition["answers"][0]})


def _conditions() -> list[tuple[int, dict]]:
    rows = op.get_bind().execute(sa.select(QUESTIONS.c.id, QUESTIONS.c.shown_if)).all()
    return [(number, condition) for number, condition in rows if condition]


def _write(number: int, condition: dict) -> None:
    op.execute(QUESTIONS.update().where(QUESTIONS.c.id == number).values(shown_if=condition))
