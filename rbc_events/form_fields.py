"""Form fields that several features share."""

from collections.abc import Callable
from datetime import date
from functools import cache, lru_cache
from typing import Any

import wtforms
from flask_babel import gettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import EmailField, Field, SelectChoice, SelectField, SelectMultipleField, StringField
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from rbc_events import cells
from rbc_events.clock import now
from rbc_events.i18n import country_name, in_brackets, in_language, language, utc_offset, zone_city
from rbc_events.partial_dates import Precision, read_partial_date
from rbc_events.zones import USUAL_ZONES, ZONES, distinct_zones, zones_by_country

LARGEST = 10**9
"""No number that anybody means is larger; the database couldn't keep all that are, nor `NumberRange` compare them."""


class IntegerField(wtforms.IntegerField):
    """A whole number."""

    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        if self.data is not None and abs(self.data) > LARGEST:
            self.data = None
            raise ValueError(_l("This number is too large."))


class UploadField(FileField):
    """A file, of `most_bytes` at most. Browsers with JavaScript say so before they send a larger one."""

    def __init__(self, label: Any, validators: Any = (), *, most_bytes: int, **options: Any) -> None:
        super().__init__(label, validators, **options)
        self.most_bytes = most_bytes

    def __call__(self, **attributes: object) -> Any:
        return super().__call__(**limited_to(self.most_bytes), **attributes)


def limited_to(most_bytes: int) -> dict[str, object]:
    """The attributes of an input by which `static/js/app.js` knows how large a file may be."""
    told = gettext("This file is too large: it may have %(size)s MB. Nothing has been sent yet.", size=most_bytes >> 20)
    return {"data-most-bytes": most_bytes, "data-too-large": told}


class VersionField(IntegerField):
    """The version of a row that was shown with the form, hidden in it; empty where the row is new."""

    widget = HiddenInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata([value for value in valuelist if value])


class PartialDateField(StringField):
    """2021, 2021-09 or 2021-09-15. `claimed` is the date with its precision, or None."""

    claimed: tuple[date, Precision] | None = None

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        if not (self.data or "").strip():
            return
        try:
            self.claimed = read_partial_date(self.data)
        except ValueError:
            raise ValueError(_l("Write 2021, 2021-09 or 2021-09-15.")) from None


class Either:
    """Marks a field as one of several of which one is required; the form itself says so where none is filled in."""

    field_flags = {"either": True}

    def __call__(self, _form: Any, _field: Any) -> None:
        """Accept any value: the form checks the fields together."""


def reads(reader: Callable[[str], Any]) -> Callable[[Any, Field], None]:
    """A check by the reader that imported cells go through, so that both doors keep the same rules."""

    def check(_form: Any, field: Field) -> None:
        try:
            reader(field.data or "")
        except cells.Unusable as wrong:
            raise ValidationError(str(wrong.message)) from None

    return check


def email_field(label: Any, *checks: Any, **options: Any) -> EmailField:
    """An e-mail address, in the form in which addresses are kept and compared; one that can't be read as it was
    typed."""

    def kept(value: str | None) -> str:
        typed = (value or "").strip()
        try:
            return cells.email(typed)
        except cells.Unusable:
            return typed

    return EmailField(label, [*checks, reads(cells.email)], filters=[kept], **options)


def person_name(label: Any, *checks: Any) -> StringField:
    """One of the fields of somebody's name."""
    return StringField(label, [*checks, reads(cells.person_name)], filters=[lambda value: (value or "").strip()])


class NamesInThreeWritings:
    """The fields of `PersonName`, for a form that requires none of them."""

    family_kanji = person_name(_l("Family name (kanji)"))
    given_kanji = person_name(_l("Given name (kanji)"))
    family_kana = person_name(_l("Family name (kana)"))
    given_kana = person_name(_l("Given name (kana)"))
    family_latin = person_name(_l("Family name (Latin letters)"))
    given_latin = person_name(_l("Given name (Latin letters)"))


class CheckboxesField(SelectMultipleField):
    """Several choices as checkboxes. The form macro shows it as what it is: a SelectMultipleField with a list."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.type = "SelectMultipleField"


class ZoneField(SelectField):
    """A time zone by its IANA name: first those of the country it is about (`suggest`) and what the browser tells, then
    the usual ones, then all by country. The one that is kept already stays a choice, alias or not."""

    def __init__(self, label: Any, first: tuple[SelectChoice, ...] = (), **options: Any) -> None:
        super().__init__(label, **options)
        self.type = "SelectField"  # which is how the form macro shows it
        self.first = first
        self.suggest()

    def suggest(self, *zones: str, country: str = "") -> None:
        """Offer these zones, and the country's, before all others."""
        near = dict.fromkeys(zone for zone in (*zones, *distinct_zones(country)) if zone in ZONES)
        usual = [zone for zone in USUAL_ZONES if zone not in near]
        others = [choice for choice in zones_of_all_countries(language()) if choice.value not in {*near, *usual}]
        self.choices = [
            *self.first,
            *(zone_choice(zone, _l("Suggested")) for zone in near),
            *(zone_choice(zone, _l("Often used")) for zone in usual),
            *others,
        ]

    def process_data(self, value: Any) -> None:
        super().process_data(value)
        if self.data in ZONES and all(choice.value != self.data for choice in self.choices):
            self.choices = [*self.choices, zone_choice(self.data, _l("All countries"))]

    def pre_validate(self, form: Any) -> None:
        if self.data not in ZONES and (self.data or not self.first):
            super().pre_validate(form)


def zone_choice(zone: str, group: Any) -> SelectChoice:
    """Spain: Madrid (UTC+01:00), as the offset is today."""
    country = country_name(country_of_zone().get(zone, ""))
    city = zone_city(zone, language())
    name = _("%(country)s: %(city)s", country=country, city=city) if country else city
    offset = "" if zone == "UTC" else in_brackets(utc_offset(now(), zone))
    return SelectChoice(zone, f"{name}{offset}", optgroup=str(group))


@cache
def country_of_zone() -> dict[str, str]:
    return {zone: country for country, zones in zones_by_country().items() for zone in zones}


def zones_of_all_countries(language_code: str) -> list[SelectChoice]:
    """In the order of the countries' names; zones of a country whose clocks agree are one."""
    return _zones_of_all_countries(language_code, now().date())


@lru_cache(maxsize=4)
def _zones_of_all_countries(language_code: str, _today: date) -> list[SelectChoice]:
    with in_language(language_code):
        zones = [zone for country in zones_by_country() for zone in distinct_zones(country)]
        return sorted((zone_choice(zone, _l("All countries")) for zone in zones), key=lambda choice: str(choice.label))
