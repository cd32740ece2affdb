"""The sheet of technology seeds, as a licensing office has them in a list. One researcher a row; more on the page."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from rbc_events import cells
from rbc_events.database import db
from rbc_events.directory.terms import concept_space
from rbc_events.events.models import Programme
from rbc_events.registration.labels import COLLABORATION_MODES, ORIGINS
from rbc_events.registration.models import Organisation, Origin
from rbc_events.seeds import operations
from rbc_events.seeds.forms import patent_numbers, words_of
from rbc_events.seeds.labels import DISCLOSURES, LICENCES, PATENT_STATES
from rbc_events.seeds.models import Disclosure, Seed
from rbc_events.sheet_import import quantities, words
from rbc_events.sheet_import.kind import Change, Column, Importer, Importing, WrongCell
from rbc_events.sheet_import.kinds.events import find_by_key
from rbc_events.sheet_import.kinds.organisation_columns import NAMES_OF_A_PERSON

Values = Mapping[str, Any]
PERSON = {f"researcher_{name}": title for name, title in NAMES_OF_A_PERSON.items()}
CONTACT = ("contact_office", "contact_email")


def _code_of(labels: Mapping[str, Any]) -> Any:
    """One of these codes, by code or word."""
    several = words.some_of(labels)

    def read(cell: str) -> str:
        found = several(cell)
        if len(found) > 1:
            raise cells.Unusable(_l("Only one of them."))
        return found[0] if found else ""

    return read


def _field(cell: str) -> str:
    concept = concept_space().taxonomy.concepts.get(cell)
    if cell and (concept is None or concept.kind != "field"):
        raise cells.Unusable(_l("The taxonomy has no such field."))
    return cell


def _patents(cell: str) -> list[str]:
    try:
        return patent_numbers(cell.replace(";", "\n"))
    except ValueError:
        raise cells.Unusable(_l("Write a country’s two letters and a number, such as JP 7123456.")) from None


def write_seed(importing: Importing, values: Values) -> Change:
    organisation: Organisation = find_by_key(importing, Organisation, values["organisation_key"], "organisation_key")
    programme = values.get("programme_key")
    fields = {name: values[name] for name in (*operations.TEXTS, *operations.FACTS, *CONTACT) if name in values}
    fields["key"] = values["key"]
    if programme:
        fields["programme_id"] = find_by_key(importing, Programme, programme, "programme_key").id
    told = {"actor": importing.actor, "now": importing.now}
    seed = db.session.scalar(select(Seed).filter_by(key=values["key"]))
    if seed is None:
        seed, change = operations.add_seed(organisation, fields, **told), Change.ADDED
    elif seed.organisation_id != organisation.id:
        raise WrongCell("key", _l("A seed of another organisation has this key."))
    else:
        change = Change.CHANGED if operations.change_seed(seed, fields, **told) else Change.UNCHANGED
    if _put_researcher(seed, values) and change is Change.UNCHANGED:
        change = Change.CHANGED
    _publish(seed, values, importing)
    return change


def _put_researcher(seed: Seed, values: Values) -> bool:
    """The row's researcher, unless the seed has somebody of that name; tells whether one came."""
    names = {name.removeprefix("researcher_"): values.get(name, "") for name in PERSON}
    if not names["family_latin"] and not names["family_kanji"]:
        return False
    if any(all(getattr(each, name) == text for name, text in names.items()) for each in seed.researchers):
        return False
    operations.put_researcher(seed, None, names)
    return True


def _publish(seed: Seed, values: Values, importing: Importing) -> None:
    if values.get("published") and seed.published_at is None and seed.withdrawn_at is None:
        try:
            operations.publish_seed(seed, now=importing.now)
        except operations.NotReady as refused:
            raise WrongCell("published", refused.message) from None


SEEDS = Importer(
    "seeds",
    _l("Technology seeds"),
    (
        Column("key", _l("Key"), words.key, required=True),
        Column("organisation_key", _l("Key of the organisation"), words.key, required=True),
        Column("programme_key", _l("Programme"), words.key),
        Column("published", _l("In the catalogue"), quantities.flag),
        Column("title_ja", _l("Title (Japanese)"), cells.text(120), required=True),
        Column("title_en", _l("Title (English)"), cells.text(160), required=True),
        Column("summary_ja", _l("Summary (Japanese)"), cells.text(600, lines=True)),
        Column("summary_en", _l("Summary (English)"), cells.text(900, lines=True)),
        Column("uses_ja", _l("What it is good for (Japanese)"), cells.text(1000, lines=True)),
        Column("uses_en", _l("What it is good for (English)"), cells.text(1500, lines=True)),
        Column("abstract_ja", _l("Abstract (Japanese)"), cells.text(4000, lines=True)),
        Column("abstract_en", _l("Abstract (English)"), cells.text(6000, lines=True)),
        Column("abstract_stage", _l("Who reads the abstract"), words.one_of(Disclosure, DISCLOSURES)),
        Column("confidential_ja", _l("Confidential details (Japanese)"), cells.text(4000, lines=True)),
        Column("confidential_en", _l("Confidential details (English)"), cells.text(6000, lines=True)),
        Column("origin_ja", _l("Where the Japanese text comes from"), words.one_of(Origin, ORIGINS)),
        Column("origin_en", _l("Where the English text comes from"), words.one_of(Origin, ORIGINS)),
        Column("field", _l("Field"), _field),
        Column("readiness", _l("Technology readiness"), quantities.whole_number(1, 9)),
        Column("keywords", _l("Keywords"), words_of),
        Column("modes", _l("Forms of collaboration sought"), words.some_of(COLLABORATION_MODES)),
        Column("owner", _l("Owner of the rights"), cells.text(200)),
        Column("co_owners", _l("Co-owners"), cells.text(200)),
        Column("patent_state", _l("State of the patent"), _code_of(PATENT_STATES)),
        Column("patent_numbers", _l("Numbers of the patent family"), _patents),
        Column("licence", _l("Licence"), _code_of(LICENCES)),
        Column("rights_stage", _l("Who reads about the rights"), words.one_of(Disclosure, DISCLOSURES)),
        *(Column(name, title, cells.person_name) for name, title in PERSON.items()),
        Column("people_stage", _l("Who reads the researchers’ names"), words.one_of(Disclosure, DISCLOSURES)),
        Column("contact_office", _l("Office that answers"), cells.text(200)),
        Column("contact_email", _l("Its e-mail address"), cells.email),
    ),
    ("key",),
    write_seed,
)
IMPORTERS = (SEEDS,)
