"""The form for weekly hours, days off and holidays."""

import re
from datetime import date, time
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, SelectChoice, SelectField, TextAreaField, TimeField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from rbc_events.editing import EditForm
from rbc_events.events.models import Event
from rbc_events.form_fields import CheckboxesField, VersionField, ZoneField
from rbc_events.i18n import day as day_in_words
from rbc_events.i18n import language
from rbc_events.registration.forms import country_choices
from rbc_events.seasons.hours import Hours, days, holidays_between
from rbc_events.seasons.models import WorkingHours

LINE = re.compile(r"(\d{4}-\d\d?-\d\d?)(?:\s*(?:–|-|to|~|〜|～|から)\s*(\d{4}-\d\d?-\d\d?))?")
MOST_DAYS = 400


class HoursForm(EditForm):
    """From when to when on each weekday; empty: not at all. `holidays` are those of the event's period."""

    version = VersionField()
    time_zone = ZoneField(_l("Time zone"), validators=[InputRequired()])
    country = SelectField(_l("Public holidays of"))
    days_off = TextAreaField(
        _l("Days off"),
        [Length(max=4000)],
        render_kw={"rows": 4},
        description=_l("One on each line: 2027-01-15, or 2026-12-29 – 2027-01-04 for several days."),
    )
    worked = CheckboxesField(_l("Public holidays on which you can meet all the same"), validate_choice=False)

    def __init__(self, event: Event, hours: Hours, row: WorkingHours | None, **options: Any) -> None:
        known = {
            "time_zone": hours.zone,
            "country": hours.country,
            "days_off": "\n".join(day.isoformat() for day in sorted(hours.days_off)),
            "worked": [day.isoformat() for day in sorted(hours.worked_holidays)],
            "version": row.version if row else None,
            **{name: at for number, begins, ends in hours.weekly for name, at in _of_day(number, begins, ends)},
        }
        super().__init__(data=known, **options)
        self.time_zone.suggest(hours.zone)
        self.country.choices = [SelectChoice("", _("None")), *country_choices()[1:]]
        self.holidays = period_holidays(event, self.country.data or "")
        self.worked.choices = [
            SelectChoice(at.isoformat(), f"{day_in_words(at, style='short')} {name}")
            for at, name in self.holidays.items()
        ]

    def week(self) -> list[tuple[date, Field, Field]]:
        """A day of each weekday's name, with its two fields."""
        monday = date(2024, 1, 1)
        return [
            (date(2024, 1, monday.day + number), self[f"from_{number}"], self[f"until_{number}"]) for number in range(7)
        ]

    def validate_days_off(self, field: Field) -> None:
        try:
            found = read_days(field.data or "")
        except ValueError as wrong:
            raise ValidationError(_("This is no day: %(line)s", line=str(wrong))) from None
        if len(found) > MOST_DAYS:
            raise ValidationError(_l("That is more than a year of days off."))

    def validate(self, extra_validators: Any = None) -> bool:
        good = bool(super().validate(extra_validators))
        for _day, begins, ends in self.week():
            if (begins.data is None) != (ends.data is None):
                ends.errors = [*ends.errors, _("From when to when? Leave both empty where you don't work.")]
            elif begins.data is not None and ends.data <= begins.data and ends.data != time(0):
                ends.errors = [*ends.errors, _("This ends before it begins.")]
        return good and not any(ends.errors for _day, _begins, ends in self.week())

    def hours(self) -> Hours:
        kept = {
            date.fromisoformat(each) for each in self.worked.data or [] if each in {str(at) for at in self.holidays}
        }
        week = [(at.weekday(), begins.data, ends.data) for at, begins, ends in self.week() if begins.data is not None]
        days_off = frozenset(read_days(self.days_off.data or ""))
        return Hours(self.time_zone.data, self.country.data or "", week, days_off, frozenset(kept))


for _number in range(7):
    setattr(HoursForm, f"from_{_number}", TimeField(_l("from"), [Optional()]))
    setattr(HoursForm, f"until_{_number}", TimeField(_l("until"), [Optional()]))


def _of_day(number: int, begins: time, ends: time) -> list[tuple[str, time]]:
    return [(f"from_{number}", begins), (f"until_{number}", ends)]


def period_holidays(event: Event, country: str) -> dict[date, str]:
    """The public holidays of a country while an event goes on."""
    if event.starts_on is None:
        return {}
    return holidays_between(country, event.starts_on, event.ends_on or event.starts_on, language())


def read_days(text: str) -> set[date]:
    """The days of lines such as 2027-01-15 and 2026-12-29 – 2027-01-04.

    Raises:
        ValueError: with the line that names none.
    """
    found: set[date] = set()
    for line in filter(None, map(str.strip, text.splitlines())):
        match = LINE.fullmatch(line)
        try:
            first, last = (_day(match[1]), _day(match[2] or match[1])) if match else (None, None)
        except ValueError:
            raise ValueError(line) from None
        if first is None or last is None or last < first or (last - first).days > MOST_DAYS:
            raise ValueError(line)
        found |= set(days(first, last))
    return found


def _day(text: str) -> date:
    year, month, number = map(int, text.split("-"))
    return date(year, month, number)
