import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    Field,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
    URLField,
)
from wtforms.validators import URL, InputRequired, Length, NumberRange, Optional, Regexp, ValidationError

from rbc_events.editing import EditForm, SentForm
from rbc_events.events.labels import BLOCK_KINDS, MODES, PLACE_KINDS, PROGRAMME_KINDS, SHAPES
from rbc_events.events.models import FOLLOW_UP_MONTHS, Region, Sector
from rbc_events.form_fields import CheckboxesField, Either, IntegerField, VersionField, ZoneField, email_field
from rbc_events.i18n import plain

NAME = [Optional(), Length(max=200)]
TEXT = [Optional(), Length(max=5000)]
KEY = [
    InputRequired(),
    Length(min=3, max=60),
    Regexp(re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*$"), message=_l("Small letters, digits and single hyphens, please.")),
]


def choices(labels: dict[Any, Any]) -> list[SelectChoice]:
    return [SelectChoice(value.value, label) for value, label in labels.items()]


class NamedForm(EditForm):
    """A form for a thing with a name in either language, or both."""

    name_ja = StringField(_l("Name (Japanese)"), [Either(), *NAME])
    name_en = StringField(_l("Name (English)"), [Either(), *NAME])

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        if not (self.name_ja.data or "").strip() and not (self.name_en.data or "").strip():
            self.name_en.errors = [*self.name_en.errors, _l("Give a name in at least one language.")]
            return False
        return valid


class MonthsField(StringField):
    """Numbers of months in a row: "1, 3, 6". `data` is a list, in order, each number once."""

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else ", ".join(map(str, self.data or []))

    def process_formdata(self, valuelist: list[Any]) -> None:
        numbers = [word for text in valuelist for word in re.split(r"[\s,、，;]+", text) if word]
        if not all(word.isdecimal() and 1 <= int(word) <= 120 for word in numbers):
            raise ValueError(_l("Write numbers of months from 1 to 120, such as 1, 3, 6."))
        self.data = sorted({int(word) for word in numbers})


class ProgrammeForm(NamedForm):
    key = StringField(_l("Short name in addresses"), KEY, description=_l("For example rbc-fy2022."))
    kind = SelectField(_l("Kind"), choices=choices(PROGRAMME_KINDS))
    fiscal_year = IntegerField(
        _l("Fiscal year"), [InputRequired(), NumberRange(1950, 2200)], description=_l("The year in which April falls.")
    )
    description_ja = TextAreaField(_l("Description (Japanese)"), TEXT)
    description_en = TextAreaField(_l("Description (English)"), TEXT)
    follow_up_months = MonthsField(
        _l("Follow-up after months"),
        default=FOLLOW_UP_MONTHS,
        description=_l("Both sides of a meeting are asked then what has come of it. Empty: nobody is asked."),
    )
    people_years = IntegerField(
        _l("Years that people are kept"),
        [Optional(), NumberRange(1, 50)],
        description=_l("After their last event, before they are erased. Empty: as everywhere in this installation."),
    )
    version = VersionField()


class ZonedDateTimeField(DateTimeLocalField):
    """A date and time as the event's zone has it. `data` is naive; `instant(zone)` is what it means."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"], **kwargs)

    def instant(self, zone: ZoneInfo) -> datetime | None:
        return None if self.data is None else self.data.replace(tzinfo=zone)


class EventForm(NamedForm):
    key = StringField(_l("Short name in addresses"), KEY, description=_l("For example rbc-2026-healthcare."))
    sector_id = SelectField(_l("Sector"), coerce=int)
    shape = SelectField(
        _l("Shape"),
        choices=choices(SHAPES),
        description=_l("A conference has fixed days; a season is a pitch day and months of meetings after it."),
    )
    mode = SelectField(_l("Form"), choices=choices(MODES))
    hosts = CheckboxesField(_l("Host regions"), description=_l("Several regions may host an event together."))
    time_zone = ZoneField(_l("Time zone"), default="Asia/Tokyo")
    starts_on = DateField(_l("First day"), [Optional()])
    ends_on = DateField(_l("Last day"), [Optional()])
    pitch_on = DateField(_l("Pitch day"), [Optional()])
    registration_opens_at = ZonedDateTimeField(_l("Registration opens"), [Optional()])
    registration_closes_at = ZonedDateTimeField(_l("Registration closes"), [Optional()])
    requests_close_at = ZonedDateTimeField(_l("Meeting requests close"), [Optional()])
    venue_ja = StringField(_l("Venue (Japanese)"), NAME)
    venue_en = StringField(_l("Venue (English)"), NAME)
    address_ja = StringField(_l("Address of the venue (Japanese)"), NAME)
    address_en = StringField(_l("Address of the venue (English)"), NAME)
    description_ja = TextAreaField(_l("Description (Japanese)"), TEXT)
    description_en = TextAreaField(_l("Description (English)"), TEXT)
    reply_address = email_field(
        _l("Address for replies"),
        Optional(),
        Length(max=254),
        description=_l("A mailbox that somebody reads: it stands as the organiser in calendar invitations."),
    )
    visible = BooleanField(_l("Announced: everybody can see it"))
    version = VersionField()

    def offer(self, sectors: list[Sector], regions: list[Region]) -> "EventForm":
        self.sector_id.choices = [SelectChoice(sector.id, plain(sector.name)) for sector in sectors]
        chosen_first = sorted(regions, key=lambda region: region.code not in (self.hosts.data or ()))
        self.hosts.choices = [SelectChoice(region.code, plain(region.name)) for region in chosen_first]
        return self

    def validate_ends_on(self, field: Field) -> None:
        if self.starts_on.data and field.data and field.data < self.starts_on.data:
            raise ValidationError(_l("The last day comes before the first."))

    def validate_registration_closes_at(self, field: Field) -> None:
        opens = self.registration_opens_at.data
        if opens and field.data and field.data <= opens:
            raise ValidationError(_l("Registration would close before it opens."))


class BlockForm(SentForm):
    kind = SelectField(_l("What"), choices=choices(BLOCK_KINDS))
    name_ja = StringField(_l("Name (Japanese)"), NAME)
    name_en = StringField(_l("Name (English)"), NAME)
    day = DateField(_l("Day"), [InputRequired()])
    starts = TimeField(_l("Begins"), [InputRequired()])
    slot_minutes = IntegerField(_l("Minutes each"), [InputRequired(), NumberRange(5, 720)], default=30)
    slots = IntegerField(_l("Number of slots"), [InputRequired(), NumberRange(1, 96)], default=1)
    gap_minutes = IntegerField(_l("Minutes between"), [InputRequired(), NumberRange(0, 240)], default=0)

    def starting(self) -> datetime:
        """The day and time together, still without a zone."""
        return datetime.combine(self.day.data, self.starts.data)


class PlaceForm(NamedForm):
    join_url = URLField(_l("Link for joining"), [Optional(), URL(), Length(max=500)])

    def validate_join_url(self, field: Field) -> None:
        if field.data and not field.data.startswith(("https://", "http://")):
            raise ValidationError(_l("The link must begin with https://."))


class OnePlaceForm(PlaceForm):
    is_open = BooleanField(_l("In use: meetings are put here"))


class ClosingForm(SentForm):
    """Hours of a day in which a place can't be used."""

    day = DateField(_l("Day"), [InputRequired()])
    starts = TimeField(_l("From"), [Optional()])
    ends = TimeField(_l("Until"), [Optional()], description=_l("Without times: all day."))


class PlacesForm(PlaceForm):
    kind = SelectField(_l("Kind"), choices=choices(PLACE_KINDS))
    count = IntegerField(
        _l("How many"),
        [InputRequired(), NumberRange(1, 500)],
        default=1,
        description=_l("Several are numbered: Table 1, Table 2, …"),
    )
