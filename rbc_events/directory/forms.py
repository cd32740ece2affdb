from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from rbc_events import cells
from rbc_events.editing import SentForm
from rbc_events.form_fields import reads


class SaveSearchForm(SentForm):
    name = StringField(_l("Name of the search"), [InputRequired(), Length(max=100), reads(cells.text(100))])
