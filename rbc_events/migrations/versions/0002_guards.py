"""What a unique key can't say: slots of an event don't overlap, nothing is booked beyond its capacity."""

from alembic import op

revision = "0002"
down_revision = "0001"

OVERLAP = (
    "SELECT 1 FROM slots WHERE event_id = NEW.event_id AND id IS NOT NEW.id"
    " AND starts_at < NEW.ends_at AND ends_at > NEW.starts_at"
)
BEYOND = (
    "NEW.lane >= coalesce((SELECT capacity FROM registrations WHERE id = NEW.registration_id),"
    " (SELECT capacity FROM places WHERE id = NEW.place_id), 1)"
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for moment in ("INSERT", "UPDATE"):
            op.execute(
                f"CREATE TRIGGER slots_dont_overlap_{moment.lower()} BEFORE {moment} ON slots WHEN EXISTS ({OVERLAP})"
                " BEGIN SELECT RAISE(ABORT, 'slots_dont_overlap'); END"
            )
            op.execute(
                f"CREATE TRIGGER occupancies_within_capacity_{moment.lower()} BEFORE {moment} ON occupancies"
                f" WHEN {BEYOND} BEGIN SELECT RAISE(ABORT, 'occupancies_within_capacity'); END"
            )
        return
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    op.execute(
        "ALTER TABLE slots ADD CONSTRAINT slots_dont_overlap"
        " EXCLUDE USING gist (event_id WITH =, tstzrange(starts_at, ends_at) WITH &&)"
    )
    op.execute(
        "CREATE FUNCTION occupancies_within_capacity() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF {BEYOND} THEN RAISE EXCEPTION 'occupancies_within_capacity' USING ERRCODE = 'check_violation'; END IF;"
        " RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER occupancies_within_capacity BEFORE INSERT OR UPDATE ON occupancies"
        " FOR EACH ROW EXECUTE FUNCTION occupancies_within_capacity()"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for moment in ("insert", "update"):
            op.execute(f"DROP TRIGGER slots_dont_overlap_{moment}")
            op.execute(f"DROP TRIGGER occupancies_within_capacity_{moment}")
        return
    op.execute("DROP TRIGGER occupancies_within_capacity ON occupancies")
    op.execute("DROP FUNCTION occupancies_within_capacity()")
    op.execute("ALTER TABLE slots DROP CONSTRAINT slots_dont_overlap")
