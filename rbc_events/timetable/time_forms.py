"""Forms for meetings at times of their own."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateTimeLocalField, SelectChoice, SelectField, StringField, TextAreaField, URLField
from wtforms.validators import URL, DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError

from rbc_events.accounts.models import User
from rbc_events.editing import EditForm, SentForm
from rbc_events.events.models import Event
from rbc_events.form_fields import IntegerField, VersionField
from rbc_events.i18n import language, plain, zone_city
from rbc_events.meetings.forms import chosen
from rbc_events.meetings.models import Interpreter, Meeting
from rbc_events.registration.models import Registration
from rbc_events.timetable.forms import with_pairs
from rbc_events.zones import NoSuchTime, TimeTwice, instant_of


class TimeFields:
    """When, how long and where, on the event's clock; `event` and `use` before anything is validated."""

    event: Event
    starts_at = DateTimeLocalField(_l("Begins"), [InputRequired()], format="%Y-%m-%dT%H:%M")
    minutes = IntegerField(_l("Length in minutes"), [InputRequired(), NumberRange(5, 720)], default=60)
    own_place = StringField(
        _l("Place in words"),
        [DataRequired(), Length(max=200)],
        filters=[lambda text: (text or "").strip()],
        description=_l("As everybody reads it: an address, “by telephone”, “online”."),
    )
    own_link = URLField(_l("Link for joining"), [Optional(), URL(), Length(max=500)])
    interpreter = SelectField(_l("Interpreter"), coerce=int, default=0)

    def use(self, event: Event, interpreters: Sequence[Interpreter]) -> None:
        self.event = event
        people = [SelectChoice(person.id, with_pairs(person)) for person in interpreters]
        self.interpreter.choices = [SelectChoice(0, _l("Nobody")), *people]
        city = zone_city(event.time_zone, language())
        self.starts_at.description = _("By the clock of the event (%(city)s).", city=city)

    def validate_starts_at(self, field: DateTimeLocalField) -> None:
        if field.data is not None:
            clock_instant(field.data, self.event)

    def validate_own_link(self, field: URLField) -> None:
        if field.data and not field.data.startswith(("https://", "http://")):
            raise ValidationError(_l("The link must begin with https://."))

    def times(self) -> tuple[datetime, datetime]:
        """From when to when."""
        begins = clock_instant(self.starts_at.data, self.event)
        return begins, begins + timedelta(minutes=self.minutes.data)


class TimeForm(TimeFields, EditForm):
    """For a meeting that was agreed to."""

    version = VersionField()

    def __init__(self, meeting: Meeting, interpreters: Sequence[Interpreter], **kwargs: Any) -> None:
        super().__init__(data={**_known(meeting), "version": meeting.version}, **kwargs)
        self.use(meeting.event, interpreters)


def _known(meeting: Meeting) -> dict[str, Any]:
    """What stands of a meeting's own time."""
    if not meeting.has_own_time:
        return {}
    begins, ends = meeting.starts_at, meeting.ends_at
    return {
        "starts_at": begins.astimezone(meeting.event.zone).replace(tzinfo=None) if begins else None,
        "minutes": int((ends - begins).total_seconds() // 60) if begins and ends else None,
        "own_place": meeting.own_place,
        "own_link": meeting.own_link,
        "interpreter": meeting.interpreter_id or 0,
    }


class ArrangeForm(TimeFields, SentForm):
    """For a meeting of two to four organisations, and a coordinator, who have agreed to it."""

    first = SelectField(_l("Organisation"), [chosen], coerce=int, default=0)
    second = SelectField(_l("Organisation to meet"), [chosen], coerce=int, default=0)
    third = SelectField(_l("Third organisation"), coerce=int, default=0)
    fourth = SelectField(_l("Fourth organisation"), coerce=int, default=0)
    sits_in = SelectField(_l("Coordinator who sits in"), coerce=int, default=0)
    consent = TextAreaField(
        _l("Who consented, when and how"), [InputRequired(), Length(max=2000)], render_kw={"rows": 3}
    )

    def __init__(
        self,
        event: Event,
        registrations: Sequence[Registration],
        staff: Sequence[User],
        interpreters: Sequence[Interpreter],
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.use(event, interpreters)
        named = [SelectChoice(side.id, plain(side.organisation.name)) for side in registrations]
        self.first.choices = self.second.choices = [SelectChoice(0, _l("Please choose")), *named]
        self.third.choices = self.fourth.choices = [SelectChoice(0, _l("None")), *named]
        people = [SelectChoice(user.id, user.name_in(language()) or user.email) for user in staff]
        self.sits_in.choices = [SelectChoice(0, _l("Nobody")), *people]

    def sides(self) -> list[int]:
        """The registrations that were chosen."""
        return [field.data for field in (self.first, self.second, self.third, self.fourth) if field.data]

    def _once(self, field: SelectField) -> None:
        if field.data and self.sides().count(field.data) > 1:
            raise ValidationError(_l("Choose each organisation once."))

    validate_second = validate_third = validate_fourth = _once


def clock_instant(shown: datetime, event: Event) -> datetime:
    """The instant at which the event's clock shows a time.

    Raises:
        ValidationError: daylight saving skips it, or it is there twice.
    """
    city = zone_city(event.time_zone, language())
    try:
        return instant_of(shown, event.zone)
    except NoSuchTime:
        said = _("The clocks in %(city)s skip this time: daylight saving begins. Please choose another.", city=city)
        raise ValidationError(said) from None
    except TimeTwice:
        said = _("The clocks in %(city)s show this time twice: daylight saving ends. Please choose another.", city=city)
        raise ValidationError(said) from None
