"""The form for what an installation or an event says of itself."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, Field, StringField, TextAreaField
from wtforms.validators import Length, Optional, ValidationError

from rbc_events.colours import LIGHT_PAPER, READABLE, contrast, is_colour, is_readable
from rbc_events.editing import EditForm

LINE = [Optional(), Length(max=80)]
LONG = [Optional(), Length(max=20_000)]
TEXTS = ("privacy_ja", "privacy_en", "imprint_ja", "imprint_en")


def tidy(value: str | None) -> str:
    return (value or "").replace("\r\n", "\n").strip()


def notice(label: Any) -> TextAreaField:
    return TextAreaField(label, LONG, filters=[tidy], render_kw={"rows": 10})


class SiteForm(EditForm):
    """An event has no name of its own here: it has one in its settings."""

    name_ja = StringField(_l("Name of the site (Japanese)"), LINE, filters=[tidy])
    name_en = StringField(_l("Name of the site (English)"), LINE, filters=[tidy])
    colour = StringField(
        _l("Colour"),
        filters=[lambda value: tidy(value).lower()],
        description=_l("Of links and buttons, such as #0b5a7a. It has to be dark enough to be read on white."),
    )
    logo = FileField(_l("Logo (PNG or JPEG)"), description=_l("It stands at the top of every page, 40 pixels high."))
    no_logo = BooleanField(_l("Take the logo off"))
    privacy_ja = notice(_l("Privacy notice (Japanese)"))
    privacy_en = notice(_l("Privacy notice (English)"))
    imprint_ja = notice(_l("Imprint (Japanese)"))
    imprint_en = notice(_l("Imprint (English)"))

    def __init__(self, *, named: bool, **options: Any) -> None:
        super().__init__(**options)
        if not named:
            del self.name_ja, self.name_en

    def validate_colour(self, field: Field) -> None:
        if field.data and not is_colour(field.data):
            raise ValidationError(str(_l("Write a colour as # with six digits or letters from a to f.")))
        if field.data and not is_readable(field.data):
            raise ValidationError(
                str(
                    _l(
                        "Too light to be read: its contrast is %(is)s to 1, and has to be %(wanted)s.",
                        **{"is": contrast(field.data, LIGHT_PAPER), "wanted": READABLE},
                    )
                )
            )

    def fields(self) -> dict[str, Any]:
        return {name: value for name, value in self.entries().items() if name not in ("logo", "no_logo")}
