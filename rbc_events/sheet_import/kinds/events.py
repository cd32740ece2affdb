"""The sheets of events: sectors, regions, programmes, events, their blocks and places."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from rbc_events import cells
from rbc_events.database import Model, db, fill
from rbc_events.events import operations
from rbc_events.events.labels import BLOCK_KINDS, MODES, PLACE_KINDS, PROGRAMME_KINDS, SHAPES
from rbc_events.events.models import (
    Block,
    BlockKind,
    Event,
    Mode,
    Place,
    PlaceKind,
    Programme,
    ProgrammeKind,
    Region,
    RegionKind,
    Sector,
    Shape,
)
from rbc_events.sheet_import import quantities, words
from rbc_events.sheet_import.kind import Change, Column, Importer, Importing, WrongCell

Values = Mapping[str, Any]

NAMES = (
    Column("name_ja", _l("Name (Japanese)"), cells.text()),
    Column("name_en", _l("Name (English)"), cells.text()),
)
BOTH_NAMES = tuple(replace(column, required=True) for column in NAMES)
DESCRIPTIONS = (
    Column("description_ja", _l("Description (Japanese)"), cells.text(4000, lines=True)),
    Column("description_en", _l("Description (English)"), cells.text(4000, lines=True)),
)
EVENT_KEY = Column("event_key", _l("Event"), words.key)


def find_by_key(importing: Importing, model: type[Model], key: str, column: str) -> Any:
    """The row that another sheet's key names.

    Raises:
        WrongCell: there is none.
    """
    row = importing.find((model, key), lambda: db.session.scalar(select(model).where(model.key == key)))
    if row is None:
        raise WrongCell(column, _l("There is none with the key “%(key)s”.", key=key))
    return row


def find_event(importing: Importing, values: Values) -> Event:
    """The event that the row names; on an event's own page the column may be left out, and may name no other."""
    key = values.get("event_key", "")
    if importing.event is not None:
        if key and key != importing.event.key:
            raise WrongCell("event_key", _l("This sheet may hold rows of the event “%(key)s” only.", key=key))
        return importing.event
    if not key:
        raise WrongCell("event_key", _l("This cell must be filled in."))
    return find_by_key(importing, Event, key, "event_key")


def find_region(importing: Importing, code: str | None, column: str) -> Region | None:
    if code is None:
        return None
    region = importing.find((Region, code), lambda: db.session.get(Region, code))
    if region is None:
        raise WrongCell(column, _l("The region %(code)s has not been imported.", code=code))
    return region


def region_code(importing: Importing, word: str | None, column: str) -> str | None:
    """The code of the region that a cell names: by its code, or by its name in either language, with 県 or without.

    Raises:
        WrongCell: there is none, or several are called so.
    """
    if word is None or word.isdigit():
        found = find_region(importing, word, column)
        return found.code if found else None
    codes = importing.find(("regions by name",), _regions_by_name).get(words.plain(word), set())
    if len(codes) != 1:
        raise WrongCell(
            column, _l("No region, or more than one, is called “%(word)s”. Please write its code.", word=word)
        )
    return next(iter(codes))


def _regions_by_name() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for region in db.session.scalars(select(Region)):
        shorter = region.name_ja[:-1] if region.kind == RegionKind.PREFECTURE and len(region.name_ja) > 2 else ""
        for name in filter(None, (region.name_ja, region.name_en, shorter)):
            found.setdefault(words.plain(name), set()).add(region.code)
    return found


def write_named(row: Any, model: type[Model], fields: Values) -> Change:
    """Add a row, or change the one that is there."""
    if row is None:
        db.session.add(model(**fields))
        return Change.ADDED
    return Change.CHANGED if fill(row, fields) else Change.UNCHANGED


def _write_sector(_importing: Importing, values: Values) -> Change:
    return write_named(db.session.scalar(select(Sector).filter_by(key=values["key"])), Sector, values)


