"""Which organisation a row of a sheet is about. A key is whatever the sheet's writer numbers by: that somebody else's
organisation has the same one says nothing, so the name has to fit, and an event's sheet reaches only organisations that
are registered there or are the actor's (`rights.is_ours`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from rbc_events.database import db
from rbc_events.events.models import Event
from rbc_events.registration.claims import claimed_at
from rbc_events.registration.duplicates import is_called
from rbc_events.registration.models import Claim, Organisation, Registration
from rbc_events.registration.queries import find_all_known, find_known
from rbc_events.registration.rights import is_ours
from rbc_events.sheet_import.engine import Importing, WrongCell

Values = Mapping[str, Any]


COLUMNS = ("external_key", "corporate_number")
READ_ALONG = (
    selectinload(Organisation.profile),
    selectinload(Organisation.statements),
    selectinload(Organisation.registrations).options(
        selectinload(Registration.delegates), selectinload(Registration.consents)
    ),
)


@dataclass(frozen=True)
class Recognised:
    """`organisation`: the one that the row may change; None is a new one. `claims`: the known one, of events of others,
    that the row names as well: the registration waits for its word."""

    organisation: Organisation | None = None
    claims: Organisation | None = None


def recognise(importing: Importing, event: Event, values: Values) -> Recognised:
    """The organisation that a row is about: by its key, else by its corporate number.

    Raises:
        WrongCell: key or number are those of an organisation of another name.
    """
    found = [_recognise_by(importing, event, values, column) for column in COLUMNS]
    by_key, by_number = found
    if by_key and by_number and by_key != by_number:
        raise WrongCell("corporate_number", _l("Another organisation than that of the key has this corporate number."))
    return by_key or by_number or Recognised()


def look_ahead(importing: Importing, rows: Sequence[Values]) -> None:
    """Read together whom the keys and numbers of some rows name."""
    words = {values[column] for values in rows for column in COLUMNS if values.get(column)}
    importing.known[COLUMNS] = find_all_known(words, *READ_ALONG)


def find_named(importing: Importing, word: str) -> Organisation | None:
    """The organisation that a key or number names, as `look_ahead` has found, or asked for now."""
    ahead: dict[str, Organisation | None] = importing.known.get(COLUMNS, {})
    return ahead[word] if word in ahead else find_known(word)


def _recognise_by(importing: Importing, event: Event, values: Values, column: str) -> Recognised | None:
    known = find_named(importing, values[column]) if values.get(column) else None
    if known is None:
        return None
    mine = _reached(importing, event, known)
    if not is_called(mine or known, values["name_native"], values.get("name_latin", "")):
        raise WrongCell(column, _other_name(column, mine, values["name_native"]))
    return Recognised(organisation=mine) if mine is not None else Recognised(claims=known)


def _reached(importing: Importing, event: Event, known: Organisation) -> Organisation | None:
    """The organisation that the sheet changes by naming this one: itself, or the one that is registered as it. None: it
    is of events of others. By command any is reached: the installation's own office reads the sheet in."""
    if any(registration.event_id == event.id for registration in known.registrations):
        return known
    claimed = claimed_at(event, known)
    if claimed is not None:
        return claimed.organisation
    return known if importing.event is None or is_ours(importing.actor, known) else None


def _other_name(column: str, mine: Organisation | None, row: str) -> Any:
    """What is wrong with a key or number of an organisation of another name, which is told if it is the sheet's own."""
    if mine is None and column == "external_key":
        return _l(
            "An organisation with another name, at an event that you don't manage, has this key. Please give “%(row)s” "
            "a key of its own.",
            row=row,
        )
    if mine is None:
        return _l("An organisation with another name than “%(row)s” has this corporate number.", row=row)
    return _l(
        "This is “%(known)s”, and the row is about “%(row)s”. Please correct the cell; if both are the same "
        "organisation, correct the name in the sheet or on its page.",
        known=mine.name_native,
        row=row,
    )


def registered_as(event: Event, key: str) -> Registration | None:
    """The event's registration that a sheet names by this key."""
    known = find_known(key)
    if known is None:
        return None
    own = next((each for each in known.registrations if each.event_id == event.id), None)
    return own or claimed_at(event, known)


def by_key(event: Event) -> dict[str, Registration]:
    """The event's registrations by the keys with which its sheets name them: their organisation's own, and that of the
    known one which it is said to be."""
    rows = select(Registration, Organisation.key).join(Organisation).where(Registration.event_id == event.id)
    claimed = (
        select(Registration, Organisation.key)
        .join(Claim, Claim.organisation_id == Registration.organisation_id)
        .join(Organisation, Organisation.id == Claim.known_id)
        .where(Registration.event_id == event.id)
    )
    return {key: row for wanted in (claimed, rows) for row, key in db.session.execute(wanted) if key}
