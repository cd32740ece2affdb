"""The sheets of meetings: requests with their answers, and interpreters.

A sheet of requests is a record of what was agreed elsewhere: nobody gets a mail about it.
"""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from rbc_events import cells
from rbc_events.database import db, fill
from rbc_events.events.models import Event
from rbc_events.meetings.labels import PARTY_ANSWERS
from rbc_events.meetings.models import Interpreter, MeetingRequest, PartyAnswer, RequestParty, RequestState, Veto
from rbc_events.meetings.operations import add_request, become_mutual
from rbc_events.meetings.queries import party_of
from rbc_events.meetings.refusals import KeptApart, Vetoed
from rbc_events.registration.models import Registration
from rbc_events.registration.pairing import may_meet
from rbc_events.registration.participation import may_be_met, takes_part
from rbc_events.sheet_import import quantities, words
from rbc_events.sheet_import.kind import Change, Column, Importer, Importing, WrongCell
from rbc_events.sheet_import.kinds.events import EVENT_KEY, find_event
from rbc_events.sheet_import.kinds.organisation_columns import NAMES_OF_A_PERSON
from rbc_events.sheet_import.kinds.people import NAME_FIELDS
from rbc_events.sheet_import.recognising import by_key

Values = Mapping[str, Any]


def write_request(importing: Importing, values: Values) -> Change:
    """Add a request of one organisation to another; one that is there already, in whatever state, stays as it is."""
    event = find_event(importing, values)
    asker = _participant(importing, event, values, "from_key")
    other = _participant(importing, event, values, "to_key")
    if asker is other:
        raise WrongCell("to_key", _l("An organisation can't ask to meet itself."))
    if not may_meet(asker, other):
        raise WrongCell("to_key", KeptApart.message)
    if _asked(importing, event, asker, other):
        return Change.UNCHANGED
    if _vetoed(importing, event, asker, other):
        raise WrongCell("to_key", Vetoed.message)
    request = add_request(event, (asker, other), now=importing.now, asked_by=asker, note=values.get("note", ""))
    importing.find(("asked", event.id), dict)[frozenset((asker.id, other.id))] = True
    mine, theirs = party_of(request, asker), party_of(request, other)
    fill(mine, {"answer": PartyAnswer.ACCEPTED, "priority": values.get("priority") or 2, "note": request.note})
    answer = values.get("answer") or PartyAnswer.PENDING
    fill(
        theirs,
        {"answer": answer, "note": values.get("answer_note", ""), "priority": values.get("answer_priority") or 2},
    )
    _settle(request, answer, values, importing.now)
    return Change.ADDED


def _participant(importing: Importing, event: Event, values: Values, column: str) -> Registration:
    """An approved registration by its organisation's key."""

    registration = importing.find(("registrations", event.id), lambda: by_key(importing, event)).get(values[column])
    if registration is None or not takes_part(registration):
        raise WrongCell(column, _l("No organisation with this key takes part in the event."))
    if not may_be_met(registration):
        raise WrongCell(column, _l("This organisation has not agreed yet to be shown to the other participants."))
    return registration


def _asked(importing: Importing, event: Event, asker: Registration, other: Registration) -> bool:
    def load() -> dict[frozenset[int], bool]:
        rows = select(RequestParty.request_id, RequestParty.registration_id).join(RequestParty.request)
        sides: dict[int, set[int]] = {}
        for number, registration_id in db.session.execute(rows.where(MeetingRequest.event_id == event.id)):
            sides.setdefault(number, set()).add(registration_id)
        return {frozenset(pair): True for pair in sides.values()}

    return frozenset((asker.id, other.id)) in importing.find(("asked", event.id), load)


def _vetoed(importing: Importing, event: Event, asker: Registration, other: Registration) -> bool:
    """Whether one of them doesn't want to meet the other."""

    def load() -> set[tuple[int, int]]:
        rows = select(Veto.registration_id, Veto.vetoed_id).join(Registration, Registration.id == Veto.registration_id)
        return {(one, two) for one, two in db.session.execute(rows.where(Registration.event_id == event.id))}

    vetoes = importing.find(("vetoes", event.id), load)
    return not vetoes.isdisjoint({(asker.id, other.id), (other.id, asker.id)})


