"""The forms of what an organisation says of itself: profile, offers and needs."""

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Field, SelectChoice, SelectField, TextAreaField

from rbc_events import cells
from rbc_events.events.models import Region
from rbc_events.form_fields import CheckboxesField, reads
from rbc_events.i18n import in_brackets, language_name, plain
from rbc_events.registration.fields import Versioned, choices, paragraph, tidy
from rbc_events.registration.fitting import profile_words, unasked
from rbc_events.registration.labels import (
    COLLABORATION_MODES,
    LABELS,
    ORIGINS,
    PROFILE_TEXTS,
)
from rbc_events.registration.models import (
    JapanPresence,
    Organisation,
    OrganisationKind,
    Origin,
    Stage,
    Statement,
    StatementKind,
)

COMMON_LANGUAGES = ("ja", "en", "zh", "ko", "de", "fr", "es", "it", "pt", "nl", "fi", "sv", "da", "he", "vi", "th")
MOST_ITEMS = 10
NO_TEXT = "-"


class ProfileForm(Versioned):
    """What the organisation says of itself. Every text stands in two columns, with where its words come from."""

    stage = SelectField(_l("Stage of development"))
    japan_presence = SelectField(_l("Presence in Japan"))
    partner_types = CheckboxesField(_l("Partners sought"), choices=choices(OrganisationKind))
    collaboration_modes = CheckboxesField(
        _l("Forms of collaboration sought"),
        choices=[SelectChoice(code, words) for code, words in COLLABORATION_MODES.items()],
    )
    target_regions = CheckboxesField(_l("Regions of interest"), description=_l("Leave empty for all of Japan."))
    languages = CheckboxesField(_l("Languages spoken"))

    def __init__(self, regions: list[Region], organisation: Organisation, **options: Any) -> None:
        super().__init__(**options)
        self.kind = organisation.kind
        nothing = SelectChoice("", _l("Not applicable"))
        self.stage.choices = [nothing, *choices(Stage)]
        self.japan_presence.choices = [nothing, *choices(JapanPresence)]
        self.target_regions.choices = [SelectChoice(region.code, plain(region.name)) for region in regions]
        self.languages.choices = language_choices(options.get("obj"))
        self.languages.flags.required = True  # to be sent in; the page may be saved without
        for name in unasked(organisation):
            for field in [field for field in self._fields if field.startswith(name)]:
                delattr(self, field)

    def texts(self) -> list[tuple[str, Any, Any, list[tuple[str, Field, Field]]]]:
        """(name, title, help, [(language, text, origin)]) for each text."""
        return [
            (
                name,
                *profile_words(name, self.kind),
                [(code, self[f"{name}_{code}"], self[f"{name}_{code}_origin"]) for code in ("ja", "en")],
            )
            for name in PROFILE_TEXTS
            if f"{name}_ja" in self
        ]

    def name_of(self, field: Field) -> str:
        name = field.name.removesuffix("_origin")[:-3]
        words = profile_words(name, self.kind) if name in PROFILE_TEXTS else None
        return f"{words[0]}{in_brackets(str(field.label.text))}" if words else super().name_of(field)

    def fields(self) -> dict[str, Any]:
        """The profile's columns. `origins` keeps only what isn't human."""
        data = self.entries()
        origins = {name.removesuffix("_origin"): data.pop(name) for name in list(data) if name.endswith("_origin")}
        data["origins"] = {name: origin for name, origin in origins.items() if origin != Origin.HUMAN and data[name]}
        data["stage"] = Stage(data["stage"]) if data["stage"] else None
        if "japan_presence" in data:
            data["japan_presence"] = JapanPresence(data["japan_presence"]) if data["japan_presence"] else None
        return data


ORIGIN_CHOICES = [SelectChoice(origin.value, words) for origin, words in ORIGINS.items()]
for _name in PROFILE_TEXTS:
    for _code in ("ja", "en"):
        setattr(ProfileForm, f"{_name}_{_code}", paragraph(_l("Japanese") if _code == "ja" else _l("English")))
        setattr(ProfileForm, f"{_name}_{_code}_origin", SelectField(_l("Origin"), choices=ORIGIN_CHOICES))


