"""Telling people of meeting requests: mails written to the outbox in the transaction that gives the reason."""

from collections.abc import Iterator
from datetime import datetime

from rbc_events.accounts.mails import absolute_url
from rbc_events.calendars.entry import Person
from rbc_events.i18n import in_language, plain
from rbc_events.mail.operations import Notice, write_notices
from rbc_events.meetings.models import MeetingRequest, PartyAnswer, RequestParty, RequestState
from rbc_events.meetings.recipients import contacts


def announce_request(request: MeetingRequest, *, now: datetime) -> None:
    """Tell the sides that have to answer: of a request, a coordinator's proposal, or an answer with conditions."""
    notices: list[Notice] = []
    for party in request.parties:
        if party.answer == PartyAnswer.PENDING:
            others = [other for other in request.parties if other is not party]
            note = next((other.note for other in others if other.note), request.note)
            notices += _notices(request, party, others, "request_received", note)
    write_notices(request.event, notices, now=now)


def announce_answer(request: MeetingRequest, answered: RequestParty, *, now: datetime) -> None:
    """Tell the other sides that one side has accepted or declined."""
    kind = "request_declined" if request.state == RequestState.DECLINED else "request_accepted"
    notices: list[Notice] = []
    for party in request.parties:
        if party is not answered and party.answer != PartyAnswer.DECLINED:
            notices += _notices(request, party, [answered], kind, answered.note)
    write_notices(request.event, notices, now=now)


def _notices(
    request: MeetingRequest, party: RequestParty, others: list[RequestParty], kind: str, note: str
) -> Iterator[Notice]:
    link = absolute_url("meetings.requests", key=request.event.key)
    for recipient in contacts(party.registration):
        with in_language(recipient.language):
            yield Notice(
                kind=kind,
                occasion=f"{kind}:{request.id}:{party.id}:{request.version}:{recipient.address}",
                recipient=Person(name=recipient.name, address=recipient.address),
                language=recipient.language,
                values={
                    "name": recipient.name,
                    "organisation": plain(party.registration.organisation.name),
                    "other": " / ".join(plain(other.registration.organisation.name) for other in others),
                    "message": note,
                    "link": link,
                },
            )
