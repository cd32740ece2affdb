"""Outcomes, mails, places and days."""

from collections.abc import Iterator

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from rbc_events.database import db
from rbc_events.mail.queries import GROUPS
from rbc_events.outbox.models import OutboxMessage
from rbc_events.outcomes.models import DateKind, Outcome
from rbc_events.outcomes.queries import outcomes_of_event
from rbc_events.partial_dates import write_partial_date
from rbc_events.sheet_export.listing import Asked, Listing, Values, told
from rbc_events.sheet_export.lists.registrations import keys_of
from rbc_events.sheet_import.kind import Column
from rbc_events.sheet_import.kinds import events as kinds
from rbc_events.sheet_import.kinds import outcomes

DATES = {"signed_on": DateKind.SIGNED, "published_on": DateKind.PUBLISHED}
NOT_KEPT_SO = {"event_key", "case_key", "evidence_kind", "evidence_en", "source_number"} | {
    "differing_signed_on",
    "differing_source_number",
}


def _outcomes(asked: Asked) -> Iterator[Values]:
    keys = keys_of(asked)
    for outcome in outcomes_of_event(asked.actor, asked.event):
        known = [party.organisation for party in outcome.parties if party.organisation is not None]
        others = [party for party in outcome.parties if party.organisation is None]
        yield {
            **{name: getattr(outcome, name) for name in outcomes.PLAIN},
            "amount": _amount(outcome),
            "key": outcome.key or f"outcome-{outcome.id}",
            "meetings": [str(meeting.id) for meeting in outcome.meetings],
            "party_keys": [keys.get(each.id) or each.key or "" for each in known],
            "parties_ja": "\n".join(party.name_ja for party in others),
            "parties_en": "\n".join(party.name_en for party in others),
            **{name: _date(outcome, kind) for name, kind in DATES.items()},
        }


def _amount(outcome: Outcome) -> int | float | None:
    if outcome.amount is None:
        return None
    return int(outcome.amount) if outcome.amount == int(outcome.amount) else float(outcome.amount)


def _date(outcome: Outcome, kind: DateKind) -> str:
    found = next((each for each in outcome.dates if each.kind == kind and each.shown), None)
    return write_partial_date(found.on, found.precision) if found else ""


def _outcome_columns(_asked: Asked) -> list[Column]:
    return [column for column in outcomes.OUTCOME_COLUMNS if column.name not in NOT_KEPT_SO]


def _mails(asked: Asked) -> Iterator[Values]:
    wanted = select(OutboxMessage).where(OutboxMessage.event_id == asked.event.id)
    group, words = asked.filters.get("show", ""), asked.filters.get("to", "").strip()[:200]
    if group in GROUPS:
        wanted = wanted.where(OutboxMessage.state.in_(GROUPS[group]))
    if words:
        wanted = wanted.where(OutboxMessage.recipient.contains(words.lower(), autoescape=True))
    for mail in db.session.scalars(wanted.order_by(OutboxMessage.created_at.desc(), OutboxMessage.id.desc())):
        names = ("recipient", "subject", "state", "created_at", "sent_at", "fault")
        yield {name: getattr(mail, name) for name in names}


def _places(asked: Asked) -> Iterator[Values]:
    names = ("name_ja", "name_en", "kind", "capacity", "join_url")
    yield from ({name: getattr(place, name) for name in names} for place in asked.event.places)


def _blocks(asked: Asked) -> Iterator[Values]:
    for block in asked.event.blocks:
        starts = block.starts_at.astimezone(asked.event.zone)
        slots = sorted(block.slots, key=lambda slot: slot.starts_at)
        first = slots[0] if slots else block
        minutes = int((first.ends_at - first.starts_at).total_seconds() // 60)
        gap = int((slots[1].starts_at - slots[0].ends_at).total_seconds() // 60) if len(slots) > 1 else 0
        yield {
            "date": starts.date(),
            "starts_at": starts.strftime("%H:%M"),
            "slot_minutes": minutes,
            "slots": max(len(slots), 1),
            "gap_minutes": gap,
            **{name: getattr(block, name) for name in ("kind", "name_ja", "name_en")},
        }


OUTCOMES = Listing("outcomes", _l("Outcomes"), _outcome_columns, _outcomes, "outcomes")
MAILS = Listing(
    "mails",
    _l("Mails"),
    lambda _asked: [
        told("recipient", _l("Recipient")),
        told("subject", _l("Subject")),
        told("state", _l("State")),
        told("created_at", _l("Written at")),
        told("sent_at", _l("Sent at")),
        told("fault", _l("Fault")),
    ],
    _mails,
)
PLACES = Listing("places", _l("Places"), lambda _asked: list(kinds.PLACES.columns[1:]), _places, "places")
BLOCKS = Listing("blocks", _l("Days and slots"), lambda _asked: list(kinds.BLOCKS.columns[1:]), _blocks, "blocks")
