"""Who is told of an erasure: the person, and staff where it leaves an organisation without anybody to ask."""

import secrets
from collections.abc import Collection
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from rbc_events.calendars.entry import Person as Addressee
from rbc_events.database import db
from rbc_events.follow_ups.queries import contact_of
from rbc_events.i18n import TOKYO, in_language, plain
from rbc_events.outbox.operations import Letter, queue
from rbc_events.privacy.people import Person
from rbc_events.registration.models import Organisation
from rbc_events.relationships.access import has_party
from rbc_events.relationships.models import Relationship, RelationshipState
from rbc_events.relationships.operations import add_task

FAREWELL = "erased"
"""The kind of the mail. It goes with its address once it has been sent: see `retention`."""


def farewell(person: Person, years: int) -> Letter | None:
    """The mail to somebody who is erased by rule, made before the address goes; None where there is nobody to tell."""
    row = next(iter(person.rows), None)
    if row is None:
        return None
    with in_language(row.language):
        text = _(
            "What we held on you has been erased: your last event here was more than %(years)s years ago. Nothing is "
            "asked of you. Meetings and agreements stay counted, without your name. This address is erased as well "
            "once this mail has been sent.",
            years=years,
        )
        return Letter(
            occasion=f"{FAREWELL}:{secrets.token_hex(8)}",
            kind=FAREWELL,
            recipient=Addressee(name="", address=row.email),
            language=row.language,
            subject=_("Your data has been erased"),
            text=text,
            secret=True,
        )


def say_farewell(letter: Letter | None, *, now: datetime) -> None:
    if letter is not None:
        queue([letter], now=now)


def note_left_alone(organisations: Collection[int], *, now: datetime) -> None:
    """Give staff a task for each relationship that goes on and of which a side has nobody left to ask."""
    going = select(Relationship).where(has_party(list(organisations)), Relationship.state == RelationshipState.ACTIVE)
    for relationship in db.session.scalars(going.order_by(Relationship.id)).all():
        for party in relationship.parties:
            side = party.organisation
            if side is not None and side.id in organisations and contact_of(side, relationship) is None:
                _ask_for_a_contact(relationship, side, now=now)


def _ask_for_a_contact(relationship: Relationship, side: Organisation, *, now: datetime) -> None:
    keeper = relationship.keeper
    with in_language(keeper.language if keeper else "ja"):
        text = _("Nobody is left to ask at %(name)s: find a new contact.", name=plain(side.name))
    if not any(task.text == text and task.done_at is None for task in relationship.tasks):
        add_task(relationship, text=text, due_on=now.astimezone(TOKYO).date(), assigned_to=keeper)
