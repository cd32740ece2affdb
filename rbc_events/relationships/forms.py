from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, Field, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from rbc_events.database import Bilingual
from rbc_events.editing import EditForm, OneOfSeveral, SentForm
from rbc_events.events.forms import choices
from rbc_events.form_fields import Either, PartialDateField, VersionField
from rbc_events.i18n import language, plain
from rbc_events.relationships.labels import AUDIENCES, STAGES, STATES
from rbc_events.relationships.models import NoteAudience, RelationshipState
from rbc_events.relationships.operations import ReasonMissing

LONGEST_NAME = 200  # characters
PRECISELY = _l("As precisely as known: 2021, 2021-09 …")


def number_or_none(value: Any) -> int | None:
    return int(value) if value not in (None, "") else None


class PersonField(SelectField):
    """One of the staff, or nobody."""

    def __init__(self, label: Any, people: Any = (), **options: Any) -> None:
        super().__init__(label, coerce=number_or_none, **options)
        self.type = "SelectField"  # which is how the form macro shows it
        self.offer(people)

    def offer(self, people: Any) -> None:
        named = [SelectChoice(each.id, each.name_in(language()) or each.email) for each in people]
        self.choices = [SelectChoice("", "–"), *named]


class UnlikeLines(ValueError):
    """Two fields name a different number of parties."""

    message = _l("Each line needs its name in the other language, in the same order.")


def names_in_both(ja: str | None, en: str | None) -> list[Bilingual]:
    """The names that stand on the lines of two fields, in the same order. Those of one field alone hold for both
    languages.

    Raises:
        UnlikeLines
    """
    in_ja, in_en = _lines(ja), _lines(en)
    if in_ja and in_en and len(in_ja) != len(in_en):
        raise UnlikeLines
    return [Bilingual(*pair) for pair in zip(in_ja or in_en, in_en or in_ja, strict=True)]


def _lines(text: str | None) -> list[str]:
    return [" ".join(line.split()) for line in (text or "").splitlines() if line.strip()]


def names_field(label: Any, **options: Any) -> TextAreaField:
    """Names of parties in one language, one a line; its partner for the other language ends in `_en`."""
    return TextAreaField(label, [Either(), Length(max=2000)], **options)


def check_names(ja: Field, en: Field) -> str:
    """What is wrong with the names in two fields; empty where nothing is."""
    try:
        names = names_in_both(ja.data, en.data)
    except UnlikeLines as refused:
        return str(refused.message)
    too_long = any(len(text) > LONGEST_NAME for name in names for text in (name.ja, name.en))
    return str(_l("A name is longer than 200 characters.")) if too_long else ""


class BeginForm(SentForm):
    parties_ja = names_field(_l("Parties (Japanese)"), description=_l("One a line, two or more."))
    parties_en = names_field(
        _l("Parties (English)"),
        description=_l("In the same order. A name that is registered here means that organisation."),
    )
    programme = SelectField(_l("Programme"))

    def __init__(self, programmes: Any, **options: Any) -> None:
        super().__init__(**options)
        self.programme.choices = [SelectChoice(each.key, plain(each.name)) for each in programmes]

    def names(self) -> list[Bilingual]:
        return names_in_both(self.parties_ja.data, self.parties_en.data)

    def validate_parties_ja(self, field: Field) -> None:
        if fault := check_names(field, self.parties_en):
            raise ValidationError(fault)


class StageForm(OneOfSeveral, SentForm):
    kind = SelectField(_l("Stage reached"), choices=choices(STAGES))
    on = PartialDateField(_l("When"), [Optional()], description=PRECISELY)
    note = StringField(_l("Remark"), [Optional(), Length(max=500)])


class NoteForm(OneOfSeveral, SentForm):
    text = TextAreaField(_l("New note"), [InputRequired(), Length(max=5000)])
    audience = SelectField(_l("Who may read it"))

    def __init__(self, *audiences: NoteAudience, **options: Any) -> None:
        super().__init__(**options)
        self.audience.choices = choices({each: AUDIENCES[each] for each in audiences})


class TaskForm(OneOfSeveral, SentForm):
    task = StringField(_l("Task"), [InputRequired(), Length(max=500)])
    due_on = DateField(_l("By"), [InputRequired()])
    assigned_to = PersonField(_l("Who does it"))


class NextStepForm(OneOfSeveral, EditForm):
    next_step = StringField(_l("Next step"), [Optional(), Length(max=500)])
    next_step_on = DateField(_l("By"), [Optional()])
    keeper_id = PersonField(_l("Looked after by"))
    version = VersionField()


class StateForm(OneOfSeveral, EditForm):
    state = SelectField(_l("State"), choices=choices(STATES))
    state_reason = StringField(_l("Why"), [Length(max=500)], description=_l("Needed when it rests or ends."))
    version = VersionField()

    def validate_state_reason(self, field: Field) -> None:
        if self.state.data != RelationshipState.ACTIVE and not (field.data or "").strip():
            raise ValidationError(ReasonMissing.message)
