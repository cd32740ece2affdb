"""Forms about rows that somebody else may change meanwhile.

A form carries, hidden, a short digest of what each field showed when the page was made. Sent after somebody else has
saved, it is refused with 409 and shown again: with what was typed, with what the other one saved beside each field
that differs, and made from the rows as they are now, so that saving once more is on purpose. A field that was not
touched here follows the other one: saving once more takes nothing back unseen.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, time
from enum import Enum
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import Field, FieldList, FileField, FormField, HiddenField

from rbc_events import typed
from rbc_events.database import db, give_up, lock, reading_only
from rbc_events.errors import Conflict, DomainError
from rbc_events.typed import OF_THE_FORM


class SentForm(FlaskForm):
    """A form that asks for one operation. Every form of ours is one: what was typed comes back in it, see `typed`."""

    refusal: DomainError | None = None

    class Meta(FlaskForm.Meta):
        def wrap_formdata(self, form: "SentForm", formdata: Any) -> Any:
            kept = typed.waiting() if request.method == "GET" else None
            if kept is not None and not kept.taken and kept.fits(form.field_names(kept.names)):
                kept.taken = True
                return kept.formdata()
            return super().wrap_formdata(form, formdata)

    def field_names(self, wanted: Iterable[str]) -> set[str]:
        """The names under which the form's fields are sent; of lists, whose rows aren't there yet, those `wanted`."""
        names = {field.name for field in _leaves(self, all_of_them=True)}
        lists = tuple(f"{field.name}-" for field in self if isinstance(field, FieldList))
        return names | {name for name in wanted if lists and name.startswith(lists)}

    def carry_out(self, operation: Callable[[], Any], refusals: Mapping[type[DomainError], str]) -> bool:
        """Do what the form asks and commit it; True if it went well.

        Otherwise nothing is kept, and the form tells why beside the field that it concerns. `refusals`: the errors that
        may be expected, special ones first, each with its field's name. Others go on to the error page.
        """
        try:
            operation()
            db.session.commit()
        except tuple(refusals) as error:
            give_up()
            self.refusal = error
            field = self[next(name for kind, name in refusals.items() if isinstance(error, kind))]
            field.errors = [*field.errors, str(error)]
            return False
        return True

    @property
    def status(self) -> int:
        """Of the page that shows this form: 409 where something else stands in its way, 422 where it is wrong."""
        return 409 if isinstance(self.refusal, Conflict) else 422 if self.is_submitted() else 200


class OneOfSeveral:
    """For a form beside others on one page: its fields have ids of their own, so that each label belongs to its field.
    What they are called when they are sent stays the same."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        begins = type(self).__name__.removesuffix("Form").lower()
        fields: Any = self
        for field in fields:
            field.id = field.label.field_id = f"{begins}-{field.id}"


class EditForm(SentForm):
    """Make it from the rows (`obj` or `data`) also when it is sent: that tells what has changed since.

    A form that doesn't say what it was made from (a script's) is taken as it is. `version`, where a form has one, and
    `is_outdated` catch up with changes that no field shows.
    """

    seen = HiddenField()
    stale = False

    def process(self, *args: Any, **options: Any) -> None:
        super().process(*args, **options)
        # Nothing was sent, or what was typed comes back without what the form was made from.
        if self.seen.raw_data is None or not (self.seen.raw_data or self.is_submitted()):
            self.remember()

    def remember(self) -> None:
        """Tell, hidden in the form, what the rows hold now."""
        self.seen.raw_data = None
        self.seen.data = json.dumps({field.name: _digest(field.object_data) for field in _leaves(self)})

    def validate(self, extra_validators: Any = None) -> bool:
        good = bool(super().validate(extra_validators))
        # Without digests nothing could be shown but that something has changed: faults come first.
        return self.require_fresh() and good if good or self._seen() else False

    def require_fresh(self) -> bool:
        """False where the rows have changed since the form was made; the form then tells what has, and is made anew."""
        seen = self._seen()
        fields = [field for field in _leaves(self) if seen.get(field.name, "") not in ("", _digest(field.object_data))]
        self.stale = bool(fields) or (not seen and self.is_outdated())
        for field in fields:
            field.saved_meanwhile = in_words(field)
            if seen[field.name] == _digest(field.data):
                field.raw_data = None
                field.process_data(field.object_data)
        if self.stale:
            self.remember()
        version = self._fields.get("version")
        if version is not None and (self.stale or seen):
            version.raw_data, version.data = None, version.object_data
        return not self.stale

    def is_outdated(self) -> bool:
        """Whether a form without digests names another state than the rows are in."""
        version = self._fields.get("version")
        return version is not None and version.data is not None and version.data != version.object_data

    def changed_meanwhile(self) -> list[Field]:
        """The fields that somebody else changed since the form was made."""
        return [field for field in _leaves(self) if hasattr(field, "saved_meanwhile")]

    def names_of(self, fields: Iterable[Field]) -> list[str]:
        """What these fields are called where they stand alone, each name once."""
        return list(dict.fromkeys(self.name_of(field) for field in fields))

    def name_of(self, field: Field) -> str:
        return str(field.label.text)

    @property
    def status(self) -> int:
        """As of any form, and 409 where it was stale."""
        return 409 if self.stale else super().status

    def _seen(self) -> dict[str, str]:
        try:
            seen = json.loads(self.seen.data or "{}")
        except (ValueError, RecursionError):  # a script's
            return {}
        return seen if isinstance(seen, dict) else {}

    def entries(self) -> dict[str, Any]:
        """What was filled in: the form's data without what it says of itself."""
        return {name: value for name, value in self.data.items() if name not in OF_THE_FORM}


def hold(*rows: Any) -> None:
    """Keep others from changing these rows of one table until the transaction ends, where it is one that may write.

    Before a form is made from them: two who save at the same moment would both find that nothing has changed.
    """
    if not reading_only.get():
        lock(*rows)


def in_words(field: Field) -> str:
    """What the rows hold in this field, as the form would show it."""
    value = field.object_data
    choices = getattr(field, "choices", None)
    if choices:
        held = {_plain(each) for each in (value if isinstance(value, list | tuple | set) else [value])}
        return _(", ").join(str(choice.label) for choice in choices if _plain(choice.value) in held) or "–"
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return _plain(value).replace("T", " ") if isinstance(value, datetime) else _plain(value) or "–"


def _leaves(form: Any, *, all_of_them: bool = False) -> Iterator[Field]:
    for field in form:
        if isinstance(field, FormField):
            yield from field
        elif all_of_them or (field.name not in OF_THE_FORM and not isinstance(field, FileField)):
            yield field


def _digest(value: Any) -> str:
    return hashlib.sha256(_plain(value).encode("utf-8", "replace")).hexdigest()[:12]


def _plain(value: Any) -> str:
    """The value as text, the same for what a row holds and for what a form without changes would send."""
    if value is None:
        return ""
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(timespec="minutes")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, list | tuple | set | frozenset):
        return "\n".join(sorted(_plain(each) for each in value))
    return str(value).replace("\r\n", "\n").strip()