def language_choices(profile: Any) -> list[SelectChoice]:
    """The usual languages, and whichever else the profile has."""
    known = [code for code in (profile.languages if profile else ()) if code not in COMMON_LANGUAGES]
    return [SelectChoice(code, language_name(code)) for code in (*COMMON_LANGUAGES, *known)]


class StatementsForm(Versioned):
    """Offers, needs and so on, one a line; the n-th Japanese line belongs to the n-th English one, and a hyphen
    stands for a text that isn't there. Where the words come from is told for all lines of a field; left open, each
    line keeps what it was."""

    def __init__(self, statements: Sequence[Statement], **options: Any) -> None:
        super().__init__(**options, data=_lines_of(statements))
        for kind in StatementKind:
            for code in ("ja", "en"):
                field = self[f"{kind}_{code}_origin"]
                mixed = len(_origins_of(statements, kind, code)) > 1
                field.choices = [SelectChoice("", _l("As before, line by line"))] * mixed + ORIGIN_CHOICES

    def name_of(self, field: Field) -> str:
        kind = StatementKind(field.name.partition("_")[0])
        return f"{LABELS[kind]}{in_brackets(str(field.label.text))}"

    def pairs(self) -> dict[StatementKind, list[tuple[str, str]]]:
        """The texts by kind, as (Japanese, English)."""
        return {
            kind: list(zip_longest(self.lines(kind, "ja"), self.lines(kind, "en"), fillvalue=""))
            for kind in StatementKind
        }

    def origins(self) -> dict[StatementKind, tuple[Origin | None, Origin | None]]:
        """Where the words of a kind come from, in Japanese and in English; None where it is left open."""

        def chosen(kind: StatementKind, code: str) -> Origin | None:
            value = self[f"{kind}_{code}_origin"].data
            return Origin(value) if value else None

        return {kind: (chosen(kind, "ja"), chosen(kind, "en")) for kind in StatementKind}

    def lines(self, kind: StatementKind, code: str) -> list[str]:
        lines = [each.strip() for each in (self[f"{kind}_{code}"].data or "").split("\n") if each.strip()]
        return ["" if each == NO_TEXT else each for each in lines]

    def validate(self, extra_validators: Any = None) -> bool:
        good = bool(super().validate(extra_validators))
        for kind in StatementKind:
            ja, en = self.lines(kind, "ja"), self.lines(kind, "en")
            if ja and en and len(ja) != len(en):
                message = _l(
                    "Lines in Japanese: %(ja)s, in English: %(en)s. Each line needs its counterpart.",
                    ja=len(ja),
                    en=len(en),
                )
                self[f"{kind}_en"].errors = [*self[f"{kind}_en"].errors, message]
                good = False
            if max(len(ja), len(en)) > MOST_ITEMS:
                self[f"{kind}_ja"].errors = [_l("At most %(count)s lines.", count=MOST_ITEMS)]
                good = False
        return good


for _kind in StatementKind:
    for _code in ("ja", "en"):
        _label = _l("Japanese") if _code == "ja" else _l("English")
        _field = TextAreaField(_label, [reads(cells.items(300))], filters=[tidy], render_kw={"rows": 4})
        setattr(StatementsForm, f"{_kind}_{_code}", _field)
        setattr(StatementsForm, f"{_kind}_{_code}_origin", SelectField(_l("Origin"), choices=ORIGIN_CHOICES))


def _lines_of(statements: Sequence[Statement]) -> dict[str, str]:
    """What the form shows of the statements that are there."""
    data = {}
    for kind in StatementKind:
        rows = [row for row in statements if row.kind == kind]
        for code in ("ja", "en"):
            texts = [getattr(row, f"text_{code}") for row in rows]
            data[f"{kind}_{code}"] = "\n".join(text or NO_TEXT for text in texts) if any(texts) else ""
            origins = _origins_of(statements, kind, code)
            data[f"{kind}_{code}_origin"] = origins.pop() if len(origins) == 1 else "" if origins else Origin.HUMAN
    return data


def _origins_of(statements: Sequence[Statement], kind: StatementKind, code: str) -> set[Origin]:
    return {getattr(row, f"origin_{code}") for row in statements if row.kind == kind and getattr(row, f"text_{code}")}
