"""What the codes of registrations are called."""

from typing import Any

from flask_babel import lazy_gettext as _l

from rbc_events.registration.models import (
    ConsentKind,
    JapanPresence,
    OrganisationKind,
    Origin,
    QuestionKind,
    RegistrationState,
    Stage,
    StatementKind,
    Step,
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
    Step.SEND: _l("Sent in"),
    Step.SEND_UNCONFIRMED: _l("Sent in, the address to be confirmed"),
    Step.CONFIRM: _l("Address confirmed"),
    Step.ANSWER: _l("Question answered"),
    Step.APPROVE: _l("Approved"),
    Step.WAITLIST: _l("Put on the waiting list"),
    Step.ASK_BACK: _l("Asked back"),
    Step.DECLINE: _l("Turned down"),
    Step.TAKE_BACK_CONSENT: _l("A needed consent taken back"),
    Step.WITHDRAW: _l("Withdrawn"),
    Step.RETURN: _l("Brought back"),
    Step.RETURN_AS_DRAFT: _l("Brought back as a draft"),
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

QUESTION_KINDS = {
    QuestionKind.TEXT: _l("Text"),
    QuestionKind.LONG_TEXT: _l("Long text"),
    QuestionKind.CHOICE: _l("One of several"),
    QuestionKind.CHOICES: _l("Several of several"),
    QuestionKind.NUMBER: _l("A number"),
    QuestionKind.FILE: _l("File"),
    QuestionKind.CONSENT: _l("Consent to tick"),
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
