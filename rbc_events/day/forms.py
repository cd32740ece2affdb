"""Forms of the day."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from rbc_events.database import Bilingual
from rbc_events.day.labels import CAME
from rbc_events.day.messages import Audience, Draft
from rbc_events.editing import EditForm, SentForm
from rbc_events.events.models import Event, Slot
from rbc_events.form_fields import CheckboxesField, IntegerField
from rbc_events.i18n import clock_time, day, plain
from rbc_events.meetings.forms import RATINGS, chosen
from rbc_events.meetings.marking import Came, Mark
from rbc_events.registration.models import Registration


class MarkForm(SentForm):
    """One tap; `was`: what stood there when it was made."""

    came = RadioField(_l("Came"), [InputRequired()], choices=[SelectChoice(each, CAME[each]) for each in Came])
    was = RadioField(_l("Before"), [InputRequired()], choices=[SelectChoice(each, CAME[each]) for each in Came])

    @property
    def mark(self) -> Mark:
        return Mark(Came(self.came.data), Came(self.was.data))


class WalkInForm(SentForm):
    """Two who stand at the desk and would like to meet."""

    first = SelectField(_l("Organisation"), [chosen], coerce=int, default=0)
    second = SelectField(_l("Organisation to meet"), [chosen], coerce=int, default=0)
    consent = StringField(_l("Who consented, when and how"), [InputRequired(), Length(max=2000)])

    def __init__(self, registrations: Sequence[Registration], **kwargs: Any) -> None:
        super().__init__(data={"consent": _("Both were asked at the desk.")}, **kwargs)
        named = [SelectChoice(side.id, plain(side.organisation.name)) for side in registrations]
        self.first.choices = self.second.choices = [SelectChoice(0, _l("Please choose")), *named]

    def validate_second(self, field: SelectField) -> None:
        if field.data and field.data == self.first.data:
            raise ValidationError(_l("Choose two different organisations."))


class BoardForm(SentForm):
    names = BooleanField(
        _l("Name the organisations"),
        description=_l(
            "Those alone that agreed to be published. Whoever reads the board then sees who sits at which table, and "
            "so who meets whom. Without names it shows times and tables."
        ),
    )


class NoteForm(EditForm):
    """What one keeps of a meeting. The rating is the organisation's, and asked for once the meeting is over."""

    text = TextAreaField(
        _l("Own notes"), [Length(max=5000)], description=_l("You alone read them."), render_kw={"rows": 5}
    )
    next_step = TextAreaField(
        _l("Next step"),
        [Length(max=1000)],
        description=_l("What was agreed, and who does it. The event's staff read it, too, and can help."),
        render_kw={"rows": 2},
    )


class RatedNoteForm(NoteForm):
    rating = SelectField(_l("How useful was this meeting to you?"), choices=RATINGS, coerce=int)


class HoursForm(EditForm):
    """When an interpreter can't work, of the slots to come."""

    slots_off = CheckboxesField(_l("Times at which I can't"), coerce=int)

    def __init__(self, slots: Sequence[Slot], zone: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.slots_off.choices = [
            SelectChoice(slot.id, f"{day(slot.starts_at, zone, 'short')} {clock_time(slot.starts_at, zone)}")
            for slot in slots
        ]


class MessageForm(SentForm):
    """What staff write, in both languages; each recipient reads their own."""

    subject_ja = StringField(_l("Subject (Japanese)"), [DataRequired(), Length(max=150)])
    text_ja = TextAreaField(_l("Text (Japanese)"), [DataRequired(), Length(max=4000)], render_kw={"rows": 6})
    subject_en = StringField(_l("Subject (English)"), [DataRequired(), Length(max=150)])
    text_en = TextAreaField(_l("Text (English)"), [DataRequired(), Length(max=4000)], render_kw={"rows": 6})

    def draft(self) -> Draft:
        return Draft(
            Bilingual(self.subject_ja.data, self.subject_en.data), Bilingual(self.text_ja.data, self.text_en.data)
        )


class BroadcastForm(MessageForm):
    """To many. `mails`: how many the preview announced, from its button; without it the preview is shown."""

    group = SelectField(_l("Group"), default="")
    slot = SelectField(_l("Who meets at"), coerce=int, default=0)
    place = SelectField(_l("Who meets here"), coerce=int, default=0)
    mails = IntegerField(_l("Number of mails"), [Optional()])

    def __init__(self, groups: Sequence[str], event: Event, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        zone = event.time_zone
        self.group.choices = [SelectChoice("", _l("All who take part")), *(SelectChoice(each, each) for each in groups)]
        self.slot.choices = [
            SelectChoice(0, _l("Any time")),
            *(
                SelectChoice(slot.id, f"{day(slot.starts_at, zone, 'short')} {clock_time(slot.starts_at, zone)}")
                for slot in event.slots
            ),
        ]
        places = [SelectChoice(place.id, plain(place.name)) for place in event.places]
        self.place.choices = [SelectChoice(0, _l("Any table or room")), *places]

    def audience(self) -> Audience:
        return Audience(self.group.data, self.slot.data, self.place.data)


class OwnMessageForm(SentForm):
    text = TextAreaField(_l("Your message"), [DataRequired(), Length(max=4000)], render_kw={"rows": 5})
