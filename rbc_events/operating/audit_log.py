"""Reading the audit log: for headquarters' page, and as a sheet."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy import false, or_, select

from rbc_events.accounts.models import User
from rbc_events.accounts.operations import find_user
from rbc_events.audit import AuditEntry
from rbc_events.database import db, in_batches
from rbc_events.labels import label
from rbc_events.paging import Part, read_part
from rbc_events.sheets import write_csv

SHOWN = 100
IN_A_SHEET = 100_000


def entries(asked: Mapping[str, Any], *, zone: str, page: int) -> Part:
    """The entries that a filter asks for, the latest first. Its days are those of the zone."""
    return read_part(_statement(asked, zone), page, SHOWN)


def _statement(asked: Mapping[str, Any], zone: str) -> Any:
    found = select(AuditEntry).order_by(AuditEntry.id.desc())
    if asked.get("kind"):
        found = found.where(AuditEntry.kind == asked["kind"])
    if who := (asked.get("who") or "").strip():
        found = found.where(_by_or_about(who))
    if words := (asked.get("words") or "").strip():
        places = (AuditEntry.page, AuditEntry.about)
        found = found.where(or_(*(place.icontains(words, autoescape=True) for place in places)))
    if asked.get("since"):
        found = found.where(AuditEntry.at >= datetime.combine(asked["since"], time(), ZoneInfo(zone)))
    if asked.get("until"):
        following = asked["until"] + timedelta(days=1)
        found = found.where(AuditEntry.at < datetime.combine(following, time(), ZoneInfo(zone)))
    return found


def _by_or_about(who: str) -> Any:
    """What an account did, and what was done to it: by its address or number."""
    digits = who.removeprefix("#")
    user = None if digits.isdecimal() else find_user(who)
    number = int(digits) if digits.isdecimal() and len(digits) < 10 else user.id if user else None
    if number is None:
        return false()
    return or_(AuditEntry.actor_id == number, (AuditEntry.about + " ").contains(f"account={number} "))


def people_of(rows: Sequence[AuditEntry]) -> dict[int, User]:
    """The accounts that did this, by number; one that was erased has no name any more."""
    numbers = sorted({row.actor_id for row in rows if row.actor_id is not None})
    users: list[User] = []
    for some in in_batches(numbers):
        users += db.session.scalars(select(User).where(User.id.in_(some)))
    return {user.id: user for user in users}


def sheet(asked: Mapping[str, Any], *, zone: str) -> bytes:
    """The entries as CSV, times in the zone; of more than a hundred thousand the latest."""
    columns = [_("Number"), _("When"), _("What happened"), _("Account"), _("Page"), _("More"), _("Hash")]
    rows = db.session.scalars(_statement(asked, zone).limit(IN_A_SHEET))
    return write_csv(columns, (_cells(row, ZoneInfo(zone)) for row in rows))


def _cells(row: AuditEntry, zone: ZoneInfo) -> list[Any]:
    at = row.at.astimezone(zone).isoformat(sep=" ", timespec="seconds")
    return [row.id, at, label(row.kind), row.actor_id or "", row.page, row.about, row.chain]
