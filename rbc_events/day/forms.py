"""Forms of the day."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectChoice
from wtforms.validators import InputRequired

from rbc_events.day.labels import CAME
from rbc_events.editing import SentForm
from rbc_events.meetings.marking import Came, Mark


class MarkForm(SentForm):
    """One tap; `was`: what stood there when it was made."""

    came = RadioField(_l("Came"), [InputRequired()], choices=[SelectChoice(each, CAME[each]) for each in Came])
    was = RadioField(_l("Before"), [InputRequired()], choices=[SelectChoice(each, CAME[each]) for each in Came])

    @property
    def mark(self) -> Mark:
        return Mark(Came(self.came.data), Came(self.was.data))
