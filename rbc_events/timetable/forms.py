from collections.abc import Mapping, Sequence
from typing import Any, Self

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, SelectChoice, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from rbc_events.accounts.models import User
from rbc_events.editing import EditForm, SentForm
from rbc_events.events.models import Event, Slot
from rbc_events.form_fields import IntegerField, VersionField
from rbc_events.i18n import clock_time, day, language, plain
from rbc_events.meetings.forms import chosen
from rbc_events.meetings.models import Interpreter
from rbc_events.meetings.wording import pairs_in_words
from rbc_events.registration.models import Registration
from rbc_events.scheduling.objectives import OBJECTIVES
from rbc_events.scheduling.problem import LEVELS
from rbc_events.timetable.aims import Aims
from rbc_events.timetable.operations import ANYBODY
from rbc_events.timetable.wording import LEVEL_NAMES

AIMS = tuple(name for name in OBJECTIVES if name != "must_haves")
"""The levels that a coordinator may order; meetings that must be held always come first."""


class RunForm(SentForm):
    time_limit = SelectField(
        _l("Time to search"),
        choices=[
            SelectChoice(10, _l("10 seconds")),
            SelectChoice(60, _l("1 minute")),
            SelectChoice(300, _l("5 minutes")),
            SelectChoice(1800, _l("30 minutes")),
        ],
        coerce=int,
        default=60,
    )
    keep_published = BooleanField(_l("Keep what participants have been told of"))
    least = IntegerField(
        _l("Meetings that every organisation should at least get"),
        [Optional(), NumberRange(0, 100)],
        description=_l("Counted under “A least number for everybody”. Empty: no least number."),
    )
    fairness = IntegerField(
        _l("Most gaps that one may have more than another"),
        [Optional(), NumberRange(0, 100)],
        description=_l("A rule, not an aim: it may keep meetings out. Empty: any difference."),
    )

    @classmethod
    def for_aims(cls, aims: Aims, **fields: Any) -> Self:
        """A form that offers these aims; 0 for those that aren't considered."""
        order = [level for level in aims.levels if level in AIMS]
        ranks = {f"rank_{level}": order.index(level) + 1 if level in order else 0 for level in AIMS}
        return cls(formdata=None, **ranks, **fields)

    def ranks(self) -> list[Field]:
        return [self[f"rank_{level}"] for level in AIMS]

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        seen: set[int] = set()
        for field in self.ranks():
            if field.data and field.data in seen:
                field.errors = [*field.errors, _l("Another aim has this place already.")]
                valid = False
            seen.add(field.data)
        return valid

    def aims(self) -> Aims:
        ranked = sorted((self[f"rank_{level}"].data, level) for level in AIMS if self[f"rank_{level}"].data)
        levels = ("must_haves", *(level for _rank, level in ranked))
        return Aims(levels, self.least.data or 0, self.fairness.data)


for _level in AIMS:
    _number = LEVELS.index(_level) if _level in LEVELS else 0
    _places = [SelectChoice(place, str(place)) for place in range(1, len(AIMS) + 1)]
    _left_out = SelectChoice(0, _l("not considered"))
    _name = LEVEL_NAMES[_level]
    setattr(RunForm, f"rank_{_level}", SelectField(_name, choices=[*_places, _left_out], coerce=int, default=_number))


