from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectChoice, SelectField, StringField
from wtforms.validators import Length, Optional

from rbc_events.editing import SentForm
from rbc_events.operating.labels import AUDIT_KINDS


class AuditFilter(SentForm):
    """What the audit log is narrowed down to: in the page's address, since it only reads."""

    class Meta(SentForm.Meta):
        csrf = False

    kind = SelectField(
        _l("What happened"),
        default="",
        choices=[SelectChoice(*each) for each in (("", _l("All")), *AUDIT_KINDS.items())],
    )
    who = StringField(
        _l("By whom"), [Length(max=200)], description=_l("Their mail address, or the number of their account.")
    )
    words = StringField(_l("Page"), [Length(max=200)], description=_l("Part of its address, such as an event's key."))
    since = DateField(_l("From this day"), [Optional()])
    until = DateField(_l("Up to this day"), [Optional()])
