"""The form that puts a week's meetings in."""

from datetime import timedelta
from urllib.parse import urlsplit

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError

from rbc_events.editing import SentForm
from rbc_events.form_fields import IntegerField
from rbc_events.seasons.batch import NUMBER, Where


class BatchForm(SentForm):
    minutes = IntegerField(_l("Length in minutes"), [InputRequired(), NumberRange(5, 720)], default=60)
    own_place = StringField(
        _l("Place in words"), [DataRequired(), Length(max=200)], filters=[lambda text: (text or "").strip()]
    )
    own_link = StringField(
        _l("Link for joining"),
        [Optional(), Length(max=400)],
        filters=[lambda text: (text or "").strip()],
        description=_l("Where it says {number}, each meeting's own number comes."),
    )

    def validate_own_link(self, field: StringField) -> None:
        address = urlsplit(field.data.replace(NUMBER, "1"))
        if address.scheme not in ("https", "http") or not address.hostname or " " in field.data:
            raise ValidationError(_l("The link must begin with https://."))

    def where(self) -> Where:
        return Where(timedelta(minutes=self.minutes.data), self.own_place.data, self.own_link.data or "")