class MoveForm(SentForm):
    slot = SelectField(_l("Time"), coerce=int)
    place = SelectField(_l("Place"), coerce=int)
    interpreter = SelectField(_l("Interpreter"), coerce=int, default=ANYBODY)

    def __init__(self, event: Event, interpreters: list[Interpreter], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.event = event
        # Put into words where they are shown alone: most forms come from the board, which shows no choices.
        self.slot.choices = [SelectChoice(slot.id, LazyString(_time, slot, event.time_zone)) for slot in event.slots]
        self.place.choices = [SelectChoice(place.id, plain(place.name)) for place in event.places if place.open]
        self.interpreter.choices = [
            SelectChoice(ANYBODY, _l("Whoever is free, where one is needed")),
            SelectChoice(0, _l("Nobody")),
            *(SelectChoice(person.id, LazyString(with_pairs, person)) for person in interpreters),
        ]

    def tell_which_fit(self, reasons: Mapping[int, Sequence[str]]) -> None:
        """Group the times into those at which the meeting fits and the others, each of these with its first reason."""
        zone, fits, other = self.event.time_zone, str(_l("It fits")), str(_l("It doesn't fit"))
        free = [slot for slot in self.event.slots if not reasons[slot.id]]
        taken = [slot for slot in self.event.slots if reasons[slot.id]]
        self.slot.choices = [
            *(SelectChoice(slot.id, _time(slot, zone), optgroup=fits) for slot in free),
            *(SelectChoice(slot.id, f"{_time(slot, zone)}: {reasons[slot.id][0]}", optgroup=other) for slot in taken),
        ]


def with_pairs(person: Interpreter) -> str:
    """An interpreter's name and languages."""
    return _("%(name)s (%(pairs)s)", name=person.name_in(language()), pairs=pairs_in_words(person.pairs))


def _time(slot: Slot, zone: str) -> str:
    return f"{day(slot.starts_at, zone, 'short')} {clock_time(slot.starts_at, zone)}–{clock_time(slot.ends_at, zone)}"


class DetailsForm(EditForm):
    """What a coordinator sets of a meeting before it has a time. `sits_in`: the third party, 0 for nobody."""

    version = VersionField()
    length = IntegerField(_l("Length in slots"), [InputRequired(), NumberRange(1, 48)])
    must = BooleanField(_l("Must be held"))
    online = BooleanField(_l("Online"))
    needs_interpreter = BooleanField(_l("An interpreter is needed"))
    sits_in = SelectField(_l("Coordinator who sits in"), coerce=int, default=0)

    def __init__(self, staff: Sequence[User], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        people = [SelectChoice(user.id, user.name_in(language()) or user.email) for user in staff]
        self.sits_in.choices = [SelectChoice(0, _l("Nobody")), *people]


class RivalsForm(SentForm):
    first = SelectField(_l("Organisation"), [chosen], coerce=int, default=0)
    second = SelectField(_l("Its rival"), [chosen], coerce=int, default=0)

    def __init__(self, registrations: Sequence[Registration], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.sides = {side.id: side for side in registrations}
        named = [SelectChoice(side.id, plain(side.organisation.name)) for side in registrations]
        self.first.choices = self.second.choices = [SelectChoice(0, _l("Please choose")), *named]

    def validate_second(self, field: SelectField) -> None:
        if field.data and field.data == self.first.data:
            raise ValidationError(_l("Choose two different organisations."))


class DroppingOutForm(SentForm):
    """Who or what drops out, from when to when, and what becomes of the meetings. `revision`: the event as shown."""

    what = SelectField(_l("Who or what"), [InputRequired()])
    first = SelectField(_l("From"), coerce=int)
    last = SelectField(_l("Until the end of"), coerce=int)
    again = SelectField(
        _l("Their meetings"),
        choices=[SelectChoice("again", _l("Plan again, as near as possible")), SelectChoice("off", _l("Call off"))],
    )
    reason = TextAreaField(
        _l("Reason"),
        [Length(max=500)],
        description=_l("Everybody who is told of a change reads it."),
    )
    tell = BooleanField(_l("Tell those affected at once"), default=True)
    revision = VersionField()

    def __init__(self, event: Event, things: Sequence[SelectChoice], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.event = event
        self.what.choices = [SelectChoice("", _l("Please choose")), *things]
        self.first.choices = self.last.choices = [
            SelectChoice(slot.id, LazyString(_time, slot, event.time_zone)) for slot in event.slots
        ]

    def validate_what(self, field: SelectField) -> None:
        if not field.data:
            raise ValidationError(_l("Please choose."))

    def validate_last(self, field: SelectField) -> None:
        if not self.slots():
            raise ValidationError(_l("The end lies before the beginning."))

    def slots(self) -> list[Slot]:
        """Those from the first to the last one."""
        numbers = [slot.id for slot in self.event.slots]
        if self.first.data not in numbers or self.last.data not in numbers:
            return []
        return self.event.slots[numbers.index(self.first.data) : numbers.index(self.last.data) + 1]


class PublishForm(SentForm):
    revision = VersionField(validators=[InputRequired()])
