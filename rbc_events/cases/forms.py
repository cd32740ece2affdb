from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from rbc_events.cases.models import Basis
from rbc_events.cases.pictures import MOST_BYTES
from rbc_events.cases.telling import PARTS
from rbc_events.editing import EditForm, SentForm
from rbc_events.events.forms import KEY, choices
from rbc_events.form_fields import CheckboxesField, IntegerField, UploadField, VersionField, email_field
from rbc_events.outcomes.forms import Citing
from rbc_events.registration.labels import ORIGINS
from rbc_events.registration.models import Origin

TEXT = [Optional(), Length(max=5000)]
LINE = [InputRequired(), Length(max=200)]
TO_PUBLISH = _l("Needed before the case can be published.")
BASES = {
    Basis.CONSENT: _l("The consent of every party to the very text"),
    Basis.SOURCES: _l("Public record: every fact with its source"),
}
LANGUAGES = (("ja", "日本語"), ("en", "English"))
ANSWERS = (("yes", _l("Yes, in both languages as they stand here")), ("no", _l("No")))


class CaseForm(EditForm):
    key = StringField(_l("Short name in addresses"), KEY)
    rests_on = SelectField(_l("What it rests on"), choices=choices(BASES), default=Basis.CONSENT.value)
    outcomes = CheckboxesField(
        _l("Outcomes that it tells of"),
        coerce=int,
        description=_l("Of the same programme, or of the same relationship."),
    )
    origin_ja = SelectField(_l("The Japanese text is"), choices=choices(ORIGINS), default=Origin.HUMAN.value)
    origin_en = SelectField(_l("The English text is"), choices=choices(ORIGINS), default=Origin.HUMAN.value)
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


class FactForm(Citing, EditForm):
    """One fact as one source states it. The source is one that is known, or a new one."""

    label_ja = StringField(_l("What it is about (Japanese)"), LINE)
    label_en = StringField(
        _l("What it is about (English)"), LINE, description=_l("The same words again: one thing, stated several times.")
    )
    text_ja = StringField(_l("Fact (Japanese)"), [InputRequired(), Length(max=500)])
    text_en = StringField(_l("Fact (English)"), [InputRequired(), Length(max=500)])
    fiscal_year = IntegerField(_l("Fiscal year"), [Optional(), NumberRange(1950, 2200)])
    preferred = BooleanField(_l("Shown first where sources differ"), default=True)


class PictureForm(SentForm):
    picture = UploadField(
        _l("Picture"),
        most_bytes=MOST_BYTES,
        description=_l("PNG or JPEG, up to 15 MB. It is drawn anew, 1600 pixels wide."),
    )
    alt_ja = StringField(_l("What it shows, for who can't see it (Japanese)"), LINE)
    alt_en = StringField(_l("What it shows, for who can't see it (English)"), LINE)

    def validate_picture(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(_l("Please choose a file."))


class AskForm(SentForm):
    """Whom of a party to ask for its consent."""

    party = SelectField(_l("Party"))
    recipient_name = StringField(_l("Name of the person"), LINE)
    recipient = email_field(_l("E-mail address"), InputRequired(), Length(max=254))
    language = SelectField(_l("Language of the mail"), choices=[SelectChoice(code, name) for code, name in LANGUAGES])


class AnswerForm(SentForm):
    """A party's yes or no to the text above it."""

    agreed = RadioField(
        _l("May we publish this text?"),
        [InputRequired()],
        choices=[SelectChoice(key, words) for key, words in ANSWERS],
    )
    signed_name = StringField(_l("Your name"), LINE)


class WordForm(SentForm):
    """On whose word staff note that a party has taken its consent back."""

    word = StringField(_l("Who said so, when and how"), [InputRequired(), Length(max=500)])


def fields_of(form: CaseForm) -> dict[str, Any]:
    names = (f"{part}_{code}" for part in PARTS for code in ("ja", "en"))
    return {
        **{name: form[name].data or "" for name in names},
        "key": form.key.data,
        "rests_on": Basis(form.rests_on.data),
        "origin_ja": Origin(form.origin_ja.data),
        "origin_en": Origin(form.origin_en.data),
    }
