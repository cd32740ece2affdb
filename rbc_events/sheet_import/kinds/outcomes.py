"""The sheets of outcomes: sources, support cases with the facts that they cite, and outcomes themselves."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from rbc_events import cells
from rbc_events.database import Bilingual, db, fill
from rbc_events.events.models import Event, Programme
from rbc_events.i18n import TOKYO
from rbc_events.meetings.models import Meeting
from rbc_events.outcomes import changes, operations, reporting
from rbc_events.outcomes.evidence import add_evidence
from rbc_events.outcomes.labels import ATTRIBUTIONS, EVIDENCE_KINDS, OUTCOME_STATES, OUTCOME_TYPES, VISIBILITIES
from rbc_events.outcomes.models import (
    Attribution,
    DateKind,
    EvidenceKind,
    Outcome,
    OutcomeReport,
    OutcomeState,
    OutcomeType,
    Source,
    Visibility,
)
from rbc_events.outcomes.plausibility import Stated, doubts
from rbc_events.partial_dates import Precision, read_partial_date
from rbc_events.registration.models import Organisation
from rbc_events.sheet_import import quantities, words
from rbc_events.sheet_import.kind import Change, Column, Importer, Importing, WrongCell
from rbc_events.sheet_import.kinds.events import find_by_key, find_event
from rbc_events.sheet_import.recognising import by_key

Values = Mapping[str, Any]
DATED = {
    "signed_on": DateKind.SIGNED,
    "differing_signed_on": DateKind.SIGNED,
    "published_on": DateKind.PUBLISHED,
}
CASE_TEXTS = ("title", "summary", "background", "support", "result")


def _partial_date(cell: str) -> tuple[date, Precision] | None:
    try:
        return read_partial_date(cell) if cell else None
    except ValueError:
        raise cells.Unusable(_l("Write 2021, 2021-09 or 2021-09-15.")) from None


def _currency(cell: str) -> str:
    if cell and not (cell.isascii() and cell.isalpha() and len(cell) == 3):
        raise cells.Unusable(_l("Not a currency code of ISO 4217, such as JPY."))
    return cell.upper()


def find_source(importing: Importing, number: int) -> Source:
    source: Source | None = importing.find(
        (Source, number), lambda: db.session.scalar(select(Source).filter_by(number=number))
    )
    if source is None:
        raise WrongCell("source_number", _l("There is no source with this number."))
    return source


def _optional_source(importing: Importing, number: int | None) -> Source | None:
    return None if number is None else find_source(importing, number)


def write_source(importing: Importing, values: Values) -> Change:
    source = db.session.scalar(select(Source).filter_by(number=values["number"]))
    fields = {"title_ja": values["text_ja"], "title_en": values["text_en"], "url": values.get("url", "")}
    if source is None:
        db.session.add(Source(number=values["number"], **fields))
        return Change.ADDED
    return Change.CHANGED if fill(source, fields) else Change.UNCHANGED


def write_outcome(importing: Importing, values: Values, *, programme: Programme | None = None) -> Change:
    """An outcome by its key, of an event, or of none but a `programme`.

    Its dates and evidence are added when it is new; later they are changed on its page.
    """
    report = find_report(values["key"])
    fields = {name: values[name] for name in PLAIN if name in values}
    if report is not None:
        return _tell_again(importing, report, fields, values.get("signed_on"))
    owner, event = (programme, None) if programme is not None else _owner_by_event(importing, values)
    signed = values.get("signed_on")
    _require_concluded(importing, values)
    reported = reporting.report_outcome(
        owner,
        actor=importing.actor,
        now=importing.now,
        parties=_parties(importing, values),
        event=event,
        meetings=_meetings(event, values),
        signed=signed,
        key=values["key"],
        **fields,
    )
    _doubt_dates(importing, reported.outcome, values)
    if not reported.joined:
        _add_dates_and_evidence(importing, reported.outcome, values)
    return Change.ADDED


def _doubt_dates(importing: Importing, outcome: Outcome, values: Values) -> None:
    """Ask about dates as the page does."""
    today = importing.now.astimezone(TOKYO).date()
    for doubt in doubts(None, embargo=values.get("embargo_until"), today=today):
        importing.note("embargo_until", doubt)
    for column, kind in DATED.items():
        if values.get(column):
            for doubt in doubts(outcome.between, [Stated(kind, *values[column])], today=today):
                importing.note(column, doubt)


def find_report(key: str) -> OutcomeReport | None:
    """What a sheet told under this key. It may have joined an outcome that had been told before."""
    return db.session.scalar(select(OutcomeReport).filter_by(key=key))


def _tell_again(importing: Importing, report: OutcomeReport, fields: dict[str, Any], signed: Any) -> Change:
    """The row of a report that is there: if it was the first one of its outcome, this changes; otherwise what is new in
    it waits for a decision."""
    outcome = report.outcome
    if importing.event is not None and outcome.event_id != importing.event.id:
        raise WrongCell("key", _l("An outcome that doesn't belong to this event has this key."))
    changed = False
    if outcome.key == report.key:
        _require_free(outcome, fields.get("deal_key"))
        with changes.kept(outcome, actor=importing.actor, now=importing.now):
            if fields["type"] != outcome.type:
                outcome.nth = operations.next_nth(outcome.between, fields["type"])
            changed = fill(outcome, fields)
        if changed:
            day = {name: text for name, text in report.told.items() if name == "signed_on"}
            report.told = {**operations.told_of(fields, None), **day}
        return Change.CHANGED if changed else Change.UNCHANGED
    told = operations.told_of(fields, signed)
    if told == report.told:
        return Change.UNCHANGED
    report.told, report.settled = told, [name for name in report.settled if told.get(name) == report.told.get(name)]
    return Change.CHANGED


def _require_free(outcome: Outcome, deal_key: str | None) -> None:
    other = select(Outcome.id).where(Outcome.deal_key == deal_key, Outcome.id != outcome.id)
    if deal_key and db.session.scalar(other) is not None:
        raise WrongCell("deal_key", _l("Another outcome is this deal."))


def _owner_by_event(importing: Importing, values: Mapping[str, Any]) -> tuple[Programme, Event | None]:
    """The programme of the event that a row names, and the event."""
    event = find_event(importing, values)
    return event.programme, event


def _require_concluded(importing: Importing, values: Values) -> None:
    if values["state"] == OutcomeState.EXPECTED and (values.get("signed_on") or values.get("differing_signed_on")):
        raise WrongCell("signed_on", operations.NotConcluded.message)
    today = importing.now.astimezone(TOKYO).date()
    for column in ("signed_on", "differing_signed_on"):
        if values.get(column) and values[column][0] > today:
            raise WrongCell(column, operations.FutureDate.message)


def _meetings(event: Event | None, values: Values) -> list[Meeting]:
    """The meetings that it came from, by the numbers in their pages' addresses."""
    numbers = [int(number) if number.isdecimal() and len(number) < 10 else 0 for number in values.get("meetings", ())]
    wanted = Meeting.id.in_(numbers), Meeting.event_id == (event.id if event else None)
    found = list(db.session.scalars(select(Meeting).where(*wanted).order_by(Meeting.id)))
    if len(found) != len(set(numbers)):
        raise WrongCell("meetings", _l("There is no such meeting in this event."))
    return found


