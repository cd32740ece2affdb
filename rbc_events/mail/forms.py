from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectChoice, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError

from rbc_events.editing import EditForm, SentForm
from rbc_events.form_fields import CheckboxesField
from rbc_events.mail.kinds import FIELD_LABELS, KINDS, Kind, Wording, missing_fields, unknown_fields

SUBJECT = [InputRequired(), Length(max=200)]
BODY = [InputRequired(), Length(max=10_000)]


class PreferencesForm(SentForm):
    wanted = CheckboxesField(_l("Mails that you want"))

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.wanted.choices = [SelectChoice(kind.key, kind.label) for kind in KINDS.values() if not kind.own]


class WordingForm(EditForm):
    """The wording of one kind of mail in both languages. Give it the kind before validating."""

    kind: Kind

    subject_ja = StringField(_l("Subject (Japanese)"), SUBJECT)
    body_ja = TextAreaField(_l("Text (Japanese)"), BODY, render_kw={"rows": 14})
    subject_en = StringField(_l("Subject (English)"), SUBJECT)
    body_en = TextAreaField(_l("Text (English)"), BODY, render_kw={"rows": 14})

    def wording(self, language: str) -> Wording:
        body = self[f"body_{language}"].data.replace("\r\n", "\n").strip()
        return Wording(" ".join(self[f"subject_{language}"].data.split()), body)

    def validate_subject_ja(self, field: Any) -> None:
        self._check_fields(field)

    def validate_subject_en(self, field: Any) -> None:
        self._check_fields(field)

    def validate_body_ja(self, field: Any) -> None:
        self._check_fields(field)
        self._check_needed(field)

    def validate_body_en(self, field: Any) -> None:
        self._check_fields(field)
        self._check_needed(field)

    def _check_fields(self, field: Any) -> None:
        if unknown := unknown_fields(field.data, self.kind):
            raise ValidationError(_("This mail has no field %(fields)s.", fields=_(", ").join(unknown)))

    def _check_needed(self, field: Any) -> None:
        if missing := missing_fields(field.data, self.kind):
            names = _(", ").join(f"{{{{{name}}}}} ({FIELD_LABELS[name]})" for name in missing)
            raise ValidationError(_("Without this field the mail is of no use: %(fields)s.", fields=names))
