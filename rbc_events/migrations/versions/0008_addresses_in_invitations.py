"""Let an organisation agree that those whom it meets see its delegates' addresses in invitations.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

KINDS = ("publication", "sharing", "overseas_transfer", "declaration")


def upgrade() -> None:
    _allow(*KINDS, "addresses")


def downgrade() -> None:
    op.execute("DELETE FROM consents WHERE kind = 'addresses'")
    _allow(*KINDS)


def _allow(*kinds: str) -> None:
    values = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("consents") as batch:
        batch.drop_constraint(op.f("ck_consents_consentkind"), type_="check")
        batch.create_check_constraint(op.f("ck_consents_consentkind"), sa.text(f"kind IN ({values})"))