def _parties(importing: Importing, values: Values) -> list[operations.Party]:
    """Organisations by their keys, then those that never registered by name, a line each."""
    parties: list[operations.Party] = [_party(importing, key) for key in values.get("party_keys", ())]
    names = zip(values.get("parties_ja", ()), values.get("parties_en", ()), strict=False)
    parties += [Bilingual(ja, en) for ja, en in names]
    if len(parties) < operations.least_parties(values["type"]):
        raise WrongCell("party_keys", _l("An outcome has at least two parties."))
    return parties


def _party(importing: Importing, key: str) -> Organisation:
    event = importing.event
    if event is None:
        known: Organisation = find_by_key(importing, Organisation, key, "party_keys")
        return known
    registration = importing.find(("registrations", event.id), lambda: by_key(importing, event)).get(key)
    if registration is None:
        raise WrongCell("party_keys", _l("There is none with the key “%(key)s”.", key=key))
    organisation: Organisation = registration.organisation
    return organisation


def _add_dates_and_evidence(importing: Importing, outcome: Outcome, values: Values) -> None:
    source = _optional_source(importing, values.get("source_number"))
    known = {"actor": importing.actor, "now": importing.now}
    for claim in outcome.dates:  # the day of signing came with the report
        claim.source = source
    if values.get("published_on"):
        on, precision = values["published_on"]
        operations.claim_date(outcome, kind=DateKind.PUBLISHED, on=on, precision=precision, source=source, **known)
    if values.get("differing_signed_on"):
        on, precision = values["differing_signed_on"]
        other = _optional_source(importing, values.get("differing_source_number"))
        operations.claim_date(
            outcome, kind=DateKind.SIGNED, on=on, precision=precision, source=other, shown=False, **known
        )
    if values.get("evidence_kind"):
        description = values.get("evidence_en", "") or (source.title.en if source else "")
        kind = values["evidence_kind"]
        add_evidence(outcome, kind=kind, description=description, now=importing.now, source=source)


