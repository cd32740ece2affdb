"""Which questions fit whom. A form asks nobody what can't be theirs: a French firm for kana, a Japanese one for its
presence in Japan, a university for a sales plan."""

import unicodedata
from typing import Any

from flask_babel import lazy_gettext as _l

from rbc_events.registration.labels import PROFILE_TEXTS
from rbc_events.registration.models import Organisation, OrganisationKind

WRITES_KANJI = frozenset({"JP", "CN", "TW", "HK", "MO"})
RESEARCH = frozenset({OrganisationKind.UNIVERSITY, OrganisationKind.RESEARCH_INSTITUTE})
OF_ABROAD = ("japan_presence", "japan_plan")  # of a profile: asked of who isn't in Japan already
LICENSING = (
    _l("Licensing office"),
    _l("Which office handles licences and joint research, and who decides there."),
)


def writes_kanji(country: str | None) -> bool:
    return country in WRITES_KANJI


def is_latin(name: str) -> bool:
    """Whether every letter of a name is a Latin one, so that readers everywhere can read it."""
    return all("LATIN" in unicodedata.name(letter, "") for letter in name if letter.isalpha())


def needs_latin_name(organisation: Organisation) -> bool:
    """Readers abroad could not read the legal name. In Japan organisations may leave it at that."""
    return organisation.country != "JP" and not organisation.name_latin and not is_latin(organisation.name_native)


def asks_latin_name(organisation: Organisation) -> bool:
    return bool(organisation.name_latin) or not is_latin(organisation.name_native)


def profile_words(name: str, kind: OrganisationKind | None) -> tuple[Any, Any]:
    """What a text of the profile is called, and what to write, for a kind of organisation."""
    return LICENSING if name == "decision_maker" and kind in RESEARCH else PROFILE_TEXTS[name]


def profile_titles(kind: OrganisationKind | None = None) -> list[tuple[str, str]]:
    """(name, title) of each text of a profile."""
    return [(name, profile_title(name, kind)) for name in PROFILE_TEXTS]


def profile_title(name: str, kind: OrganisationKind | None = None) -> str:
    """What a text of a profile is called wherever it is asked for or shown."""
    return str(profile_words(name, kind)[0])


def unasked(organisation: Organisation) -> tuple[str, ...]:
    """The parts of a profile that an organisation isn't asked for."""
    return OF_ABROAD if organisation.country == "JP" else ()
