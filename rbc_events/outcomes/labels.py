"""What the choices of outcomes are called."""

import re
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from rbc_events import i18n
from rbc_events.outcomes.models import (
    Attribution,
    DateKind,
    EvidenceKind,
    OutcomeState,
    OutcomeType,
    Visibility,
)
from rbc_events.partial_dates import read_partial_date, show_partial_date

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
    Visibility.PARTICIPANTS: _l("Participants of the event"),
    Visibility.PARTIES: _l("The parties and staff"),
    Visibility.STAFF: _l("Staff alone"),
    Visibility.NAMED: _l("Named people, and headquarters"),
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
FIELDS = {
    "type": _l("Type"),
    "state": _l("State"),
    "signed_on": _l("Signed on"),
    "effective_on": _l("Effective from"),
    "reported_on": _l("Reported on"),
    "published_on": _l("Published on"),
    "other_dates": _l("Dates kept, not shown"),
    "parties": _l("Parties"),
    "roles": _l("Roles of the parties"),
    "seed": _l("About the seed"),
    "meetings": _l("Meetings"),
    "amount": _l("Amount"),
    "amount_basis": _l("Basis of the amount"),
    "amount_confidential": _l("The amount is confidential"),
    "jobs": _l("Jobs"),
    "subject_ja": _l("What it is about (Japanese)"),
    "subject_en": _l("What it is about (English)"),
    "place_ja": _l("Place (Japanese)"),
    "place_en": _l("Place (English)"),
    "attribution": _l("The programme's part"),
    "attribution_basis_ja": _l("On what grounds (Japanese)"),
    "attribution_basis_en": _l("On what grounds (English)"),
    "visibility": _l("Who may see it"),
    "readers": _l("Named people"),
    "embargo_until": _l("Not public before"),
    "deal_key": _l("Deal"),
    "note": _l("Note (staff alone)"),
    "evidence": _l("Evidence"),
    "joined": _l("Another record of the deal, joined to this one"),
    "verified": _l("Verified"),
}
"""What the fields are called that reports tell and changes keep."""


def told(field: str, text: str) -> str:
    """A value as reports and changes keep it, in words."""
    words: dict[str, dict[Any, Any]] = {
        "type": OUTCOME_TYPES,
        "state": OUTCOME_STATES,
        "attribution": ATTRIBUTIONS,
        "visibility": VISIBILITIES,
        "amount_confidential": {"True": _l("Yes"), "False": _l("No")},
    }
    if text and (field.endswith("_on") or field == "embargo_until"):
        return show_partial_date(*read_partial_date(text))
    if field == "verified" and text:
        return i18n.when(datetime.fromisoformat(text))
    if field == "amount":
        return re.sub(r"^\d+", lambda found: f"{int(found[0]):,}", text)
    if field in ("evidence", "other_dates"):
        return _named(text, EVIDENCE_KINDS if field == "evidence" else DATE_KINDS)
    if field == "joined" and text:
        kind, _comma, rest = text.partition(", ")
        return f"{OUTCOME_TYPES.get(OutcomeType(kind), kind)}, {rest}"
    return str(words.get(field, {}).get(text, text))


def _named(text: str, words: dict[Any, Any]) -> str:
    """Several kept values, each beginning with its kind, in words."""
    kinds = "|".join(words)
    return re.sub(rf"(^|[;,] )({kinds})\b", lambda found: f"{found[1]}{words[found[2]]}", text)
