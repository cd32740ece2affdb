"""Forms that set conditions of an event's timetable, and how each condition reads on the page."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectChoice, SelectField
from wtforms.validators import InputRequired, NumberRange, Optional

from rbc_events.editing import SentForm
from rbc_events.events.models import BlockKind, Event
from rbc_events.form_fields import IntegerField
from rbc_events.i18n import clock_time, day, plain
from rbc_events.meetings.queries import approved_registrations
from rbc_events.timetable import condition_models as models
from rbc_events.timetable.conditions import NEWCOMER, groups_there
from rbc_events.timetable.queries import staff_of
from rbc_events.timetable.wording import Names

ANY = _l("any")
MODES = {"": ANY, "in_person": _l("In person"), "online": _l("Online")}
PLACE_KINDS = {"": ANY, "table": _l("Table"), "room": _l("Room"), "virtual": _l("Virtual room")}
WHOSE = {"organisations": _l("Organisations"), "interpreters": _l("Interpreters")}
NUMBER = NumberRange(1, 1000)


@dataclass
class Choices:
    """What can be chosen at an event: value and words, by what it is."""

    event: Event
    names: Names

    @cached_property
    def blocks(self) -> dict[str, str]:
        zone, meetings = self.event.time_zone, [b for b in self.event.blocks if b.kind == BlockKind.MEETINGS]
        return {
            str(
                b.id
            ): f"{day(b.starts_at, zone, 'short')} {clock_time(b.starts_at, zone)}–{clock_time(b.ends_at, zone)}"
            for b in sorted(meetings, key=lambda b: b.starts_at)
        }

    @cached_property
    def groups(self) -> dict[str, str]:
        found = {"": _("all organisations"), NEWCOMER: _("organisations that take part for the first time")}
        return found | {group: plain(name) for group, name in groups_there(self.event).items()}

    @cached_property
    def meetings(self) -> dict[str, str]:
        return self._named("m")

    @cached_property
    def slots(self) -> dict[str, str]:
        return self._named("s")

    @cached_property
    def places(self) -> dict[str, str]:
        return self._named("p")

    @cached_property
    def interpreters(self) -> dict[str, str]:
        return self._named("i")

    @cached_property
    def organisations(self) -> dict[str, str]:
        return {str(side.id): plain(side.organisation.name) for side in approved_registrations(self.event)}

    @cached_property
    def staff(self) -> dict[str, str]:
        return {str(user.id): self.names.of(f"u{user.id}") for user in staff_of(self.event)}

    def _named(self, letter: str) -> dict[str, str]:
        return {str(number): words for number, words in self.names.all_of(letter).items()}


class ConditionForm(SentForm):
    """Sets one condition; `chosen_from` says which field offers which of the event's choices."""

    chosen_from: Mapping[str, str] = {}
    required: frozenset[str] = frozenset()

    def __init__(self, choices: Choices, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for name, what in self.chosen_from.items():
            offered = getattr(choices, what)
            first = [] if "" in offered else [SelectChoice("", _("Please choose") if name in self.required else "–")]
            self[name].choices = [*first, *(SelectChoice(value, words) for value, words in offered.items())]

    def validate(self, extra_validators: Any = None) -> bool:
        super().validate(extra_validators)
        for name in self.required:
            if not self[name].data:
                self[name].errors = [_("Please choose one.")]
        if not self.errors:
            for name, fault in self.faults():
                self[name].errors = [*self[name].errors, fault]
        return not self.errors

    def faults(self) -> Iterator[tuple[str, str]]:
        """What fields mean together, wrongly: the one that tells, and what it tells."""
        yield from ()

    def values(self) -> dict[str, Any]:
        """The row's columns."""
        names = (field.short_name for field in self if field.type not in ("CSRFTokenField", "HiddenField"))
        return {name: _read(name, self[name].data) for name in names}


def _read(name: str, chosen: Any) -> Any:
    """What is chosen as its column takes it: rows by their numbers, and nothing for what is left open."""
    if name.endswith("_id"):
        return int(chosen) if chosen else None
    return None if chosen == "" else chosen


class BlockLimitForm(ConditionForm):
    chosen_from = {"block_id": "blocks", "of_group": "groups"}
    required = frozenset({"block_id"})
    block_id = SelectField(_l("Block of time"), default="")
    mode = SelectField(_l("How it is held"), choices=[SelectChoice(*each) for each in MODES.items()], default="")
    place_kind = SelectField(
        _l("Kind of place"), choices=[SelectChoice(*each) for each in PLACE_KINDS.items()], default=""
    )
    of_group = SelectField(_l("With one of"), default="")

    def faults(self) -> Iterator[tuple[str, str]]:
        if not (self.mode.data or self.place_kind.data or self.of_group.data):
            yield "of_group", _("Choose what the block is for.")

    def values(self) -> dict[str, Any]:
        return {name: "" if value is None else value for name, value in super().values().items()}


class LeastMeetingsForm(ConditionForm):
    chosen_from = {"of_group": "groups"}
    of_group = SelectField(_l("Organisations"), default="")
    least = IntegerField(_l("Meetings at least"), [InputRequired(), NUMBER])
    each = SelectField(
        _l("Counted"), choices=[SelectChoice("1", _l("for each of them")), SelectChoice("", _l("for all together"))]
    )

    def values(self) -> dict[str, Any]:
        return {"of_group": self.of_group.data or "", "least": self.least.data, "each": self.each.data == "1"}


class OrganisationLimitForm(ConditionForm):
    chosen_from = {"registration_id": "organisations"}
    required = frozenset({"registration_id"})
    registration_id = SelectField(_l("Organisation"), default="")
    least = IntegerField(_l("Meetings at least"), [Optional(), NUMBER])
    most = IntegerField(_l("Meetings at most"), [Optional(), NUMBER])
    longest_run = IntegerField(_l("Slots in a row at most"), [Optional(), NUMBER])

    def faults(self) -> Iterator[tuple[str, str]]:
        if self.least.data is None and self.most.data is None and self.longest_run.data is None:
            yield "longest_run", _("Give at least one number.")
        elif self.least.data and self.most.data and self.least.data > self.most.data:
            yield "least", _("At least can't be more than at most.")


class CoordinatorLimitForm(ConditionForm):
    chosen_from = {"user_id": "staff", "block_id": "blocks"}
    required = frozenset({"user_id"})
    user_id = SelectField(_l("Coordinator"), default="")
    block_id = SelectField(_l("Not available in"), default="")
    most_per_day = IntegerField(_l("Meetings a day at most"), [Optional(), NUMBER])

    def faults(self) -> Iterator[tuple[str, str]]:
        if not self.block_id.data and self.most_per_day.data is None:
            yield "most_per_day", _("Choose a block, or give a number.")


class MeetingOrderForm(ConditionForm):
    chosen_from = {"first_id": "meetings", "second_id": "meetings"}
    required = frozenset({"first_id", "second_id"})
    first_id = SelectField(_l("This meeting"), default="")
    second_id = SelectField(_l("Before this one"), default="")

    def faults(self) -> Iterator[tuple[str, str]]:
        if self.first_id.data == self.second_id.data:
            yield "second_id", _("Choose two different meetings.")


class MeetingWishForm(ConditionForm):
    chosen_from = {
        "meeting_id": "meetings", "slot_id": "slots", "place_id": "places", "interpreter_id": "interpreters",
    }  # fmt: skip
    required = frozenset({"meeting_id"})
    meeting_id = SelectField(_l("Meeting"), default="")
    slot_id = SelectField(_l("Time"), default="")
    place_id = SelectField(_l("Place"), default="")
    interpreter_id = SelectField(_l("Interpreter"), default="")

    def faults(self) -> Iterator[tuple[str, str]]:
        if not (self.slot_id.data or self.place_id.data or self.interpreter_id.data):
            yield "interpreter_id", _("Choose a time, a place or an interpreter.")


class RoomChangeForm(ConditionForm):
    whose = SelectField(_l("Who needs it"), choices=[SelectChoice(*each) for each in WHOSE.items()])
    minutes = IntegerField(_l("Minutes from one room to another"), [InputRequired(), NumberRange(1, 1440)])


@dataclass(frozen=True)
class Kind:
    """A kind of condition: its rows, its form, what it is called and what it means."""

    model: type[models.OfEvent]
    form: type[ConditionForm]
    title: Any
    meaning: Any

    def described(self, row: models.OfEvent, choices: "Offered") -> list[tuple[str, str]]:
        """What a row says, as labels and words; what is left open is left out."""
        found = []
        for name, field in self.form.__dict__.items():
            if isinstance(getattr(field, "kwargs", None), dict) and hasattr(row, name):
                value = getattr(row, name)
                words = choices.words(self.form, name, value)
                if words:
                    label = field.args[0] if field.args else field.kwargs["label"]
                    found.append((str(label), words))
        return found


class Offered:
    """Words for the values of conditions, each list of choices read once."""

    def __init__(self, choices: Choices) -> None:
        self.choices = choices
        self.read: dict[str, Mapping[str, Any]] = {"mode": MODES, "place_kind": PLACE_KINDS, "whose": WHOSE}

    def words(self, form: type[ConditionForm], name: str, value: Any) -> str:
        if name == "each":
            return _("for each of them") if value else _("for all together")
        if value is None or (value == "" and name != "of_group"):
            return ""
        what = form.chosen_from.get(name, name)
        if what not in self.read:
            self.read[what] = getattr(self.choices, what, {})
        return str(self.read[what].get(str(value), value))


KINDS: dict[str, Kind] = {
    "blocks": Kind(
        models.BlockLimit, BlockLimitForm, _l("Blocks for some meetings only"),
        _l("In such a block only these meetings are held; a meeting counts where one side belongs to the group."),
    ),
    "least": Kind(
        models.LeastMeetings, LeastMeetingsForm, _l("Least numbers by region, sector or newcomer"),
        _l("Counted under the aim of a least number for everybody, beside the one that a run is given."),
    ),
    "organisations": Kind(
        models.OrganisationLimit, OrganisationLimitForm, _l("Limits of one organisation"),
        _l("At most and in a row are rules; at least is an aim."),
    ),
    "coordinators": Kind(
        models.CoordinatorLimit, CoordinatorLimitForm, _l("Coordinators who sit in"),
        _l("When they can't, and how many meetings a day they take."),
    ),
    "order": Kind(
        models.MeetingOrder, MeetingOrderForm, _l("Order of meetings"),
        _l("Where both have a time, the first ends before the second begins."),
    ),
    "wishes": Kind(
        models.MeetingWish, MeetingWishForm, _l("Wishes for time, place or interpreter"),
        _l("Wishes count where a run has them among its aims. Several times of one meeting are alternatives."),
    ),
    "ways": Kind(
        models.RoomChange, RoomChangeForm, _l("Time from room to room"),
        _l("Between two meetings in different rooms. All tables and booths are one room."),
    ),
}  # fmt: skip
"""By the name in the address."""
