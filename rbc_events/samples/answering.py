"""Answers of the fictional participants to the standard questions, as their profiles suggest: none is anybody's own."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from rbc_events.database import db
from rbc_events.events.models import Event
from rbc_events.registration.models import (
    Answer,
    JapanPresence,
    Organisation,
    OrganisationKind,
    Profile,
    Question,
    Registration,
    RegistrationState,
)
from rbc_events.registration.questions import add_standard_questions

ASIA = {"CN", "HK", "ID", "IN", "KR", "MY", "PH", "SG", "TH", "TW", "VN"}
NORTH_AMERICA = {"CA", "US"}
ELSEWHERE = {"AE", "AU", "BR", "CL", "IL", "JP", "KE", "MX", "NZ", "ZA"}
PARTNERS = {
    "local_company": "smes",
    "university": "universities",
    "university_venture": "smes",
    "research_institute": "research_institutes",
    "municipality": "municipalities",
    "foreign_company": "large_companies",
    "foreign_affiliated": "large_companies",
}


def answer_standard_questions(event: Event) -> None:
    """Ask the standard questions at an event, and answer them for everybody approved."""
    add_standard_questions(event)
    questions = {
        question.key: question for question in db.session.scalars(select(Question).filter_by(event_id=event.id))
    }
    approved = (
        select(Registration)
        .filter_by(event_id=event.id, state=RegistrationState.APPROVED)
        .options(joinedload(Registration.organisation).joinedload(Organisation.profile))
    )
    for registration in db.session.scalars(approved):
        for key, value in _answers(registration.organisation).items():
            registration.answers.append(Answer(question=questions[key], value=value))


def _answers(organisation: Organisation) -> dict[str, Any]:
    profile = organisation.profile
    partners = {PARTNERS[kind] for kind in profile.partner_types if kind in PARTNERS}
    if "distribution" in profile.collaboration_modes:
        partners.add("distributors")
    answers: dict[str, Any] = {
        "industry": _industry(profile),
        "collaboration_status": _status(profile),
        "collaboration_partners": sorted(partners),
        "collaboration_challenges": _challenges(profile),
    }
    if organisation.kind in (OrganisationKind.FOREIGN_COMPANY, OrganisationKind.FOREIGN_AFFILIATED):
        answers["parent_region"] = _region(organisation.country)
    return {key: value for key, value in answers.items() if value}


def _industry(profile: Profile) -> str:
    if "manufacturing" in profile.collaboration_modes or "joint_development" in profile.collaboration_modes:
        return "manufacturing"
    return "retail" if "distribution" in profile.collaboration_modes else "services"


def _status(profile: Profile) -> str:
    """Who has an office or subsidiary in Japan works with somebody there; others think of it, or not yet."""
    match profile.japan_presence:
        case JapanPresence.OFFICE | JapanPresence.SUBSIDIARY:
            return "implemented"
        case JapanPresence.AGENT:
            return "past"
    return "neither" if profile.stage in ("research", "prototype") else "considering"


def _challenges(profile: Profile) -> list[str]:
    """Who isn't in Japan has to learn who could be a partner, who has no Japanese needs people, others name neither."""
    found = []
    if profile.japan_presence in (None, JapanPresence.NONE):
        found.append("information")
    if "ja" not in profile.languages:
        found.append("system")
    return found or ["other"]


def _region(country: str) -> str:
    if country in ASIA:
        return "asia"
    if country in NORTH_AMERICA:
        return "north_america"
    return "other" if country in ELSEWHERE else "europe"