SOURCES = Importer(
    "sources",
    _l("Sources"),
    (
        Column("number", _l("Number"), quantities.whole_number(0, 100_000), required=True),
        Column("text_ja", _l("Title (Japanese)"), cells.text(300)),
        Column("text_en", _l("Title (English)"), cells.text(300)),
        Column("url", _l("Link"), words.web_address),
    ),
    ("number",),
    write_source,
)
PLAIN_COLUMNS = (
    Column("type", _l("Type"), words.one_of(OutcomeType, OUTCOME_TYPES), required=True),
    Column("state", _l("State"), words.one_of(OutcomeState, OUTCOME_STATES), required=True),
    Column("deal_key", _l("Deal"), lambda cell: cells.text(80)(cell) or None),
    Column("subject_ja", _l("What it is about (Japanese)"), cells.text()),
    Column("subject_en", _l("What it is about (English)"), cells.text()),
    Column("amount", _l("Amount"), quantities.whole_number(0, 10**12)),
    Column("currency", _l("Currency"), _currency),
    Column("attribution", _l("The programme's part"), words.one_of(Attribution, ATTRIBUTIONS), required=True),
    Column("attribution_basis_ja", _l("On what grounds (Japanese)"), cells.text()),
    Column("attribution_basis_en", _l("On what grounds (English)"), cells.text()),
    Column("visibility", _l("Who may see it"), words.one_of(Visibility, VISIBILITIES), required=True),
    Column("embargo_until", _l("Not public before"), quantities.day),
)
PLAIN = tuple(column.name for column in PLAIN_COLUMNS)
OUTCOME_COLUMNS = (
    Column("key", _l("Key"), words.key, required=True),
    Column("event_key", _l("Event"), words.key),
    Column("meetings", _l("Meetings"), words.split),
    Column("party_keys", _l("Parties"), words.split),
    Column("parties_ja", _l("Other parties (Japanese)"), cells.items()),
    Column("parties_en", _l("Other parties (English)"), cells.items()),
    *PLAIN_COLUMNS,
    Column("signed_on", _l("Signed on"), _partial_date),
    Column("published_on", _l("Published"), _partial_date),
    Column("differing_signed_on", _l("Signed on, as another source says"), _partial_date),
    Column("differing_source_number", _l("That other source"), quantities.whole_number(0, 100_000)),
    Column("evidence_kind", _l("Evidence"), words.one_of(EvidenceKind, EVIDENCE_KINDS)),
    Column("evidence_en", _l("What it is, and where it is kept"), cells.text(500)),
    Column("source_number", _l("Source"), quantities.whole_number(0, 100_000)),
)
IMPORTERS = (SOURCES,)
