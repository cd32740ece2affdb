"""Which of an organisation's people go to a meeting: feeds, files, printed agendas and mails ask here, or
`MeetingParty.goes`. Functions flush; the route commits."""

from collections.abc import Collection
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import joinedload, selectinload

from rbc_events.database import db
from rbc_events.errors import Unacceptable
from rbc_events.i18n import language
from rbc_events.meetings.models import Meeting, MeetingParty
from rbc_events.meetings.resend import catch_up_with
from rbc_events.registration.models import Delegate, Registration


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


def attended_by(*delegates: int) -> ColumnElement[bool]:
    """As `MeetingParty.goes`: the meetings to which one of these delegates, by number, goes."""
    return or_(*(Meeting.parties.any(_sends(number)) for number in delegates))


def _sends(number: int) -> ColumnElement[bool]:
    side = select(Delegate.registration_id).where(Delegate.id == number).scalar_subquery()
    return and_(MeetingParty.registration_id == side, ~MeetingParty.absent.any(Delegate.id == number))


def who_goes(side: Registration) -> dict[int, str]:
    """By number of the meeting, in words who goes to those of the organisation's meetings to which not all of its
    people go."""
    parties = db.session.scalars(
        select(MeetingParty)
        .where(MeetingParty.registration_id == side.id, MeetingParty.absent.any())
        .options(
            selectinload(MeetingParty.absent),
            joinedload(MeetingParty.registration).selectinload(Registration.delegates).joinedload(Delegate.user),
        )
    )
    return {party.meeting_id: _in_words(party.goes) for party in parties}


def _in_words(people: Collection[Delegate]) -> str:
    return _("Who goes: %(names)s", names=_(", ").join(each.name_in(language()) for each in people))
