"""Give every organisation a key by which sheets can name it.

Revision ID: 0013
Revises: 0012
"""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ORGANISATIONS = sa.table("organisations", sa.column("id", sa.Integer), sa.column("key", sa.Text))


def upgrade() -> None:
    nameless = op.get_bind().scalars(sa.select(ORGANISATIONS.c.id).where(ORGANISATIONS.c.key.is_(None))).all()
    for number in nameless:
        own = ORGANISATIONS.update().where(ORGANISATIONS.c.id == number)
        op.execute(own.values(key=f"o-{secrets.token_hex(5)}"))


def downgrade() -> None:
    pass  # a key does no harm
