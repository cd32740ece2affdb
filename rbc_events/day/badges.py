"""Badges: whose there are, the code on each, and their print; signs for the tables.

A code holds the event, the badge and a proof that it is ours, in letters that a scanner types on any keyboard.
"""

import hmac
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import segno
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from rbc_events.accounts.operations import derived_token
from rbc_events.agendas import badges as printed
from rbc_events.config import STATIC, TEMPLATES
from rbc_events.database import db, lock
from rbc_events.day.models import Badge
from rbc_events.events.models import Event, Place
from rbc_events.events.site import shown_site
from rbc_events.i18n import in_language, language
from rbc_events.registration.models import Delegate, Organisation, Registration
from rbc_events.registration.participation import taking_part

CODE = re.compile(r"(\d{1,9})-(\d{1,9})-([A-Z2-7]{12})")
"""12 letters are 60 bits, which nobody guesses at a desk where somebody looks on."""


@dataclass(frozen=True)
class Read:
    """What a code says: of which event, and which badge."""

    event: int
    badge: int


def code_of(badge: Badge) -> str:
    event = badge.delegate.registration.event_id
    return f"{event}-{badge.id}-{_proof(event, badge.id)}"


def read_code(words: str) -> Read | None:
    """What a scanner typed, or None if it is no code of ours."""
    found = CODE.fullmatch(words.strip().upper())
    if found is None:
        return None
    read = Read(int(found[1]), int(found[2]))
    return read if hmac.compare_digest(found[3], _proof(read.event, read.badge)) else None


def _proof(event: int, badge: int) -> str:
    return derived_token(f"badge:{event}:{badge}")[:12].upper()


def people_of(event: Event) -> Sequence[Delegate]:
    """Everybody whom the organisations that take part send, by organisation."""
    statement = (
        select(Delegate)
        .join(Delegate.registration)
        .join(Registration.organisation)
        .where(taking_part(event))
        .options(contains_eager(Delegate.registration).contains_eager(Registration.organisation))
        .options(joinedload(Delegate.user))
        .order_by(Organisation.name_latin, Organisation.name_native, Delegate.position, Delegate.id)
    )
    return db.session.scalars(statement).all()


def good_badges(event: Event) -> dict[int, Badge]:
    """Each person's badge that isn't revoked."""
    statement = (
        select(Badge)
        .join(Badge.delegate)
        .join(Delegate.registration)
        .where(Registration.event_id == event.id, Badge.revoked_at.is_(None))
        .options(contains_eager(Badge.delegate).contains_eager(Delegate.registration))
    )
    return {badge.delegate_id: badge for badge in db.session.scalars(statement)}


def issue_badges(event: Event, people: Iterable[Delegate], *, now: datetime) -> list[Badge]:
    """The badge of each, a new one for who has none. Flushes. Two who print at once issue each badge once."""
    lock(event)
    good = good_badges(event)
    found = [good.get(each.id) or Badge(delegate=each, issued_at=now) for each in people]
    db.session.add_all(found)
    db.session.flush()
    return found


def revoke_badge(person: Delegate, *, now: datetime) -> None:
    """The badge is lost: its code is refused from now on, and the next print makes another. Flushes."""
    for badge in db.session.scalars(select(Badge).where(Badge.delegate == person, Badge.revoked_at.is_(None))):
        badge.revoked_at = now
    db.session.flush()


def print_badges(event: Event, badges: Sequence[Badge], sheet: printed.Format, *, now: datetime) -> bytes:
    """The badges as PDF, in both languages. Raises typesetting.FontsMissing."""
    words = [_words(badge) for badge in badges]
    look = shown_site(event).picture
    title = printed.Title(language(), _("Badges"), event.name.ja or event.name.en, event.name.en, look.colour)
    return printed.write_badges(
        title, words, sheet, templates=TEMPLATES / "agendas", fonts=STATIC / "fonts", made_at=now
    )


def _words(badge: Badge) -> printed.Badge:
    person, organisation = badge.delegate, badge.delegate.registration.organisation
    code = code_of(badge)
    picture = io.BytesIO()
    segno.make(code, error="m", micro=False).save(picture, kind="svg", border=0, scale=4)
    return printed.Badge(
        name_latin=person.name_in("en"),
        name_native=_other(person.name_in("ja"), person.name_in("en")),
        organisation_latin=organisation.name.en,
        organisation_native=_other(organisation.name.ja, organisation.name.en),
        title=person.title,
        code=picture.getvalue().decode(),
        read=code,
    )


def _other(native: str, latin: str) -> str:
    return native if native != latin else ""


def print_signs(event: Event, places: Sequence[Place], *, now: datetime) -> bytes:
    """A sign for each table, room or booth, to be folded: half a page, twice, in both languages."""
    signs = [printed.Sign(place.name.ja or place.name.en, place.name.en or place.name.ja) for place in places]
    look = shown_site(event).picture
    with in_language("en"):
        title = printed.Title("en", _("Table signs"), event.name.ja or event.name.en, event.name.en, look.colour)
    return printed.write_signs(title, signs, templates=TEMPLATES / "agendas", fonts=STATIC / "fonts", made_at=now)