def _write_region(importing: Importing, values: Values) -> Change:
    if values.get("parent_code"):
        values = {**values, "parent_code": region_code(importing, values["parent_code"], "parent_code")}
    return write_named(db.session.get(Region, values["code"]), Region, values)


def _write_programme(_importing: Importing, values: Values) -> Change:
    return write_named(db.session.scalar(select(Programme).filter_by(key=values["key"])), Programme, values)


def _write_event(importing: Importing, values: Values) -> Change:
    fields = {name: value for name, value in values.items() if name not in {"programme_key", "sector_key"}}
    fields["programme"] = find_by_key(importing, Programme, values["programme_key"], "programme_key")
    fields["sector"] = find_by_key(importing, Sector, values["sector_key"], "sector_key")
    codes = [region_code(importing, word, "host_codes") for word in fields.pop("host_codes", [])]
    hosts = [find_region(importing, code, "host_codes") for code in codes]
    event = db.session.scalar(select(Event).filter_by(key=values["key"]))
    zone = values.get("time_zone") or (event.time_zone if event else "Asia/Tokyo")
    fields["time_zone"] = zone
    for name in ("registration_opens_at", "registration_closes_at"):
        if name in fields:
            fields[name] = _instant(fields[name], zone)
    if "host_codes" in values:
        fields["hosts"] = sorted(hosts, key=lambda host: host.code if host else "")
    return write_named(
        event, Event, fields if event else {"visible": True, "meeting_rules": [operations.usual_rule()], **fields}
    )


def _instant(moment: datetime | None, zone: str) -> datetime | None:
    return moment and moment.replace(tzinfo=ZoneInfo(zone))


def _write_block(importing: Importing, values: Values) -> Change:
    event = find_event(importing, values)
    starts_at = datetime.combine(values["date"], values["starts_at"], event.zone)
    plan: dict[str, Any] = {name: values.get(name) or 0 for name in ("slot_minutes", "slots", "gap_minutes")}
    fields: dict[str, Any] = {
        "kind": values["kind"],
        "name_ja": values.get("name_ja", ""),
        "name_en": values.get("name_en", ""),
    }
    block = db.session.scalar(select(Block).filter_by(event_id=event.id, starts_at=starts_at))
    if block is None:
        try:
            operations.add_block(event, starts_at=starts_at, **plan, **fields)
        except operations.OutsideDays as wrong:
            raise WrongCell("date", wrong.message) from None
        except operations.PastMidnight as wrong:
            raise WrongCell("slots", wrong.message) from None
        return Change.ADDED
    if (block.ends_at, len(block.slots)) != _extent(starts_at, fields["kind"], **plan):
        raise WrongCell("starts_at", _l("A block with other slots begins at this time already."))
    return Change.CHANGED if fill(block, fields) else Change.UNCHANGED


def _extent(
    starts_at: datetime, kind: BlockKind, *, slot_minutes: int, slots: int, gap_minutes: int
) -> tuple[datetime, int]:
    """When a block ends and how many slots it has."""
    length = timedelta(minutes=slot_minutes * slots + gap_minutes * (slots - 1))
    return starts_at + length, slots if kind == BlockKind.MEETINGS else 0


def _write_place(importing: Importing, values: Values) -> Change:
    event = find_event(importing, values)
    fields = {name: value for name, value in values.items() if name != "event_key" and value is not None}
    named = {"event_id": event.id, "name_ja": fields.get("name_ja", ""), "name_en": fields.get("name_en", "")}
    if not (named["name_ja"] or named["name_en"]):
        raise WrongCell("name_ja", _l("A place needs a name."))
    place = db.session.scalar(select(Place).filter_by(**named))
    position = importing.find((Place, event.id), lambda: {"next": len(event.places)})
    if place is None:
        position["next"] += 1
        fields["position"] = position["next"]
        operations.touch(event)
    return write_named(place, Place, {**fields, **named})


