"""What a registration still lacks before it can be sent, and what partners abroad will miss."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from rbc_events.registration.consent_texts import CONSENTS
from rbc_events.registration.fitting import needs_latin_name
from rbc_events.registration.models import ConsentKind, Organisation, Registration, StatementKind
from rbc_events.registration.participation import current_consents
from rbc_events.registration.questionnaire import unanswered

JAPANESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uff66-\uff9f]")  # kana and kanji


def missing(registration: Registration) -> list[tuple[str, Any]]:
    """(step, what is missing there), in the order of the steps; empty when it can be sent."""
    organisation, profile = registration.organisation, registration.organisation.profile
    found: list[tuple[str, Any]] = []
    if organisation.country == "JP" and not organisation.region_code:
        found.append(("organisation", _l("The prefecture")))
    if needs_latin_name(organisation):
        found.append(("organisation", _l("The name in Latin letters")))
    if not profile.summary:
        found.append(("profile", _l("A summary, in Japanese or English")))
    if not profile.languages:
        found.append(("profile", _l("The languages that you speak")))
    kinds = {statement.kind for statement in organisation.statements}
    if not kinds & {StatementKind.OFFER, StatementKind.SEED, StatementKind.NEED, StatementKind.CHALLENGE}:
        found.append(("offers", _l("At least one offer, need, seed or challenge")))
    if unanswered(registration):
        found.append(("questions", _l("Answers to the required questions")))
    given = current_consents(registration)
    found += [("consents", CONSENTS[kind].title) for kind in ConsentKind if CONSENTS[kind].needed and kind not in given]
    return found


@dataclass(frozen=True)
class Wish:
    """Something that a registration may lack: what for, and where it is filled in."""

    step: str
    what: Any
    why: Any
    met: bool


def _states(*kinds: StatementKind) -> Callable[[Organisation], bool]:
    return lambda organisation: any(statement.kind in kinds for statement in organisation.statements)


def _tells(*names: str) -> Callable[[Organisation], bool]:
    return lambda organisation: any(getattr(organisation.profile, name) for name in names)


# (step, what, why, whether it is there)
WISHES: tuple[tuple[str, Any, Any, Callable[[Organisation], bool]], ...] = (
    (
        "offers",
        _l("What you offer"),
        _l("Who looks for it gets you proposed."),
        _states(StatementKind.OFFER, StatementKind.SEED),
    ),
    (
        "offers",
        _l("What you look for"),
        _l("Who offers it is proposed to you."),
        _states(StatementKind.NEED, StatementKind.CHALLENGE),
    ),
    (
        "profile",
        _l("The summary in Japanese"),
        _l("Partners in the regions read Japanese first."),
        _tells("summary_ja"),
    ),
    ("profile", _l("The summary in English"), _l("Partners abroad read nothing else."), _tells("summary_en")),
    ("profile", _l("Technology or product"), _l("Figures tell partners whether it fits."), _tells("technology")),
    (
        "profile",
        _l("Social issue that it answers"),
        _l("Regions choose whom they meet by it."),
        _tells("social_issue"),
    ),
    (
        "profile",
        _l("Partners sought, forms of collaboration"),
        _l("Proposals follow them."),
        _tells("partner_types", "collaboration_modes"),
    ),
    (
        "organisation",
        _l("Website"),
        _l("It is where readers look next."),
        lambda organisation: bool(organisation.website),
    ),
)


def wishes(registration: Registration) -> list[Wish]:
    """What makes a registration worth more to its readers, beyond what it can't be sent without."""
    return [Wish(step, what, why, met=is_there(registration.organisation)) for step, what, why, is_there in WISHES]


def first_incomplete(registration: Registration) -> str:
    """The first step in which something is missing; the review once there is none."""
    return next((step for step, _what in missing(registration)), "review")


def unreadable_abroad(registration: Registration) -> list[str]:
    """The names, of the organisation and its delegates, that partners abroad will see in Japanese writing, because
    there is none in Latin letters."""
    name = registration.organisation.name.in_language("en")[0]
    return [each for each in (name, *(row.name_in("en") for row in registration.delegates)) if JAPANESE.search(each)]
