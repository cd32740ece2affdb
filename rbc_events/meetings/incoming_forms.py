"""Forms on a mail that waits for a person."""

from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from wtforms import DateTimeLocalField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from rbc_events import cells
from rbc_events.editing import SentForm
from rbc_events.form_fields import reads
from rbc_events.meetings.answer_form import in_years


class ReplyForm(SentForm):
    text = TextAreaField(_l("Your reply"), [InputRequired(), Length(max=10_000)], render_kw={"rows": 6})


class ForwardForm(SentForm):
    address = StringField(_l("To"), [InputRequired(), reads(cells.email), Length(max=320)], render_kw={"type": "email"})
    note = TextAreaField(_l("Note"), [Length(max=4_000)], render_kw={"rows": 3})


class OtherTimeForm(SentForm):
    starts_at = DateTimeLocalField(
        _l("Start, in the event's time"),
        [InputRequired(), in_years],
        format="%Y-%m-%dT%H:%M",
    )

    def begins(self, zone: ZoneInfo) -> datetime:
        return self.starts_at.data.replace(tzinfo=zone)
