from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from rbc_events.editing import EditForm
from rbc_events.events.forms import KEY
from rbc_events.form_fields import VersionField

TEXT = [Optional(), Length(max=5000)]
TO_PUBLISH = _l("Needed before the case can be published.")


class CaseForm(EditForm):
    key = StringField(_l("Short name in addresses"), KEY)
    title_ja = StringField(_l("Title (Japanese)"), [InputRequired(), Length(max=200)])
    title_en = StringField(_l("Title (English)"), [InputRequired(), Length(max=200)])
    summary_ja = TextAreaField(_l("Summary (Japanese)"), TEXT, description=TO_PUBLISH)
    summary_en = TextAreaField(_l("Summary (English)"), TEXT, description=TO_PUBLISH)
    background_ja = TextAreaField(_l("Background (Japanese)"), TEXT)
    background_en = TextAreaField(_l("Background (English)"), TEXT)
    support_ja = TextAreaField(_l("What was done (Japanese)"), TEXT)
    support_en = TextAreaField(_l("What was done (English)"), TEXT)
    result_ja = TextAreaField(_l("Result (Japanese)"), TEXT, description=TO_PUBLISH)
    result_en = TextAreaField(_l("Result (English)"), TEXT, description=TO_PUBLISH)
    version = VersionField()
