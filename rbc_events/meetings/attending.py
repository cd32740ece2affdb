"""Which of an organisation's people go to a meeting. Functions flush; the route commits."""

from collections.abc import Collection
from datetime import datetime

from flask_babel import lazy_gettext as _l

from rbc_events.database import db
from rbc_events.errors import Unacceptable
from rbc_events.meetings.models import MeetingParty
from rbc_events.meetings.resend import catch_up_with


class NobodyGoes(Unacceptable):
    message = _l("Somebody of your organisation has to go. If nobody can, cancel the meeting.")


def send_people(party: MeetingParty, numbers: Collection[int], *, now: datetime) -> int:
    """Keep that these delegates (by number) go to the meeting and the organisation's others don't. Who goes no longer
    loses the entry in the calendar, who goes now gets one; returns how many mails tell of it.

    Raises:
        NobodyGoes
    """
    delegates = party.registration.delegates if party.registration else []
    absent = [delegate for delegate in delegates if delegate.id not in numbers]
    if len(absent) == len(delegates):
        raise NobodyGoes
    party.absent = absent
    db.session.flush()
    return catch_up_with(party.meeting, now=now)