def _settle(request: MeetingRequest, answer: PartyAnswer, values: Values, now: datetime) -> None:
    """Bring the request into the state that its answers and the event's end say."""
    for party in request.parties:
        party.answered_at = None if party.answer == PartyAnswer.PENDING else now
    event = request.event
    over = event.ends_on is not None and datetime.combine(event.ends_on + timedelta(days=1), time(), event.zone) <= now
    if answer == PartyAnswer.ACCEPTED:
        meeting = become_mutual(request, now)
        if values.get("needs_interpreter") is not None:
            meeting.needs_interpreter = values["needs_interpreter"]
    elif answer == PartyAnswer.DECLINED:
        fill(request, {"state": RequestState.DECLINED, "pair": None, "closed_at": now})
    elif over:
        fill(request, {"state": RequestState.EXPIRED, "pair": None, "closed_at": now})


def write_interpreter(importing: Importing, values: Values) -> Change:
    event = find_event(importing, values)
    fields = {name: values[name] for name in NAME_FIELDS if name in values}
    fields["pairs"] = " ".join(values["languages"])
    fields["note"] = "\n".join(filter(None, (values.get("hours_note_ja"), values.get("hours_note_en"))))
    for name in ("most_minutes", "longest_run_minutes", "rest_minutes"):
        if values.get(name) is not None:
            fields[name] = values[name]
    interpreter = db.session.scalar(select(Interpreter).filter_by(event_id=event.id, email=values["email"]))
    if interpreter is None:
        db.session.add(Interpreter(event_id=event.id, email=values["email"], **fields))
        return Change.ADDED
    return Change.CHANGED if fill(interpreter, fields) else Change.UNCHANGED


def _pairs(cell: str) -> list[str]:
    """Pairs of languages such as ja-en;fr-ja."""
    pairs = words.split(cell)
    if any(set(pair.split("-")) - cells.LANGUAGE_CODES or pair.count("-") != 1 for pair in pairs):
        raise cells.Unusable(_l("Not pairs of languages, such as ja-en."))
    return pairs


def _flag_if_any(cell: str) -> bool | None:
    return quantities.flag(cell) if cell else None


REQUESTS = Importer(
    "requests",
    _l("Meeting requests"),
    (
        EVENT_KEY,
        Column("from_key", _l("Asks (key of the organisation)"), words.external_key, required=True),
        Column("to_key", _l("Is asked (key of the organisation)"), words.external_key, required=True),
        Column("priority", _l("Priority (1 to 3)"), quantities.whole_number(1, 3)),
        Column("note", _l("Note"), cells.text(2000, lines=True)),
        Column("answer", _l("Answer"), words.one_of(PartyAnswer, PARTY_ANSWERS)),
        Column("answer_priority", _l("Priority of the side asked"), quantities.whole_number(1, 3)),
        Column("answer_note", _l("Note of the side asked"), cells.text(2000, lines=True)),
        Column("needs_interpreter", _l("Needs an interpreter"), _flag_if_any),
    ),
    ("event_key", "from_key", "to_key"),
    write_request,
)
INTERPRETERS = Importer(
    "interpreters",
    _l("Interpreters"),
    (
        EVENT_KEY,
        *(Column(name, title, cells.person_name) for name, title in NAMES_OF_A_PERSON.items()),
        Column("languages", _l("Pairs of languages"), _pairs, required=True),
        Column("email", _l("E-mail address"), words.email, required=True),
        Column("most_minutes", _l("Most minutes a day"), quantities.whole_number(15, 1440)),
        Column("longest_run_minutes", _l("Most minutes without a rest"), quantities.whole_number(15, 1440)),
        Column("rest_minutes", _l("Minutes of rest"), quantities.whole_number(0, 240)),
        Column("hours_note_ja", _l("Hours (Japanese)"), cells.text(500, lines=True)),
        Column("hours_note_en", _l("Hours (English)"), cells.text(500, lines=True)),
    ),
    ("event_key", "email"),
    write_interpreter,
)
IMPORTERS = (INTERPRETERS, REQUESTS)