SECTORS = Importer(
    "sectors", _l("Sectors"), (Column("key", _l("Key"), words.key, required=True), *BOTH_NAMES), ("key",), _write_sector
)
REGIONS = Importer(
    "regions",
    _l("Regions"),
    (
        Column("code", _l("Code"), words.region, required=True),
        Column("kind", _l("Kind"), words.one_of(RegionKind), required=True),
        Column("parent_code", _l("Prefecture"), words.region),
        *BOTH_NAMES,
        Column("name_kana", _l("Name (kana)"), cells.text()),
    ),
    ("code",),
    _write_region,
)
PROGRAMMES = Importer(
    "programmes",
    _l("Programmes"),
    (
        Column("key", _l("Key"), words.key, required=True),
        Column("kind", _l("Kind"), words.one_of(ProgrammeKind, PROGRAMME_KINDS), required=True),
        Column("fiscal_year", _l("Fiscal year"), quantities.whole_number(1950, 2200), required=True),
        *NAMES,
        *DESCRIPTIONS,
        Column("source", _l("Sources"), cells.text()),
    ),
    ("key",),
    _write_programme,
)
EVENTS = Importer(
    "events",
    _l("Events"),
    (
        Column("key", _l("Key"), words.key, required=True),
        Column("programme_key", _l("Programme"), words.key, required=True),
        Column("sector_key", _l("Sector"), words.key, required=True),
        Column("shape", _l("Shape"), words.one_of(Shape, SHAPES), required=True),
        Column("mode", _l("Mode"), words.one_of(Mode, MODES), required=True),
        Column("host_codes", _l("Host regions"), words.regions),
        Column("time_zone", _l("Time zone"), words.time_zone),
        Column("starts_on", _l("First day"), quantities.day),
        Column("ends_on", _l("Last day"), quantities.day),
        Column("pitch_on", _l("Pitch day"), quantities.day),
        Column("registration_opens_at", _l("Registration opens"), quantities.local_moment),
        Column("registration_closes_at", _l("Registration closes"), quantities.local_moment),
        Column("venue_ja", _l("Venue (Japanese)"), cells.text()),
        Column("venue_en", _l("Venue (English)"), cells.text()),
        Column("address_ja", _l("Address of the venue (Japanese)"), cells.text()),
        Column("address_en", _l("Address of the venue (English)"), cells.text()),
        *NAMES,
        *DESCRIPTIONS,
        Column("is_sample", _l("Sample"), quantities.flag),
        Column("sample_note_ja", _l("Note on samples (Japanese)"), cells.text(1000, lines=True)),
        Column("sample_note_en", _l("Note on samples (English)"), cells.text(1000, lines=True)),
        Column("source", _l("Sources"), cells.text()),
    ),
    ("key",),
    _write_event,
)
BLOCKS = Importer(
    "blocks",
    _l("Blocks of slots"),
    (
        EVENT_KEY,
        Column("date", _l("Day"), quantities.day, required=True),
        Column("starts_at", _l("Begins"), quantities.clock, required=True),
        Column("slot_minutes", _l("Minutes of a slot"), quantities.whole_number(5, 1440), required=True),
        Column("slots", _l("Number of slots"), quantities.whole_number(1, 200), required=True),
        Column("gap_minutes", _l("Minutes between slots"), quantities.whole_number(0, 240)),
        Column("kind", _l("Kind"), words.one_of(BlockKind, BLOCK_KINDS), required=True),
        *NAMES,
    ),
    ("event_key", "date", "starts_at"),
    _write_block,
)
PLACES = Importer(
    "places",
    _l("Places"),
    (
        EVENT_KEY,
        *NAMES,
        Column("kind", _l("Kind"), words.one_of(PlaceKind, PLACE_KINDS), required=True),
        Column("capacity", _l("Meetings at the same time"), quantities.whole_number(1, 1000)),
        Column("join_url", _l("Address of the virtual room"), words.web_address),
    ),
    ("event_key", "name_ja", "name_en"),
    _write_place,
)
IMPORTERS = (SECTORS, REGIONS, PROGRAMMES, EVENTS, BLOCKS, PLACES)
