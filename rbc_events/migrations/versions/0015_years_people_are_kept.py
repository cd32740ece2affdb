"""How long the people of a programme are kept."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    with op.batch_alter_table("programmes", schema=None) as batch_op:
        batch_op.add_column(sa.Column("people_years", sa.Integer(), nullable=True))
        batch_op.create_check_constraint(op.f("ck_programmes_people_years"), "people_years BETWEEN 1 AND 50")


def downgrade() -> None:
    with op.batch_alter_table("programmes", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_programmes_people_years"), type_="check")
        batch_op.drop_column("people_years")
