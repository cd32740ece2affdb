"""What the codes of registrations are called on pages. `label(code)` takes an enum's member."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from rbc_events.registration.models import (
    ConsentKind,
    JapanPresence,
    OrganisationKind,
    Origin,
    RegistrationState,
    Stage,
    StatementKind,
)

COLLABORATION_MODES = {
    "poc": _l("Proof of concept"),
    "joint_research": _l("Joint research"),
    "joint_development": _l("Joint development"),
    "collaboration": _l("Collaboration agreement"),
    "licence": _l("Licence"),
    "distribution": _l("Distribution or sales"),
    "manufacturing": _l("Manufacturing"),
    "investment": _l("Investment"),
    "joint_venture": _l("Joint venture"),
    "office": _l("Opening an office in Japan"),
}

LABELS: dict[Any, Any] = {
    OrganisationKind.FOREIGN_COMPANY: _l("Foreign company"),
    OrganisationKind.FOREIGN_AFFILIATED: _l("Foreign-affiliated company"),
    OrganisationKind.LOCAL_COMPANY: _l("Local company"),
    OrganisationKind.UNIVERSITY: _l("University"),
    OrganisationKind.RESEARCH_INSTITUTE: _l("Research institute"),
    OrganisationKind.UNIVERSITY_VENTURE: _l("University venture"),
    OrganisationKind.MUNICIPALITY: _l("Municipality"),
    Stage.RESEARCH: _l("Research"),
    Stage.PROTOTYPE: _l("Prototype"),
    Stage.PILOT: _l("Pilot"),
    Stage.MARKET: _l("On the market"),
    Stage.SCALING: _l("Scaling up"),
    JapanPresence.NONE: _l("None yet"),
    JapanPresence.AGENT: _l("An agent or distributor"),
    JapanPresence.OFFICE: _l("An office"),
    JapanPresence.SUBSIDIARY: _l("A subsidiary"),
    StatementKind.OFFER: _l("Offers"),
    StatementKind.NEED: _l("Needs"),
    StatementKind.SEED: _l("Technology seeds"),
    StatementKind.CHALLENGE: _l("Challenges"),
    RegistrationState.DRAFT: _l("Draft"),
    RegistrationState.UNCONFIRMED: _l("Address not confirmed"),
    RegistrationState.SUBMITTED: _l("Waiting for screening"),
    RegistrationState.ASKED_BACK: _l("Asked back"),
    RegistrationState.WAITLISTED: _l("On the waiting list"),
    RegistrationState.APPROVED: _l("Approved"),
    RegistrationState.DECLINED: _l("Not accepted"),
    RegistrationState.WITHDRAWN: _l("Withdrawn"),
    ConsentKind.PUBLICATION: _l("Publication"),
    ConsentKind.SHARING: _l("Sharing with partners"),
    ConsentKind.OVERSEAS_TRANSFER: _l("Transfer to other countries"),
    ConsentKind.ADDRESSES: _l("Addresses in invitations"),
    ConsentKind.DECLARATION: _l("Declarations"),
}

# A table of their own: two enums have a value "approved", which as keys of one table would be equal.
ORIGINS = {
    Origin.HUMAN: _l("Written by a person"),
    Origin.MACHINE: _l("Machine translation"),
    Origin.APPROVED: _l("Machine translation, approved"),
}

# The texts of a profile: title and what to write.
PROFILE_TEXTS = {
    "summary": (_l("Summary"), _l("What you do, in two or three sentences. It stands in the list of participants.")),
    "technology": (_l("Technology or product"), _l("What it does, and figures that show it.")),
    "intellectual_property": (_l("Intellectual property"), _l("Patents, applications, know-how.")),
    "social_issue": (_l("Social issue that it answers"), _l("Whose difficulty it solves, and where.")),
    "japan_plan": (_l("Plans for Japan"), _l("What you intend to do in Japan, and when.")),
    "decision_maker": (_l("Who decides"), _l("Who decides on a collaboration, and how.")),
}

# What a technology seed says beyond its text.
PATENT_STATES = {
    "none": _l("No application"),
    "applied": _l("Applied for"),
    "granted": _l("Granted"),
}
LICENCES = {
    "open": _l("Can be licensed"),
    "exclusive": _l("Exclusive licence possible"),
    "negotiable": _l("To be discussed"),
    "no": _l("Not for licence"),
}
SEED_DETAILS = {
    "researcher": _l("Researcher"),
    "owner": _l("Owner of the rights"),
    "patent": _l("State of the patent"),
    "readiness": _l("Technology readiness level (1 to 9)"),
    "licence": _l("Licence"),
}


@dataclass(frozen=True)
class ConsentText:
    title: Any
    text: Any
    needed: bool  # without it the organisation can't take part


CONSENTS = {
    ConsentKind.PUBLICATION: ConsentText(
        _l("I agree that our profile is published"),
        _l(
            "Name, kind, sector, country, region and regions of interest, stage, languages, website, summary, and what "
            "you offer and look for may be shown to the public on the event's pages. "
            "Names and addresses of people are never published."
        ),
        False,
    ),
    ConsentKind.SHARING: ConsentText(
        _l("I agree that our data are shared with the other participants"),
        _l(
            "Approved participants, the interpreters and the staff of the event see the profile; those you meet also "
            "see the names of your delegates. Without this consent no meetings can be arranged."
        ),
        True,
    ),
    ConsentKind.OVERSEAS_TRANSFER: ConsentText(
        _l("I agree that personal data are provided to participants in other countries"),
        _l(
            "Names and positions of your delegates are shown to the organisations that you meet, in Japan or abroad; "
            "the list of participants names each one's country. Personal data there are protected by that country's "
            "law, about which Japan's Personal Information Protection Commission publishes surveys. Meetings between "
            "Japan and other countries need this consent."
        ),
        True,
    ),
    ConsentKind.ADDRESSES: ConsentText(
        _l("I agree that those we meet see our delegates' mail addresses in calendar invitations"),
        _l(
            "Where both sides agree, the invitation to a meeting names the delegates of both sides with their mail "
            "addresses, so that calendars show who comes. Otherwise each person's invitation names that person alone. "
            "This holds for the invitations that are sent from then on."
        ),
        False,
    ),
    ConsentKind.DECLARATION: ConsentText(
        _l("We declare that what we state is true and that we keep the rules of the event"),
        _l(
            "We have no relations with antisocial forces, may make these statements for the organisation, and treat "
            "what we learn in meetings with care."
        ),
        True,
    ),
}


def seed_details(details: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(title, words) of a seed's details that are there."""
    words: dict[str, Mapping[str, Any]] = {"patent": PATENT_STATES, "licence": LICENCES}
    return [
        (str(title), str(words.get(name, {}).get(details[name], details[name])))
        for name, title in SEED_DETAILS.items()
        if details.get(name) not in (None, "")
    ]


def label(code: Any) -> str:
    """The page's word for a code; empty for None. Forms of collaboration have their own words above."""
    return "" if code is None else str(LABELS[code])
