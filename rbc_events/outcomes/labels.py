"""What the choices of outcomes are called."""

from flask_babel import lazy_gettext as _l

from rbc_events.outcomes.models import (
    Attribution,
    DateKind,
    EvidenceKind,
    OutcomeState,
    OutcomeType,
    Visibility,
)

OUTCOME_TYPES = {
    OutcomeType.NDA: _l("Non-disclosure agreement (NDA)"),
    OutcomeType.MTA: _l("Material transfer agreement (MTA)"),
    OutcomeType.LOI_MOU: _l("Letter of intent or memorandum (LOI, MoU)"),
    OutcomeType.POC: _l("Proof of concept (PoC)"),
    OutcomeType.JOINT_RESEARCH: _l("Joint research agreement"),
    OutcomeType.JOINT_DEVELOPMENT: _l("Joint development agreement"),
    OutcomeType.COLLABORATION: _l("Collaboration agreement"),
    OutcomeType.LICENCE: _l("Licence agreement"),
    OutcomeType.DISTRIBUTION: _l("Distribution or sales agreement"),
    OutcomeType.MANUFACTURING: _l("OEM or manufacturing agreement"),
    OutcomeType.INVESTMENT: _l("Equity investment"),
    OutcomeType.ACQUISITION: _l("Merger or acquisition"),
    OutcomeType.JOINT_VENTURE: _l("Joint venture"),
    OutcomeType.OFFICE: _l("Office or subsidiary"),
    OutcomeType.OTHER: _l("Other"),
}
OUTCOME_STATES = {
    OutcomeState.EXPECTED: _l("Expected"),
    OutcomeState.AGREED: _l("Agreed"),
    OutcomeState.EXECUTED: _l("Executed"),
    OutcomeState.TERMINATED: _l("Terminated"),
}
ATTRIBUTIONS = {
    Attribution.ARRANGED: _l("The programme arranged it"),
    Attribution.CONTRIBUTED: _l("The programme contributed"),
    Attribution.REPORTED_ONLY: _l("Reported only"),
    Attribution.UNKNOWN: _l("Not known"),
}
VISIBILITIES = {
    Visibility.PUBLIC: _l("Everybody"),
    Visibility.PARTICIPANTS: _l("The parties and staff"),
    Visibility.STAFF: _l("Staff alone"),
}
EVIDENCE_KINDS = {
    EvidenceKind.SIGNED_COPY: _l("Signed copy"),
    EvidenceKind.LETTER: _l("Letter"),
    EvidenceKind.STATEMENTS: _l("Both sides' statement"),
    EvidenceKind.PRESS_RELEASE: _l("Press release"),
    EvidenceKind.OWN_REPORT: _l("Own report"),
}
DATE_KINDS = {
    DateKind.SIGNED: _l("Signed"),
    DateKind.EFFECTIVE: _l("Effective"),
    DateKind.REPORTED: _l("Reported"),
    DateKind.PUBLISHED: _l("Published"),
}
