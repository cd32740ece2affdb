"""What a person can do in the directory. Functions flush; the route commits."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import select

from rbc_events.accounts.models import User
from rbc_events.application import absolute_url
from rbc_events.calendars.content import clean_line
from rbc_events.calendars.entry import Person
from rbc_events.database import conflict_as, db
from rbc_events.directory import queries
from rbc_events.directory.access import directory_for
from rbc_events.directory.models import Bookmark, Dismissal, SavedSearch
from rbc_events.directory.searching import Search, find_all
from rbc_events.errors import Conflict
from rbc_events.events.models import Event
from rbc_events.i18n import in_language, plain
from rbc_events.mail.operations import Notice, write_notice
from rbc_events.registration.access import own_registration
from rbc_events.registration.models import Registration

MAIL_KIND = "saved_search"
LISTED_IN_A_MAIL = 10


class SameName(Conflict):
    message = _l("You have a saved search of this name already.")


def bookmark(user: User, registration: Registration, *, now: datetime) -> None:
    """Mark an organisation; marking it twice is marking it once."""
    if db.session.get(Bookmark, (user.id, registration.id)) is None:
        db.session.add(Bookmark(user_id=user.id, registration_id=registration.id, at=now))
        db.session.flush()


def remove_bookmark(user: User, registration: Registration) -> None:
    found = db.session.get(Bookmark, (user.id, registration.id))
    if found is not None:
        db.session.delete(found)
        db.session.flush()


def dismiss(side: Registration, other: Registration, *, now: datetime) -> None:
    """Take an organisation off the recommendations of this side at this event."""
    if db.session.get(Dismissal, (side.id, other.id)) is None:
        db.session.add(Dismissal(registration_id=side.id, dismissed_id=other.id, at=now))
        db.session.flush()


def restore(side: Registration, other: Registration) -> None:
    found = db.session.get(Dismissal, (side.id, other.id))
    if found is not None:
        db.session.delete(found)
        db.session.flush()


def save_search(user: User, event: Event, search: Search, *, name: str, now: datetime) -> SavedSearch:
    """Keep a search. What it finds today is known; mails tell of what comes later.

    Raises:
        SameName: the person has one of this name at this event.
    """
    seen = find_all(directory_for(user, event), search)
    saved = SavedSearch(
        user_id=user.id, event_id=event.id, name=name, parameters=search.parameters(), seen=seen, notified_at=now
    )
    with conflict_as(SameName, "saved_searches"):
        db.session.add(saved)
    return saved


def saved_searches_to_run() -> Sequence[int]:
    return db.session.scalars(select(SavedSearch.id).order_by(SavedSearch.id)).all()


def tell_of_new_matches(number: int, *, now: datetime) -> list[int]:
    """Write a mail if the saved search finds registrations that it hadn't found before. Returns them.

    Nothing is sent to somebody who may no longer sign in.
    """
    saved = db.session.get(SavedSearch, number)
    if saved is None or not saved.user.active:
        return []
    search = Search.from_parameters(saved.parameters)
    matches = find_all(directory_for(saved.user, saved.event), search)
    new = sorted(set(matches) - set(saved.seen))
    if new:
        saved.seen = sorted({*saved.seen, *new})
        saved.notified_at = now
        _write_mail(saved, new, now=now)
    return new


def _write_mail(saved: SavedSearch, new: list[int], *, now: datetime) -> None:
    user, event = saved.user, saved.event
    with in_language(user.language):
        names = [clean_line(plain(each.organisation.name)) for each in queries.with_profiles(new[:LISTED_IN_A_MAIL])]
        more = len(new) - len(names)
        if more:
            names.append(ngettext("and %(num)d more", "and %(num)d more", more))
    own = own_registration(user, event)
    notice = Notice(
        kind=MAIL_KIND,
        occasion=f"{MAIL_KIND}:{saved.id}:{now.isoformat()}",
        recipient=Person(name=user.name_in(user.language), address=user.email),
        language=user.language,
        values={
            "name": user.name_in(user.language),
            "organisation": own.organisation.name.in_language(user.language)[0] if own else "",
            "search": saved.name,
            "found": "\n".join(f"- {name}" for name in names),
            "link": absolute_url("directory.index", key=event.key, **saved.parameters),
        },
    )
    write_notice(event, notice, now=now)
