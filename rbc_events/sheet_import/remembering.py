"""What the words in an office's headers mean, as its people have chosen before. Functions flush; the route commits."""

from collections.abc import Mapping
from contextlib import suppress

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from rbc_events.accounts.models import Role, User
from rbc_events.database import db
from rbc_events.events.models import Event
from rbc_events.sheet_import.models import HeaderWord
from rbc_events.sheets import plain_words

MOST_WORDS = 200


def office_of(actor: User, event: Event) -> str:
    """Whose words they are: those of the regions that the person coordinates, else of those that host the event."""
    regions = [grant.region_code for grant in actor.grants if grant.role == Role.COORDINATOR and grant.region_code]
    return " ".join(sorted(regions or [host.code for host in event.hosts])) or event.key


def remembered_words(office: str, kind: str) -> dict[str, str]:
    rows = select(HeaderWord.word, HeaderWord.target).filter_by(office=office, kind=kind)
    return {row.word: row.target for row in db.session.execute(rows)}


def remember(office: str, kind: str, chosen: Mapping[str, str]) -> None:
    """Keep what was chosen for each word. A column that was left out is forgotten: the next sheet is guessed anew. Of
    two of an office who choose at the same moment one is remembered."""
    wanted = {plain_words(name)[:200]: target for name, target in list(chosen.items())[:MOST_WORDS]}
    with suppress(IntegrityError), db.session.begin_nested():
        _put(office, kind, wanted)
        db.session.flush()


def _put(office: str, kind: str, wanted: Mapping[str, str]) -> None:
    known = {row.word: row for row in db.session.scalars(select(HeaderWord).filter_by(office=office, kind=kind))}
    for word, target in wanted.items():
        row = known.get(word)
        if row is None and target and word:
            db.session.add(HeaderWord(office=office, kind=kind, word=word, target=target))
        elif row is not None and target:
            row.target = target
        elif row is not None:
            db.session.delete(row)


def owner_of_keys(whose: str, partner: str, actor: User, event: Event) -> str:
    """Whose keys a sheet has, as the page says it: the office's of who sends it, a partner's, else the event's ("")."""
    if whose == "office":
        return f"office:{office_of(actor, event)}"
    name = plain_words(partner)[:100]
    return f"partner:{name}" if whose == "partner" and name else ""
