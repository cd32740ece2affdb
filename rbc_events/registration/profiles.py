"""What an organisation says of itself: who it is, its profile, its statements. Functions flush; the route commits."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from rbc_events.database import db, fill
from rbc_events.registration import quotas
from rbc_events.registration.history import keep_before_change
from rbc_events.registration.models import Organisation, Origin, Registration, Statement, StatementKind


def save_organisation(registration: Registration, fields: Mapping[str, Any], *, now: datetime) -> None:
    """Change the organisation's identity.

    Raises:
        QuotaFull: it would be of a kind of which an event that has approved it has no place left.
    """
    organisation = registration.organisation
    if "kind" in fields:
        quotas.refuse_as(organisation, fields["kind"])
    keep_before_change(organisation, now=now)
    numbers = number_fields(organisation, fields.get("corporate_number"))
    with quotas.kept():
        fill(organisation, {**fields, **numbers})


def number_fields(organisation: Organisation, number: str | None) -> dict[str, str | None]:
    """How a corporate number is kept. One that another organisation has is kept aside for staff: who gives it learns
    nothing, and gets nothing of the other one's."""
    other = Organisation.id.is_distinct_from(organisation.id)
    if number and db.session.scalar(select(Organisation.id).where(Organisation.corporate_number == number, other)):
        return {"corporate_number": None, "claimed_number": number}
    return {"corporate_number": number or None, "claimed_number": ""}


def save_profile(registration: Registration, fields: Mapping[str, Any], *, now: datetime) -> None:
    profile = registration.organisation.profile
    keep_before_change(registration.organisation, now=now)
    if fill(profile, fields):
        profile.updated_at = now
    db.session.flush()


def save_statements(
    registration: Registration,
    texts: Mapping[StatementKind, Sequence[tuple[str, str]]],
    origins: Mapping[StatementKind, tuple[Origin | None, Origin | None]],
    *,
    now: datetime,
) -> None:
    """Keep the statements, and where their Japanese and English words come from; None keeps each line's own."""
    keep_before_change(registration.organisation, now=now)
    changes = [put_statements(registration.organisation, kind, pairs, origins[kind]) for kind, pairs in texts.items()]
    if any(changes):
        registration.organisation.profile.updated_at = now
    db.session.flush()


def put_statements(
    organisation: Organisation,
    kind: StatementKind,
    texts: Sequence[tuple[str, str]],
    origins: tuple[Origin | None, Origin | None] = (None, None),
) -> bool:
    """Make the organisation's statements of a kind these (Japanese, English) pairs, in this order; tells whether any
    changed. A line that was there before keeps its row wherever it stands now.
    `origins`: where the words come from; None leaves a line's as it is."""
    told = {f"origin_{code}": origin for code, origin in zip(("ja", "en"), origins, strict=True) if origin}
    wanted = [(ja, en) for ja, en in texts if ja or en]
    left = [statement for statement in organisation.statements if statement.kind == kind]
    rows = {position: row for position, pair in enumerate(wanted) if (row := _take_same(left, pair))}
    changed = False
    for position, (ja, en) in enumerate(wanted):
        row = rows.get(position) or (left.pop(0) if left else None)
        fields = {"position": position, "text_ja": ja, "text_en": en, **told}
        if row is None:
            organisation.statements.append(Statement(kind=kind, **fields))
            changed = True
        else:
            changed |= fill(row, fields)
    for row in left:
        organisation.statements.remove(row)
    return changed or bool(left)


def _take_same(rows: list[Statement], pair: tuple[str, str]) -> Statement | None:
    """Take the row that has the same words in either language out of the list."""
    for row in rows:
        if (pair[0] and row.text_ja == pair[0]) or (pair[1] and row.text_en == pair[1]):
            rows.remove(row)
            return row
    return None
