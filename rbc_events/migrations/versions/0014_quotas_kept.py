"""Nobody is approved beyond the quota of a kind, whoever writes, and however many at once.

Asked when a registration becomes approved, comes to another organisation or event, or the organisation becomes of
another kind: who was approved before a quota was lowered stays. On PostgreSQL the quota's row is locked first, so that
of two at once the second counts the first; SQLite has one writer at a time.
"""

from alembic import op

revision = "0014"
down_revision = "0013"

APPROVED = (
    "(SELECT count(*) FROM registrations r JOIN organisations o ON o.id = r.organisation_id"
    " WHERE r.event_id = {event} AND r.state = 'approved' AND o.kind = {kind} AND r.id <> {besides})"
)
PLACES = "(SELECT places FROM quotas WHERE event_id = {event} AND kind = {kind})"
KIND_OF = "(SELECT kind FROM organisations WHERE id = {row}.organisation_id)"
OF_NEW = {"event": "NEW.event_id", "kind": KIND_OF.format(row="NEW"), "besides": "coalesce(NEW.id, 0)"}
# Where there is no quota nothing is counted: a sheet adds thousands of rows.
ONE_TOO_MANY = f"{PLACES.format(**OF_NEW)} IS NOT NULL AND {APPROVED.format(**OF_NEW)} >= {PLACES.format(**OF_NEW)}"
NEWLY = (
    "NEW.state = 'approved' AND (OLD.state <> 'approved' OR OLD.event_id <> NEW.event_id"
    f" OR {KIND_OF.format(row='OLD')} <> {KIND_OF.format(row='NEW')})"
)
OF_EACH = {"event": "own.event_id", "kind": "NEW.kind", "besides": "own.id"}
BY_ANOTHER_KIND = (
    "EXISTS (SELECT 1 FROM registrations own WHERE own.organisation_id = NEW.id AND own.state = 'approved'"
    f" AND {APPROVED.format(**OF_EACH)} >= {PLACES.format(**OF_EACH)})"
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _on_sqlite(
            "registrations_within_quota_insert", "INSERT ON registrations", f"NEW.state = 'approved' AND {ONE_TOO_MANY}"
        )
        _on_sqlite(
            "registrations_within_quota_update",
            "UPDATE OF state, event_id, organisation_id ON registrations",
            f"{NEWLY} AND {ONE_TOO_MANY}",
        )
        _on_sqlite(
            "organisations_within_quota",
            "UPDATE OF kind ON organisations",
            f"NEW.kind <> OLD.kind AND {BY_ANOTHER_KIND}",
        )
        return
    _on_postgresql()


def _on_sqlite(name: str, moment: str, condition: str) -> None:
    op.execute(f"CREATE TRIGGER {name} BEFORE {moment} WHEN {condition} BEGIN SELECT RAISE(ABORT, 'within_quota'); END")


def _on_postgresql() -> None:
    refused = "RAISE EXCEPTION 'within_quota' USING ERRCODE = 'check_violation'"
    locked = "PERFORM 1 FROM quotas WHERE event_id = {event} AND kind = {kind} FOR UPDATE"
    op.execute(
        "CREATE FUNCTION registrations_within_quota() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " IF NEW.state <> 'approved' THEN RETURN NEW; END IF;"
        f" IF TG_OP = 'UPDATE' THEN IF NOT ({NEWLY}) THEN RETURN NEW; END IF; END IF;"
        f" {locked.format(**OF_NEW)};"
        f" IF {ONE_TOO_MANY} THEN {refused}; END IF;"
        " RETURN NEW; END $$"
    )
    op.execute(
        "CREATE FUNCTION organisations_within_quota() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " IF NEW.kind = OLD.kind THEN RETURN NEW; END IF;"
        " PERFORM 1 FROM quotas WHERE kind = NEW.kind AND event_id IN (SELECT event_id FROM registrations"
        " WHERE organisation_id = NEW.id AND state = 'approved') ORDER BY event_id FOR UPDATE;"
        f" IF {BY_ANOTHER_KIND} THEN {refused}; END IF;"
        " RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER registrations_within_quota BEFORE INSERT OR UPDATE OF state, event_id, organisation_id"
        " ON registrations FOR EACH ROW EXECUTE FUNCTION registrations_within_quota()"
    )
    op.execute(
        "CREATE TRIGGER organisations_within_quota BEFORE UPDATE OF kind"
        " ON organisations FOR EACH ROW EXECUTE FUNCTION organisations_within_quota()"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in (
            "registrations_within_quota_insert",
            "registrations_within_quota_update",
            "organisations_within_quota",
        ):
            op.execute(f"DROP TRIGGER {name}")
        return
    for table in ("registrations", "organisations"):
        op.execute(f"DROP TRIGGER {table}_within_quota ON {table}")
        op.execute(f"DROP FUNCTION {table}_within_quota()")
