"""What the codes of registrations are called on pages. `label(code)` takes an enum's member or a collaboration mode."""

from typing import Any

from flask_babel import lazy_gettext as _l

from rbc_events.registration.models import (
    ConsentKind,
    JapanPresence,
    OrganisationKind,
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
    ConsentKind.DECLARATION: _l("Declarations"),
}


def label(code: Any) -> str:
    """The page's word for a code; empty for None."""
    if code is None:
        return ""
    return str(LABELS[code] if code in LABELS else COLLABORATION_MODES[code])
