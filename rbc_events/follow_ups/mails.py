"""The mail that asks one side what came of it."""

from datetime import datetime

from rbc_events.application import absolute_url
from rbc_events.calendars.entry import Person
from rbc_events.follow_ups import queries
from rbc_events.follow_ups.models import FollowUp
from rbc_events.i18n import in_language, plain
from rbc_events.mail.operations import Notice, write_notice
from rbc_events.meetings.recipients import Recipient


def ask(row: FollowUp, contact: Recipient, token: str, *, now: datetime, which: str = "question") -> None:
    """Write the mail, in the words of the event at which the parties last met; `which` of the question's mails is
    written once, whoever asks for it."""
    others = [party for party in row.relationship.parties if party.organisation_id != row.organisation_id]
    with in_language(contact.language):
        names = [plain(party.organisation.name if party.organisation else party.name) for party in others]
        notice = Notice(
            kind=queries.KIND,
            occasion=f"{queries.mails_about(row)}{which}",
            recipient=Person(name=contact.name, address=contact.address),
            language=contact.language,
            values={
                "name": contact.name,
                "organisation": plain(row.organisation.name),
                "other": ", ".join(names),
                "link": absolute_url("follow_ups.answer", token=token),
            },
        )
    write_notice(queries.event_of(row.relationship), notice, now=now)
