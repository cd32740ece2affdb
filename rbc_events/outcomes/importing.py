"""The sheets of outcomes: sources, support cases with the facts that they cite, and outcomes themselves."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from rbc_events import cells
from rbc_events.database import db
from rbc_events.events.importing import find_by_key, find_event
from rbc_events.events.models import Event, Programme
from rbc_events.importing import Change, Column, Importer, Importing, WrongCell, fill
from rbc_events.outcomes import operations
from rbc_events.outcomes.models import (
    Attribution,
    CaseFact,
    DateKind,
    EvidenceKind,
    Outcome,
    OutcomeParty,
    OutcomeState,
    OutcomeType,
    Source,
    SupportCase,
    Visibility,
)
from rbc_events.partial_dates import Precision, read_partial_date
from rbc_events.registration.models import Organisation
from rbc_events.registration.recognising import by_key

Values = Mapping[str, Any]
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


def write_case(importing: Importing, values: Values) -> Change:
    """A case comes in published: a sheet of cases is what somebody has decided to show."""
    programme = find_by_key(importing, Programme, values["programme_key"], "programme_key")
    texts = {f"{name}_{code}": values.get(f"{name}_{code}", "") for name in CASE_TEXTS for code in ("ja", "en")}
    case = db.session.scalar(select(SupportCase).filter_by(key=values["key"]))
    if case is None:
        db.session.add(SupportCase(key=values["key"], programme_id=programme.id, published_at=importing.now, **texts))
        return Change.ADDED
    return Change.CHANGED if fill(case, texts) else Change.UNCHANGED


def write_fact(importing: Importing, values: Values) -> Change:
    """A fact is the same one if case, topic, text and source are."""
    case = find_by_key(importing, SupportCase, values["case_key"], "case_key")
    source = find_source(importing, values["source_number"])
    same = {"case_id": case.id, "topic": values["field"], "source_id": source.id, "text_en": values["value_en"]}
    fields = {
        "label_ja": values["label_ja"],
        "label_en": values["label_en"],
        "text_ja": values["value_ja"],
        "fiscal_year": values.get("fiscal_year"),
        "preferred": values["preferred"],
    }
    fact = db.session.scalar(select(CaseFact).filter_by(**same))
    if fact is not None:
        return Change.CHANGED if fill(fact, fields) else Change.UNCHANGED
    last = db.session.scalar(select(func.max(CaseFact.position)).where(CaseFact.case_id == case.id))
    db.session.add(CaseFact(position=0 if last is None else last + 1, **same, **fields))
    return Change.ADDED


def write_outcome(importing: Importing, values: Values) -> Change:
    """An outcome by its key. Its dates and evidence are added when it is new; later they are changed on its page."""
    outcome = db.session.scalar(select(Outcome).filter_by(key=values["key"]))
    fields = {name: values[name] for name in PLAIN if name in values}
    if outcome is not None:
        if importing.event is not None and outcome.event_id != importing.event.id:
            raise WrongCell("key", _l("An outcome that doesn't belong to this event has this key."))
        return Change.CHANGED if fill(outcome, fields) else Change.UNCHANGED
    programme, event, case = _place(importing, values)
    outcome = Outcome(key=values["key"], programme_id=programme.id, recorded_at=importing.now, **fields)
    outcome.event_id = event.id if event else None
    outcome.parties = _parties(importing, values)
    if case is not None:
        case.outcomes.append(outcome)
    db.session.add(outcome)
    db.session.flush()
    _add_dates_and_evidence(importing, outcome, values)
    return Change.ADDED


def _place(importing: Importing, values: Values) -> tuple[Programme, Event | None, SupportCase | None]:
    """The programme, event and case that the outcome belongs to: an event's, or a case's. On an event's own page it is
    that event."""
    if importing.event is not None and values.get("case_key"):
        raise WrongCell("case_key", _l("Outcomes of support cases can't be imported here."))
    if importing.event is not None or values.get("event_key"):
        event = find_event(importing, values)
        return event.programme, event, None
    case = find_by_key(importing, SupportCase, values.get("case_key", ""), "case_key")
    return case.programme, None, case


def _parties(importing: Importing, values: Values) -> list[OutcomeParty]:
    """Organisations by their keys, then those that never registered by name, a line each."""
    parties = [
        OutcomeParty(position=place, organisation=_party(importing, key))
        for place, key in enumerate(values.get("party_keys", ()))
    ]
    names = zip(values.get("parties_ja", ()), values.get("parties_en", ()), strict=False)
    parties += [
        OutcomeParty(position=len(parties) + place, name_ja=ja, name_en=en) for place, (ja, en) in enumerate(names)
    ]
    if len(parties) < operations.least_parties(values["type"]):
        raise WrongCell("party_keys", _l("An outcome has at least two parties."))
    return parties


def _party(importing: Importing, key: str) -> Organisation:
    event = importing.event
    if event is None:
        known: Organisation = find_by_key(importing, Organisation, key, "party_keys")
        return known
    registration = importing.find(("registrations", event.id), lambda: by_key(event)).get(key)
    if registration is None:
        raise WrongCell("party_keys", _l("There is none with the key “%(key)s”.", key=key))
    organisation: Organisation = registration.organisation
    return organisation


def _add_dates_and_evidence(importing: Importing, outcome: Outcome, values: Values) -> None:
    if outcome.state == OutcomeState.EXPECTED and (values.get("signed_on") or values.get("differing_signed_on")):
        raise WrongCell("signed_on", operations.NotConcluded.message)
    source = _optional_source(importing, values.get("source_number"))
    for kind, column in ((DateKind.SIGNED, "signed_on"), (DateKind.PUBLISHED, "published_on")):
        if values.get(column):
            on, precision = values[column]
            operations.claim_date(outcome, kind=kind, on=on, precision=precision, source=source)
    if values.get("differing_signed_on"):
        on, precision = values["differing_signed_on"]
        other = _optional_source(importing, values.get("differing_source_number"))
        operations.claim_date(outcome, kind=DateKind.SIGNED, on=on, precision=precision, source=other, shown=False)
    if values.get("evidence_kind"):
        description = values.get("evidence_en", "") or (source.title.en if source else "")
        kind = values["evidence_kind"]
        operations.add_evidence(outcome, kind=kind, description=description, now=importing.now, source=source)


SOURCES = Importer(
    "sources",
    _l("Sources"),
    (
        Column("number", _l("Number"), cells.whole_number(0, 100_000), required=True),
        Column("text_ja", _l("Title (Japanese)"), cells.text(300)),
        Column("text_en", _l("Title (English)"), cells.text(300)),
        Column("url", _l("Link"), cells.web_address),
    ),
    ("number",),
    write_source,
)
CASES = Importer(
    "support_cases",
    _l("Support cases"),
    (
        Column("key", _l("Key"), cells.key, required=True),
        Column("programme_key", _l("Programme"), cells.key, required=True),
        *(
            Column(f"{name}_{code}", f"{name} ({code})", cells.text(5000, lines=True), required=name == "title")
            for name in CASE_TEXTS
            for code in ("ja", "en")
        ),
    ),
    ("key",),
    write_case,
)
FACTS = Importer(
    "support_case_claims",
    _l("Facts of support cases"),
    (
        Column("case_key", _l("Support case"), cells.key, required=True),
        Column("field", _l("Topic"), cells.text(80), required=True),
        Column("label_ja", _l("Label (Japanese)"), cells.text(), required=True),
        Column("label_en", _l("Label (English)"), cells.text(), required=True),
        Column("value_ja", _l("Fact (Japanese)"), cells.text(500), required=True),
        Column("value_en", _l("Fact (English)"), cells.text(500), required=True),
        Column("fiscal_year", _l("Fiscal year"), cells.whole_number(1950, 2200)),
        Column("preferred", _l("Shown first"), cells.flag),
        Column("source_number", _l("Source"), cells.whole_number(0, 100_000), required=True),
    ),
    ("case_key", "field", "value_en", "source_number"),
    write_fact,
)
PLAIN_COLUMNS = (
    Column("type", _l("Type"), cells.one_of(OutcomeType), required=True),
    Column("state", _l("State"), cells.one_of(OutcomeState), required=True),
    Column("deal_key", _l("Deal"), lambda cell: cells.text(80)(cell) or None),
    Column("subject_ja", _l("What it is about (Japanese)"), cells.text()),
    Column("subject_en", _l("What it is about (English)"), cells.text()),
    Column("amount", _l("Amount"), cells.whole_number(0, 10**12)),
    Column("currency", _l("Currency"), _currency),
    Column("attribution", _l("The programme's part"), cells.one_of(Attribution), required=True),
    Column("attribution_basis_ja", _l("On what grounds (Japanese)"), cells.text()),
    Column("attribution_basis_en", _l("On what grounds (English)"), cells.text()),
    Column("visibility", _l("Who may see it"), cells.one_of(Visibility), required=True),
)
PLAIN = tuple(column.name for column in PLAIN_COLUMNS)
OUTCOMES = Importer(
    "outcomes",
    _l("Outcomes"),
    (
        Column("key", _l("Key"), cells.key, required=True),
        Column("case_key", _l("Support case"), cells.key),
        Column("event_key", _l("Event"), cells.key),
        Column("party_keys", _l("Parties"), cells.split),
        Column("parties_ja", _l("Other parties (Japanese)"), cells.items()),
        Column("parties_en", _l("Other parties (English)"), cells.items()),
        *PLAIN_COLUMNS,
        Column("signed_on", _l("Signed on"), _partial_date),
        Column("published_on", _l("Published"), _partial_date),
        Column("differing_signed_on", _l("Signed on, as another source says"), _partial_date),
        Column("differing_source_number", _l("That other source"), cells.whole_number(0, 100_000)),
        Column("evidence_kind", _l("Evidence"), cells.one_of(EvidenceKind)),
        Column("evidence_en", _l("What it is, and where it is kept"), cells.text(500)),
        Column("source_number", _l("Source"), cells.whole_number(0, 100_000)),
    ),
    ("key",),
    write_outcome,
)
IMPORTERS = (SOURCES, CASES, FACTS, OUTCOMES)
