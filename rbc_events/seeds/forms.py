"""The forms on which a university writes its seeds."""

import re
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Field, SelectChoice, SelectField, TextAreaField
from wtforms.validators import ValidationError

from rbc_events import cells
from rbc_events.editing import EditForm
from rbc_events.form_fields import CheckboxesField, NamesInThreeWritings, VersionField, email_field, reads
from rbc_events.registration.fields import line, paragraph, tidy
from rbc_events.registration.labels import COLLABORATION_MODES, ORIGINS
from rbc_events.registration.models import Origin
from rbc_events.seeds.labels import DISCLOSURES, LICENCES, PATENT_STATES, READINESS
from rbc_events.seeds.models import Disclosure
from rbc_events.seeds.operations import FACTS, TEXTS

PATENT_NUMBER = re.compile(r"[A-Z]{2} ?[0-9][0-9A-Z/.-]{3,20}")
MOST_PATENTS = 30


def patent_numbers(text: str) -> list[str]:
    """Numbers, one a line.

    Raises:
        ValueError: a line is none.
    """
    numbers = [" ".join(line_.upper().split()) for line_ in text.splitlines() if line_.strip()]
    wrong = next((number for number in numbers if not PATENT_NUMBER.fullmatch(number)), None)
    if wrong is not None or len(numbers) > MOST_PATENTS:
        raise ValueError(wrong)
    return list(dict.fromkeys(numbers))


def words_of(text: str) -> list[str]:
    """Words between commas or on lines of their own, each once."""
    return list(dict.fromkeys(word.strip() for word in re.split(r"[,、，;\n]", text) if word.strip()))


def chosen(label: Any, options: dict[Any, Any], *, nothing: bool = True, **more: Any) -> SelectField:
    first = [SelectChoice("", _l("Not stated"))] if nothing else []
    choices = [*first, *(SelectChoice(str(value), words) for value, words in options.items())]
    return SelectField(label, choices=choices, **more)


class SeedForm(EditForm):
    title_ja = line(_l("Title (Japanese)"), 120, either=True)
    title_en = line(_l("Title (English)"), 160, either=True)
    summary_ja = paragraph(_l("Summary (Japanese)"), 600)
    summary_en = paragraph(_l("Summary (English)"), 900)
    uses_ja = paragraph(_l("What it is good for (Japanese)"), 1000)
    uses_en = paragraph(_l("What it is good for (English)"), 1500)
    abstract_ja = paragraph(_l("Abstract (Japanese)"), 4000, 8)
    abstract_en = paragraph(_l("Abstract (English)"), 6000, 8)
    confidential_ja = paragraph(_l("Confidential details (Japanese)"), 4000, 6)
    confidential_en = paragraph(_l("Confidential details (English)"), 6000, 6)
    origin_ja = chosen(_l("Where the Japanese text comes from"), ORIGINS, nothing=False)
    origin_en = chosen(_l("Where the English text comes from"), ORIGINS, nothing=False)
    field = SelectField(_l("Field"))
    readiness = chosen(_l("Technology readiness"), READINESS)
    keywords = line(_l("Keywords"), 300, description=_l("In either language, with commas between them."))
    modes = CheckboxesField(
        _l("Forms of collaboration sought"),
        choices=[SelectChoice(code, words) for code, words in COLLABORATION_MODES.items()],
    )
    owner = line(_l("Owner of the rights"))
    co_owners = line(_l("Co-owners"))
    patent_state = chosen(_l("State of the patent"), PATENT_STATES)
    patent_numbers = TextAreaField(
        _l("Numbers of the patent family"),
        [reads(cells.text(1000, lines=True))],
        filters=[tidy],
        render_kw={"rows": 3},
        description=_l("One a line, with the country: JP 7123456, WO 2020/123456."),
    )
    licence = chosen(_l("Licence"), LICENCES)
    abstract_stage = chosen(_l("Who reads the abstract"), DISCLOSURES, nothing=False)
    people_stage = chosen(
        _l("Who reads the researchers’ names"), DISCLOSURES, nothing=False, default=Disclosure.PARTICIPANTS
    )
    rights_stage = chosen(_l("Who reads about the rights"), DISCLOSURES, nothing=False, default=Disclosure.PARTICIPANTS)
    contact_office = line(_l("Office that answers"))
    contact_email = email_field(_l("Its e-mail address"))
    version = VersionField()

    def __init__(self, fields: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(**options)
        self.field.choices = [SelectChoice("", _l("Not stated")), *(SelectChoice(*each) for each in fields)]

    def validate_patent_numbers(self, field: Field) -> None:
        try:
            patent_numbers(field.data or "")
        except ValueError:
            raise ValidationError(
                _l("Write a country’s two letters and a number, such as JP 7123456 or WO 2020/123456.")
            ) from None

    def fields(self) -> dict[str, Any]:
        plain = {name: self[name].data or "" for name in (*TEXTS, *FACTS, "contact_office", "contact_email")}
        return {
            **plain,
            "keywords": words_of(self.keywords.data or ""),
            "modes": list(self.modes.data or ()),
            "patent_numbers": patent_numbers(self.patent_numbers.data or ""),
            "readiness": int(self.readiness.data) if self.readiness.data else None,
            **{name: Origin(self[name].data) for name in ("origin_ja", "origin_en")},
            **{name: Disclosure(self[name].data) for name in ("abstract_stage", "people_stage", "rights_stage")},
        }


def shown(seed: Any) -> dict[str, Any]:
    """What the form starts from."""
    return {
        **{column.key: getattr(seed, column.key) for column in seed.__table__.columns},
        "keywords": ", ".join(seed.keywords),
        "patent_numbers": "\n".join(seed.patent_numbers),
        "readiness": str(seed.readiness or ""),
    }


class ResearcherForm(NamesInThreeWritings, EditForm):
    affiliation_ja = line(_l("Department (Japanese)"))
    affiliation_en = line(_l("Department (English)"))
    email = email_field(
        _l("E-mail address"),
        description=_l("Shown to nobody; by it the person is found who asks to be erased."),
    )

    NAMES = ("family_kanji", "given_kanji", "family_kana", "given_kana", "family_latin", "given_latin")

    def validate_family_latin(self, field: Field) -> None:
        if not field.data and not self.family_kanji.data:
            raise ValidationError(_l("Give the family name in kanji or in Latin letters."))

    def fields(self) -> dict[str, str]:
        return {name: self[name].data or "" for name in (*self.NAMES, "affiliation_ja", "affiliation_en", "email")}
