"""What the choices of relationships are called."""

from flask_babel import lazy_gettext as _l

from rbc_events.relationships.models import NoteAudience, RelationshipState, StageKind

STAGES = {
    StageKind.FIRST_MEETING: _l("First meeting"),
    StageKind.FOLLOW_UP: _l("Follow-up"),
    StageKind.NDA: _l("NDA"),
    StageKind.TRANSFER: _l("Material or data transfer"),
    StageKind.LOI_MOU: _l("LOI or MoU"),
    StageKind.POC: _l("Proof of concept"),
    StageKind.AGREEMENT: _l("Agreement"),
    StageKind.REALISED: _l("Realised"),
}
STATES = {
    RelationshipState.ACTIVE: _l("Going on"),
    RelationshipState.DORMANT: _l("Resting"),
    RelationshipState.CLOSED: _l("Ended"),
}
AUDIENCES = {
    NoteAudience.STAFF: _l("Staff alone"),
    NoteAudience.PARTIES: _l("All parties and staff"),
    NoteAudience.OWN: _l("Our organisation and staff"),
}
