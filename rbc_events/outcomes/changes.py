"""What is kept of every change to an outcome: who, when, which field, what it was before and after."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from typing import Any

from rbc_events.accounts.models import User
from rbc_events.database import db
from rbc_events.outcomes.models import DateKind, Outcome, OutcomeChange
from rbc_events.partial_dates import write_partial_date
from rbc_events.seeds.citing import in_words

PLAIN = (
    "type", "state", "deal_key", "subject_ja", "subject_en", "place_ja", "place_en", "amount_basis",
    "amount_confidential", "jobs", "attribution", "attribution_basis_ja", "attribution_basis_en", "visibility",
    "embargo_until", "note",
)  # fmt: skip


VERIFIED = "verified"
"""The field of a change that says that somebody has verified the outcome, or that it is verified no longer."""


def money(amount: Any, currency: str) -> str:
    """An amount as it is kept in reports and changes: 1000000 JPY."""
    return "" if amount is None else f"{Decimal(str(amount)).normalize():f} {currency}"


def date_of(outcome: Outcome, kind: DateKind) -> str:
    """The date of a kind that is shown, as precisely as it is known."""
    shown = next((claim for claim in outcome.dates if claim.kind == kind and claim.shown), None)
    return write_partial_date(shown.on, shown.precision) if shown else ""


def values_of(outcome: Outcome) -> dict[str, str]:
    """Each field of an outcome as text."""
    plain = {name: getattr(outcome, name) for name in PLAIN}
    kept = [
        f"{each.kind.value} {write_partial_date(each.on, each.precision)}" for each in outcome.dates if not each.shown
    ]
    return {
        **{name: "" if value is None else str(value) for name, value in plain.items()},
        "amount": money(outcome.amount, outcome.currency),
        **{f"{kind.value}_on": date_of(outcome, kind) for kind in DateKind},
        "other_dates": ", ".join(sorted(kept)),
        "parties": " × ".join(_party(party) for party in outcome.parties),
        "roles": "; ".join(filter(None, (_role(party) for party in outcome.parties))),
        "seed": in_words(outcome.seed_version) if outcome.seed_version else "",
        "meetings": ", ".join(str(meeting.id) for meeting in outcome.meetings),
        "readers": ", ".join(reader.email for reader in outcome.readers),
        "evidence": "; ".join(_evidence(each) for each in outcome.evidence),
        VERIFIED: outcome.verified_at.isoformat(timespec="minutes") if outcome.verified_at else "",
    }


def _role(party: Any) -> str:
    role = party.role
    return f"{_party(party)}: {role.en or role.ja}" + (f" ({role.ja})" if role.ja and role.en else "") if role else ""


def _party(party: Any) -> str:
    name = party.organisation.name if party.organisation else party.name
    named = not party.organisation and name.ja and name.en and name.ja != name.en
    return f"{name.en} ({name.ja})" if named else str(name.en or name.ja)


def _evidence(piece: Any) -> str:
    return f"{piece.kind.value}: {piece.description}" if piece.description else str(piece.kind.value)


@contextmanager
def kept(outcome: Outcome, *, actor: User | None, now: datetime) -> Iterator[None]:
    """Keep what the block changes of the outcome; it is flushed at the block's end."""
    before = values_of(outcome)
    yield
    db.session.flush()
    after = values_of(outcome)
    for field, value in after.items():
        if value != before[field]:
            change = OutcomeChange(
                outcome=outcome,
                at=now,
                by_id=actor.id if actor else None,
                field=field,
                before=before[field],
                after=value,
            )
            db.session.add(change)
    db.session.flush()
