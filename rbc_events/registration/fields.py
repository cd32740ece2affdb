"""The fields that the forms of registration are made of."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, Field, HiddenField, SelectChoice, StringField, TextAreaField
from wtforms.validators import StopValidation

from rbc_events import cells, form_fields
from rbc_events.editing import EditForm
from rbc_events.form_fields import Either, reads
from rbc_events.registration.labels import LABELS


def filled(_form: Any, field: Field) -> None:
    if not field.data:
        raise StopValidation(str(_l("This field is required.")))


filled.field_flags = {"required": True}  # type: ignore[attr-defined]


def tidy(value: str | None) -> str:
    return (value or "").replace("\r\n", "\n").strip()


def line(
    label: Any, longest: int = 200, *, required: bool = False, either: bool = False, **options: Any
) -> StringField:
    checks = [*([filled] if required else []), *([Either()] if either else [])]
    return StringField(label, [*checks, reads(cells.text(longest))], filters=[tidy], **options)


def organisation_name(label: Any, *, required: bool = False, **options: Any) -> StringField:
    checks = [filled] if required else []
    return StringField(label, [*checks, reads(cells.organisation_name)], filters=[tidy], **options)


def paragraph(label: Any, longest: int = 2000, rows: int = 4, **options: Any) -> TextAreaField:
    checks = [reads(cells.text(longest, lines=True))]
    return TextAreaField(label, checks, filters=[tidy], render_kw={"rows": rows}, **options)


def choices(members: Any) -> list[SelectChoice]:
    return [SelectChoice(member.value, LABELS[member]) for member in members]


class Versioned(EditForm):
    """A form about a registration and its organisation: `stamp` tells the state that the page was made from."""

    stamp = HiddenField()

    def is_outdated(self) -> bool:
        return bool(self.stamp.data) and self.stamp.data != self.stamp.object_data

    def remember(self) -> None:
        super().remember()
        self.stamp.raw_data, self.stamp.data = None, self.stamp.object_data


def email_field(label: Any) -> EmailField:
    return form_fields.email_field(label, filled)


# What browsers and password managers fill in by themselves, in fields about the person who sits there.
OF_ONESELF = {
    "family_latin": "family-name",
    "given_latin": "given-name",
    "email": "email",
    "name_native": "organization",
    "country": "country",
}


def fill_in_by_itself(form: Any, fields: Mapping[str, str]) -> None:
    for name, token in fields.items():
        if form[name] is not None:
            form[name].render_kw = {**(form[name].render_kw or {}), "autocomplete": token}
