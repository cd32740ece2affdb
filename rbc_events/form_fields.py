"""Form fields that several features share."""

from collections.abc import Callable
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import wtforms
from flask_babel import lazy_gettext as _l
from wtforms import Field, SelectChoice, SelectField, SelectMultipleField, StringField
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from rbc_events import cells
from rbc_events.i18n import ZONES, in_brackets, language, zone_city
from rbc_events.partial_dates import Precision, read_partial_date

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


def person_name(label: Any, *checks: Any) -> StringField:
    """One of the fields of somebody's name."""
    return StringField(label, [*checks, reads(cells.person_name)], filters=[lambda value: (value or "").strip()])


class CheckboxesField(SelectMultipleField):
    """Several choices as checkboxes. The form macro shows it as what it is: a SelectMultipleField with a list."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.type = "SelectMultipleField"


class ZoneField(SelectField):
    """A time zone by its IANA name, without the aliases. The one that is kept already stays a choice, alias or not."""

    def __init__(self, label: Any, first: tuple[SelectChoice, ...] = (), **options: Any) -> None:
        super().__init__(label, **options)
        self.type = "SelectField"  # which is how the form macro shows it
        self.choices = [*first, *(zone_choice(zone) for zone in zone_names())]

    def process_data(self, value: Any) -> None:
        super().process_data(value)
        if self.data in ZONES and self.data not in zone_names():
            self.choices = [*self.choices, zone_choice(self.data)]


def zone_choice(zone: str) -> SelectChoice:
    return SelectChoice(zone, zone_city(zone, language()) + in_brackets(zone))


@cache
def zone_names() -> tuple[str, ...]:
    """The zones that the IANA database lists by country (its zone.tab), which has no aliases; and UTC."""
    table = (files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8")
    listed = (line.split("\t")[2] for line in table.splitlines() if not line.startswith("#"))
    return (*sorted(listed), "UTC")
