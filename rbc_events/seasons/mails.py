"""The mail that offers times to one person."""

from datetime import datetime

from flask_babel import gettext as _

from rbc_events.application import absolute_url
from rbc_events.calendars.entry import Person
from rbc_events.i18n import in_language, plain
from rbc_events.mail.operations import Notice, write_notice
from rbc_events.meetings.recipients import Recipient
from rbc_events.meetings.wording import others
from rbc_events.seasons.clocks import changes_in_words, on_clocks, zones_of
from rbc_events.seasons.models import AskedParty, OfferedTime


def ask(asked: AskedParty, reader: Recipient, token: str, *, now: datetime) -> None:
    """Each time on every clock that counts, with an address where it is ticked already."""
    offer, meeting = asked.offer, asked.offer.meeting
    link = absolute_url("seasons.answer", token=token)
    addresses = {time: absolute_url("seasons.answer", token=token, time=time.id) for time in offer.times}
    with in_language(reader.language):
        zones = zones_of(meeting, reader.own_zone)
        changes = changes_in_words(zones, now, offer.times[-1].starts_at)
        lines = [_in_words(time, zones, addresses[time]) for time in offer.times]
        notice = Notice(
            kind="times_offered",
            occasion=f"times_offered:{offer.id}:{asked.id}:{reader.address.lower()}",
            recipient=Person(name=reader.name, address=reader.address),
            language=reader.language,
            links=frozenset(addresses.values()),
            values={
                "name": reader.name,
                "organisation": plain(reader.side.organisation.name) if reader.side else "",
                "other": others(meeting, reader.side),
                "message": offer.message,
                "details": "\n\n".join([*lines, *changes, _("Place: %(place)s", place=offer.own_place)]),
                "link": link,
            },
        )
    write_notice(meeting.event, notice, now=now)


def _in_words(time: OfferedTime, zones: list[str], address: str) -> str:
    return "\n".join([*on_clocks(time.starts_at, time.ends_at, zones), address])
