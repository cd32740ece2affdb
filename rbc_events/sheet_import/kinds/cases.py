"""The sheets of support cases: the cases, the facts that they cite, and outcomes, which may be told in one."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from rbc_events import cells
from rbc_events.cases.models import Basis, CaseFact, SupportCase
from rbc_events.database import db, fill
from rbc_events.events.models import Programme
from rbc_events.sheet_import import quantities, words
from rbc_events.sheet_import.kind import Change, Column, Importer, Importing, WrongCell
from rbc_events.sheet_import.kinds import outcomes
from rbc_events.sheet_import.kinds.events import find_by_key

Values = Mapping[str, Any]
CASE_TEXTS = ("title", "summary", "background", "support", "result")


def write_case(importing: Importing, values: Values) -> Change:
    """A case that rests on sources comes in published: such a sheet is what somebody has decided to show.
    One that rests on consent waits for that of the parties."""
    programme = find_by_key(importing, Programme, values["programme_key"], "programme_key")
    texts = {f"{name}_{code}": values.get(f"{name}_{code}", "") for name in CASE_TEXTS for code in ("ja", "en")}
    case = db.session.scalar(select(SupportCase).filter_by(key=values["key"]))
    if case is None:
        basis = values.get("rests_on") or Basis.SOURCES
        at = importing.now if basis == Basis.SOURCES else None
        case = SupportCase(key=values["key"], programme_id=programme.id, rests_on=basis, published_at=at, **texts)
        db.session.add(case)
        return Change.ADDED
    return Change.CHANGED if fill(case, texts) else Change.UNCHANGED


def write_fact(importing: Importing, values: Values) -> Change:
    """A fact is the same one if case, topic, text and source are."""
    case = find_by_key(importing, SupportCase, values["case_key"], "case_key")
    source = outcomes.find_source(importing, values["source_number"])
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
    """An outcome of an event, or of a support case, which then tells of it."""
    if not values.get("case_key"):
        return outcomes.write_outcome(importing, values)
    if importing.event is not None:
        raise WrongCell("case_key", _l("Outcomes of support cases can't be imported here."))
    case = find_by_key(importing, SupportCase, values["case_key"], "case_key")
    change = outcomes.write_outcome(importing, values, programme=case.programme)
    if change == Change.ADDED:
        report = outcomes.find_report(values["key"])
        if report is not None and report.outcome not in case.outcomes:
            case.outcomes.append(report.outcome)
        db.session.flush()
    return change


CASES = Importer(
    "support_cases",
    _l("Support cases"),
    (
        Column("key", _l("Key"), words.key, required=True),
        Column("programme_key", _l("Programme"), words.key, required=True),
        *(
            Column(f"{name}_{code}", f"{name} ({code})", cells.text(5000, lines=True), required=name == "title")
            for name in CASE_TEXTS
            for code in ("ja", "en")
        ),
        Column("rests_on", _l("What it rests on"), words.one_of(Basis)),
    ),
    ("key",),
    write_case,
)
FACTS = Importer(
    "support_case_claims",
    _l("Facts of support cases"),
    (
        Column("case_key", _l("Support case"), words.key, required=True),
        Column("field", _l("Topic"), cells.text(80), required=True),
        Column("label_ja", _l("Label (Japanese)"), cells.text(), required=True),
        Column("label_en", _l("Label (English)"), cells.text(), required=True),
        Column("value_ja", _l("Fact (Japanese)"), cells.text(500), required=True),
        Column("value_en", _l("Fact (English)"), cells.text(500), required=True),
        Column("fiscal_year", _l("Fiscal year"), quantities.whole_number(1950, 2200)),
        Column("preferred", _l("Shown first"), quantities.flag),
        Column("source_number", _l("Source"), quantities.whole_number(0, 100_000), required=True),
    ),
    ("case_key", "field", "value_en", "source_number"),
    write_fact,
)
OUTCOMES = Importer(
    "outcomes",
    _l("Outcomes"),
    (outcomes.OUTCOME_COLUMNS[0], Column("case_key", _l("Support case"), words.key), *outcomes.OUTCOME_COLUMNS[1:]),
    ("key",),
    write_outcome,
)
IMPORTERS = (CASES, FACTS, OUTCOMES)
