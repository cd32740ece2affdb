"""Which organisation a row of a sheet is about. A key is whatever the sheet's writer numbers by: that somebody else's
organisation has the same one says nothing, so the name has to fit, and an event's sheet reaches only organisations that
are registered there or are the actor's (`rights.is_ours`)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from rbc_events.database import db
from rbc_events.events.models import Event
from rbc_events.registration.claims import claimed_at
from rbc_events.registration.duplicates import is_called, plain_name
from rbc_events.registration.models import Claim, ExternalKey, Organisation, Registration
from rbc_events.registration.queries import find_all_known, find_known
from rbc_events.registration.rights import is_ours
from rbc_events.sheet_import.kind import Importing, WrongCell

Values = Mapping[str, Any]


COLUMNS = ("external_key", "corporate_number")
OWN_KEYS = "own keys"
NAMED = "named without a key"
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
    """The organisation that a row is about: by its key, else by its corporate number, else by its name at the event.

    Raises:
        WrongCell: key or number are those of an organisation of another name.
    """
    by_key, by_number = (_recognise_by(importing, event, values, column) for column in COLUMNS)
    if by_key and by_number and by_key != by_number:
        raise WrongCell("corporate_number", _l("Another organisation than that of the key has this corporate number."))
    return by_key or by_number or _recognise_by_name(importing, event, values)


def _recognise_by_name(importing: Importing, event: Event, values: Values) -> Recognised:
    """Where the row has no key: the event's one organisation that has this name, so that the list may come again."""
    if values.get("external_key"):
        return Recognised()

    called = _numbers_by_name(importing, event).get((plain_name(values["name_native"]), values["country"]), [])
    return Recognised(organisation=db.session.get(Organisation, called[0])) if len(called) == 1 else Recognised()


def _numbers_by_name(importing: Importing, event: Event) -> dict[tuple[str, str], list[int]]:
    """The organisations that were at the event before the sheet, by name and country."""

    def load() -> dict[tuple[str, str], list[int]]:
        found: dict[tuple[str, str], list[int]] = {}
        rows = select(Organisation.id, Organisation.name_native, Organisation.country).join(Registration)
        for number, name, country in db.session.execute(rows.where(Registration.event_id == event.id)):
            found.setdefault((plain_name(name), country), []).append(number)
        return found

    found: dict[tuple[str, str], list[int]] = importing.find(("names", event.id), load)
    return found


def note_likely_double(importing: Importing, event: Event, values: Values) -> None:
    """Say where a row that would add an organisation has the name of one that is registered for the event."""

    def load() -> dict[tuple[str, str], str]:
        rows = select(Organisation.name_native, Organisation.name_latin, Organisation.country).join(Registration)
        found: dict[tuple[str, str], str] = {}
        for row in db.session.execute(rows.where(Registration.event_id == event.id)):
            for name in filter(None, (row.name_native, row.name_latin)):
                found[plain_name(name), row.country] = row.name_native
        return found

    known = importing.find(("names that are there", event.id), load)
    names = [name for name in (values["name_native"], values.get("name_latin")) if name]
    there = next((known[each] for name in names if (each := (plain_name(name), values["country"])) in known), None)
    if there is not None:
        told = _l(
            "“%(row)s” would be added, and looks like “%(known)s”, which is registered.", row=names[0], known=there
        )
        importing.note("name_native", told)
    known |= {(plain_name(name), values["country"]): values["name_native"] for name in names}


def look_ahead(importing: Importing, rows: Sequence[Values]) -> None:
    """Read together whom the keys and numbers of some rows name."""
    words = {values[column] for values in rows for column in COLUMNS if values.get(column)}
    importing.ahead[COLUMNS] = find_all_known(words, *READ_ALONG)
    if importing.event is not None:
        importing.ahead[OWN_KEYS] = own_keys(importing, importing.event, words)
        importing.ahead[NAMED] = _named_without_key(importing, importing.event, rows)


def _named_without_key(importing: Importing, event: Event, rows: Sequence[Values]) -> Sequence[Organisation]:
    """The organisations that rows without a key are about; who holds them spares the session asking for each."""
    names = {(plain_name(row["name_native"]), row["country"]) for row in rows if not row.get("external_key")}
    if not names:
        return ()
    called = _numbers_by_name(importing, event)
    numbers = {number for name in names for number in called.get(name, ())}
    return db.session.scalars(select(Organisation).where(Organisation.id.in_(numbers)).options(*READ_ALONG)).all()


def remember_named(importing: Importing, values: Values, organisation: Organisation) -> None:
    """Let the rows that follow see whom this one has written, which needn't be in the database yet."""
    ahead = importing.ahead.setdefault(COLUMNS, {})
    ahead |= {values[column]: organisation for column in COLUMNS if values.get(column)}


def find_named(importing: Importing, word: str) -> Organisation | None:
    """The organisation that a key or number names, as `look_ahead` has found, or asked for now."""
    ahead: dict[str, Organisation | None] = importing.ahead.get(COLUMNS, {})
    return ahead[word] if word in ahead else find_known(word)


