"""Requests, meetings, the timetable, interpreters, who came, and who holds what in their calendar."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from rbc_events.database import db
from rbc_events.i18n import language, plain
from rbc_events.meetings import ledger
from rbc_events.meetings.models import (
    Interpreter,
    Meeting,
    MeetingParty,
    MeetingRequest,
    MeetingState,
    RequestParty,
    RequestState,
)
from rbc_events.registration.models import Registration
from rbc_events.sheet_export.listing import Asked, Listing, Values, told
from rbc_events.sheet_export.lists.registrations import keys_of
from rbc_events.sheet_import.kind import Column
from rbc_events.sheet_import.kinds import meetings as kinds
from rbc_events.sheet_import.kinds.people import NAME_FIELDS

PARTIES = selectinload(Meeting.parties).options(
    joinedload(MeetingParty.registration).joinedload(Registration.organisation), joinedload(MeetingParty.user)
)


def _of_kind(columns: Iterable[Column], *more: Column) -> list[Column]:
    return [*(column for column in columns if column.name != "event_key"), *more]


def _requests(asked: Asked) -> Iterator[Values]:
    keys, state = keys_of(asked), asked.filters.get("state", "")
    statement = (
        select(MeetingRequest)
        .where(MeetingRequest.event_id == asked.event.id)
        .options(
            selectinload(MeetingRequest.parties)
            .joinedload(RequestParty.registration)
            .joinedload(Registration.organisation),
            joinedload(MeetingRequest.meeting),
        )
        .order_by(MeetingRequest.created_at.desc(), MeetingRequest.id.desc())
    )
    if state in set(RequestState):
        statement = statement.where(MeetingRequest.state == state)
    for request in db.session.scalars(statement):
        yield _request(request, keys)


def _request(request: MeetingRequest, keys: Mapping[int, str]) -> dict[str, Any]:
    first, second = sorted(request.parties, key=lambda party: party.registration_id != request.asked_by_id)[:2]
    sides = {"from": first.registration.organisation, "to": second.registration.organisation}
    return {
        **{f"{side}_key": keys.get(each.id) or each.key for side, each in sides.items()},
        **{f"{side}_name": plain(each.name) for side, each in sides.items()},
        "priority": first.priority,
        "note": request.note or first.note,
        "answer": second.answer,
        "answer_priority": second.priority,
        "answer_note": second.note,
        "needs_interpreter": request.meeting.needs_interpreter if request.meeting else None,
        "state": request.state,
        "created_at": request.created_at,
    }


def _all_meetings(asked: Asked) -> list[Meeting]:
    statement = (
        select(Meeting)
        .where(Meeting.event_id == asked.event.id)
        .options(PARTIES, joinedload(Meeting.slot), joinedload(Meeting.place), joinedload(Meeting.interpreter))
    )
    rows = db.session.scalars(statement).unique().all()
    return sorted(rows, key=lambda each: (each.starts_at is None, each.starts_at or each.id, each.id))


def _names(meeting: Meeting) -> list[str]:
    return [_party_name(party) for party in meeting.parties]


def _party_name(party: MeetingParty) -> str:
    if party.registration is not None:
        return plain(party.registration.organisation.name)
    return party.user.name_in(language()) if party.user else ""


def _when_and_where(meeting: Meeting) -> dict[str, Any]:
    return {
        "number": meeting.id,
        "day": meeting.starts_at and meeting.starts_at.astimezone(meeting.event.zone).date(),
        "starts_at": meeting.starts_at and meeting.starts_at.astimezone(meeting.event.zone).strftime("%H:%M"),
        "ends_at": meeting.ends_at and meeting.ends_at.astimezone(meeting.event.zone).strftime("%H:%M"),
        "place": plain(meeting.place.name) if meeting.place else meeting.own_place,
        "state": meeting.state,
    }


def _meetings(asked: Asked) -> Iterator[Values]:
    for meeting in _all_meetings(asked):
        names = _names(meeting)
        yield {
            **_when_and_where(meeting),
            "first": names[0] if names else "",
            "second": names[1] if len(names) > 1 else "",
            "others": "\n".join(names[2:]),
            "interpreter": meeting.interpreter.name_in(language()) if meeting.interpreter else "",
            "needs_interpreter": meeting.needs_interpreter,
            "online": meeting.online,
        }


def _attendance(asked: Asked) -> Iterator[Values]:
    for meeting in _all_meetings(asked):
        if meeting.state not in (MeetingState.SCHEDULED, MeetingState.HELD, MeetingState.NO_SHOW):
            continue
        for party in meeting.parties:
            yield {
                **_when_and_where(meeting),
                "party": _party_name(party),
                "attendance": party.attendance,
                "minutes_late": party.minutes_late,
            }


def _grid_columns(asked: Asked) -> list[Column]:
    times = [told("day", _l("Day")), told("starts_at", _l("Begins")), told("ends_at", _l("Ends"))]
    return [*times, *(told(f"place-{place.id}", plain(place.name)) for place in asked.event.places)]


def _grid(asked: Asked) -> Iterator[Values]:
    """A row a slot, a column a place, in each the parties that meet there."""
    held: dict[int, dict[str, str]] = {}
    for meeting in _all_meetings(asked):
        if meeting.slot_id is None or meeting.state == MeetingState.CANCELLED:
            continue
        cells, place = held.setdefault(meeting.slot_id, {}), f"place-{meeting.place_id}"
        cells[place] = "\n".join(filter(None, (cells.get(place), _(" – ").join(_names(meeting)))))
    for slot in asked.event.slots:
        starts, ends = (each.astimezone(asked.event.zone) for each in (slot.starts_at, slot.ends_at))
        times = {"day": starts.date(), "starts_at": starts.strftime("%H:%M"), "ends_at": ends.strftime("%H:%M")}
        yield {**times, **held.get(slot.id, {})}


def _interpreters(asked: Asked) -> Iterator[Values]:
    fields = (*NAME_FIELDS, "email", "most_minutes", "longest_run_minutes", "rest_minutes")
    for each in db.session.scalars(select(Interpreter).filter_by(event_id=asked.event.id).order_by(Interpreter.id)):
        note = {"hours_note_ja": each.note}
        yield {**{name: getattr(each, name) for name in fields}, **note, "languages": each.pairs.split()}


def _ledger(asked: Asked) -> Iterator[Values]:
    group = asked.filters.get("show", "all")
    page, more = 1, True
    while more:
        part = ledger.holdings(asked.event, group if group in ledger.GROUPS else "all", page=page)
        for holding in part.rows:
            entry = holding.entry
            yield {
                "recipient": entry.recipient,
                "starts_at": entry.starts_at,
                "parties": "\n".join(_names(entry.meeting)),
                "answer": entry.answer,
                "answer_text": entry.answer_text,
                "delivery": holding.mail.state if holding.mail else "",
                "stale": holding.stale,
            }
        page, more = page + 1, part.more


WHEN = (
    told("number", _l("Number")),
    told("day", _l("Day")),
    told("starts_at", _l("Begins")),
    told("ends_at", _l("Ends")),
    told("place", _l("Place")),
    told("state", _l("State")),
)
REQUESTS = Listing(
    "requests",
    _l("Meeting requests"),
    lambda _asked: _of_kind(
        kinds.REQUESTS.columns,
        told("from_name", _l("Asks (name)")),
        told("to_name", _l("Is asked (name)")),
        told("state", _l("State")),
        told("created_at", _l("Asked at")),
    ),
    _requests,
    "requests",
)
MEETINGS = Listing(
    "meetings",
    _l("Meetings"),
    lambda _asked: [
        *WHEN,
        told("first", _l("First party")),
        told("second", _l("Second party")),
        told("others", _l("Others who sit in")),
        told("interpreter", _l("Interpreter")),
        told("needs_interpreter", _l("Needs an interpreter")),
        told("online", _l("Online")),
    ],
    _meetings,
)
TIMETABLE = Listing("timetable", _l("Timetable: slots and places"), _grid_columns, _grid)
INTERPRETERS = Listing(
    "interpreters",
    _l("Interpreters"),
    lambda _asked: _of_kind(kinds.INTERPRETERS.columns),
    _interpreters,
    "interpreters",
)
ATTENDANCE = Listing(
    "attendance",
    _l("Attendance"),
    lambda _asked: [
        *WHEN,
        told("party", _l("Party")),
        told("attendance", _l("Came")),
        told("minutes_late", _l("Minutes late")),
    ],
    _attendance,
)
LEDGER = Listing(
    "ledger",
    _l("Calendar entries"),
    lambda _asked: [
        told("recipient", _l("Recipient")),
        told("starts_at", _l("Begins")),
        told("parties", _l("Parties")),
        told("answer", _l("Answer")),
        told("answer_text", _l("Note")),
        told("delivery", _l("Delivery")),
        told("stale", _l("Not up to date")),
    ],
    _ledger,
)
