"""The form with which a role is given."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectChoice, SelectField
from wtforms.validators import InputRequired, Length

from rbc_events.accounts.models import Role
from rbc_events.editing import SentForm
from rbc_events.events.models import Event, Region
from rbc_events.form_fields import email_field, person_name
from rbc_events.i18n import plain

NAMES = ("family_kanji", "given_kanji", "family_latin", "given_latin")


class AppointForm(SentForm):
    email = email_field(_l("E-mail address"), InputRequired(), Length(max=254))
    family_kanji = person_name(_l("Family name (kanji)"))
    given_kanji = person_name(_l("Given name (kanji)"))
    family_latin = person_name(_l("Family name (Latin letters)"))
    given_latin = person_name(_l("Given name (Latin letters)"))
    language = SelectField(
        _l("Language of mails"), choices=[SelectChoice("ja", "日本語"), SelectChoice("en", "English")], default="ja"
    )
    responsibility = SelectField(_l("Responsible for"), [InputRequired()])

    def __init__(self, regions: Sequence[Region], events: Sequence[Event]) -> None:
        super().__init__()
        self.responsibility.choices = [
            SelectChoice("", _("Please choose")),
            SelectChoice("headquarters", _("Everything (headquarters)")),
            *(SelectChoice(f"event:{each.id}", plain(each.name), optgroup=_("An event")) for each in events),
            *(SelectChoice(f"region:{each.code}", plain(each.name), optgroup=_("A region")) for each in regions),
        ]

    def scope(self) -> dict[str, Any]:
        """The role and what it is for, as `appoint` takes them."""
        kind, _colon, number = str(self.responsibility.data).partition(":")
        if kind == "event":
            return {"role": Role.COORDINATOR, "event_id": int(number)}
        if kind == "region":
            return {"role": Role.COORDINATOR, "region_code": number}
        return {"role": Role.HEADQUARTERS}