def _recognise_by(importing: Importing, event: Event, values: Values, column: str) -> Recognised | None:
    if not values.get(column):
        return None
    own = _own(importing, event, values) if column == "external_key" else None
    known = own or (None if _is_anothers(importing, column) else find_named(importing, values[column]))
    if known is None:
        return None
    mine = _reached(importing, event, known)
    if not is_called(mine or known, values["name_native"], values.get("name_latin", "")):
        here = _is_at(event, mine or known)
        if column == "external_key" and (own is None or mine is None) and not here:
            return None  # somebody else's key, which only happens to be the same
        raise WrongCell(column, _other_name(mine, values["name_native"]))
    return Recognised(organisation=mine) if mine is not None else Recognised(claims=known)


def _is_anothers(importing: Importing, column: str) -> bool:
    """Whether a key is one of an office or partner: it says nothing of whom the installation calls so."""
    return column == "external_key" and bool(importing.keys_of)


def _is_at(event: Event, organisation: Organisation) -> bool:
    """Whether the organisation is registered, also by a row of this sheet that isn't in the database yet."""
    return any(
        each.event is event if each.event_id is None else each.event_id == event.id
        for each in organisation.registrations
    )


def _reached(importing: Importing, event: Event, known: Organisation) -> Organisation | None:
    """The organisation that the sheet changes by naming this one: itself, or the one that is registered as it. None: it
    is of events of others. By command any is reached: the installation's own office reads the sheet in."""
    if _is_at(event, known):
        return known
    claimed = claimed_at(event, known)
    if claimed is not None:
        return claimed.organisation
    return known if importing.event is None or is_ours(importing.actor, known) else None


def _other_name(mine: Organisation | None, row: str) -> Any:
    """What is wrong with a key or number of an organisation of another name, which is told if it is the sheet's own."""
    if mine is None:
        return _l("An organisation with another name than “%(row)s” has this corporate number.", row=row)
    return _l(
        "This is “%(known)s”, and the row is about “%(row)s”. Please correct the cell; if both are the same "
        "organisation, correct the name in the sheet or on its page.",
        known=mine.name_native,
        row=row,
    )


def owner_of(event: Event) -> str:
    return f"event:{event.id}"


def _owners(importing: Importing, event: Event) -> list[str]:
    """Whose keys those of the sheet may be: the office's or partner's that it says, before the event's own."""
    return [*filter(None, [importing.keys_of]), owner_of(event)]


def own_keys(importing: Importing, event: Event, keys: Collection[str]) -> dict[str, dict[str, Organisation]]:
    """The organisations that these keys name, by whose keys they are."""
    owners = _owners(importing, event)
    rows = select(ExternalKey).where(ExternalKey.owner.in_(owners), ExternalKey.key.in_(keys))
    options = joinedload(ExternalKey.organisation).options(*READ_ALONG)
    found: dict[str, dict[str, Organisation]] = {owner: {} for owner in owners}
    for row in db.session.scalars(rows.options(options)):
        found[row.owner][row.key] = row.organisation
    return found


def _own(importing: Importing, event: Event, values: Values) -> Organisation | None:
    """Whom the row's key names among those who brought it. One of the event's own keys names nobody of another name
    in a sheet that has others' keys."""
    key = values["external_key"]
    for owner in _owners(importing, event):
        if key not in _kept_keys(importing, owner):
            continue
        ahead = importing.ahead.get(OWN_KEYS, {}).get(owner, {})
        found = ahead.get(key) or own_keys(importing, event, [key])[owner].get(key)
        fits = found is not None and is_called(found, values["name_native"], values.get("name_latin", ""))
        if found is not None and (fits or owner == _owners(importing, event)[0]):
            return found
    return None


def keep_key(importing: Importing, event: Event, organisation: Organisation, key: str) -> None:
    """Remember by which key the sheet's sender names the organisation, and this event's other sheets may."""
    for owner in _owners(importing, event):
        kept = _kept_keys(importing, owner)
        if key and key not in kept:
            db.session.add(ExternalKey(owner=owner, key=key, organisation=organisation))
            kept.add(key)


def _kept_keys(importing: Importing, owner: str) -> set[str]:
    def load() -> set[str]:
        return set(db.session.scalars(select(ExternalKey.key).where(ExternalKey.owner == owner)))

    found: set[str] = importing.find(("kept keys", owner), load)
    return found


def registered_as(importing: Importing, event: Event, key: str) -> Registration | None:
    """The event's registration that a sheet names by this key."""
    found = own_keys(importing, event, [key])
    known = next((named[key] for named in found.values() if key in named), None) or find_known(key)
    if known is None:
        return None
    own = next((each for each in known.registrations if each.event_id == event.id), None)
    return own or claimed_at(event, known)


def by_key(importing: Importing, event: Event) -> dict[str, Registration]:
    """The event's registrations by the keys with which the sheet names them: their organisation's own, and that of the
    known one which it is said to be; before these what its sender calls them."""
    rows = select(Registration, Organisation.key).join(Organisation).where(Registration.event_id == event.id)
    claimed = (
        select(Registration, Organisation.key)
        .join(Claim, Claim.organisation_id == Registration.organisation_id)
        .join(Organisation, Organisation.id == Claim.known_id)
        .where(Registration.event_id == event.id)
    )
    told = [
        select(Registration, ExternalKey.key)
        .join(ExternalKey, ExternalKey.organisation_id == Registration.organisation_id)
        .where(Registration.event_id == event.id, ExternalKey.owner == owner)
        for owner in reversed(_owners(importing, event))
    ]
    return {key: row for wanted in (claimed, rows, *told) for row, key in db.session.execute(wanted) if key}
