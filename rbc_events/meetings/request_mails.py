"""Telling people of meeting requests: mails written to the outbox in the transaction that gives the reason."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlalchemy import or_, select

from rbc_events.application import absolute_url
from rbc_events.calendars.entry import Person
from rbc_events.database import db
from rbc_events.i18n import in_language, plain
from rbc_events.mail.operations import Notice, write_notices
from rbc_events.meetings.models import MeetingRequest, PartyAnswer, RequestParty, RequestState
from rbc_events.meetings.queries import has_vetoed
from rbc_events.meetings.recipients import contacts
from rbc_events.outbox.models import Delivery, OutboxMessage
from rbc_events.outbox.operations import addresses_in, withdraw

_PAGES = {"request_declined": "directory.index", "request_withdrawn": "directory.index"}
"""Where a mail leads whose reader has nothing to do about the request itself."""


def announce_request(request: MeetingRequest, *, now: datetime) -> None:
    """Tell the sides that have to answer of a request, or of what the coordinators propose."""
    kind = "request_proposed" if request.proposed_by_id else "request_received"
    _tell(request, _pending(request), kind, now, message=request.note)


def announce_condition(request: MeetingRequest, *, now: datetime) -> None:
    """Tell the sides that are asked again on what condition the other one accepts."""
    _tell(request, _pending(request), "request_condition", now)


def announce_answer(request: MeetingRequest, answered: RequestParty, *, now: datetime) -> None:
    """Tell that one side has declined, or that all have accepted. While somebody's answer is open there is no news.

    Of an agreement that the coordinators proposed also the last to accept is told: it couldn't know that it was.
    """
    others = [party for party in request.parties if party is not answered]
    if request.state == RequestState.DECLINED:
        _tell(request, others, "request_declined", now)
    elif request.state == RequestState.MUTUAL:
        _tell(request, request.parties if request.proposed_by_id else others, "request_accepted", now)


def announce_withdrawal(request: MeetingRequest, withdrew: RequestParty, *, now: datetime) -> None:
    """Tell the others who know of the request: who accepted it, or was mailed it and has not hidden who asks since."""
    others = [party for party in request.parties if party is not withdrew]
    mailed = [party for party in others if _was_mailed(party)]
    told = [
        party
        for party in others
        if party.answer == PartyAnswer.ACCEPTED
        or (party in mailed and not has_vetoed(party.registration, withdrew.registration))
    ]
    _tell(request, told, "request_withdrawn", now, message="")


def _was_mailed(party: RequestParty) -> bool:
    """Whether a mail that asks this side has gone out. One that still waits is taken back."""
    kinds = ("request_received", "request_proposed", "request_condition")
    occasions = (f"{kind}:{party.request_id}:{party.id}:" for kind in kinds)
    asking = or_(*(OutboxMessage.occasion.startswith(occasion, autoescape=True) for occasion in occasions))
    waits = OutboxMessage.state.in_((Delivery.QUEUED, Delivery.AWAITING_RETRY))
    withdraw(db.session.scalars(select(OutboxMessage.message_id).where(asking, waits)).all())
    gone_out = OutboxMessage.state.in_((Delivery.SENT, Delivery.IN_FLIGHT))
    return db.session.scalar(select(OutboxMessage.id).where(asking, gone_out).limit(1)) is not None


def _pending(request: MeetingRequest) -> list[RequestParty]:
    return [party for party in request.parties if party.answer == PartyAnswer.PENDING]


def _tell(
    request: MeetingRequest, parties: Iterable[RequestParty], kind: str, now: datetime, *, message: str | None = None
) -> None:
    """Write to the contacts of these sides; with what the other side said where no `message` is given."""
    notices = [notice for party in parties for notice in _notices(request, party, kind, message)]
    write_notices(request.event, notices, now=now)


def _notices(request: MeetingRequest, party: RequestParty, kind: str, message: str | None) -> Iterator[Notice]:
    others = [other for other in request.parties if other is not party]
    said = "\n".join(other.note for other in others if other.note) if message is None else message
    link = absolute_url(_PAGES.get(kind, "meetings.requests"), key=request.event.key)
    for recipient in contacts(party.registration):
        with in_language(recipient.language):
            yield Notice(
                kind=kind,
                occasion=f"{kind}:{request.id}:{party.id}:{request.version}:{recipient.address}",
                recipient=Person(name=recipient.name, address=recipient.address),
                language=recipient.language,
                links=addresses_in(said) if kind == "request_proposed" else frozenset(),  # the coordinators' words
                values={
                    "name": recipient.name,
                    "organisation": plain(party.registration.organisation.name),
                    "other": " / ".join(plain(other.registration.organisation.name) for other in others),
                    "message": said,
                    "link": link,
                },
            )
