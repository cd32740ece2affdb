"""What the choices of events are called."""

from flask_babel import lazy_gettext as _l

from rbc_events.events.models import BlockKind, Mode, PlaceKind, ProgrammeKind, Shape

PROGRAMME_KINDS = {
    ProgrammeKind.RBC: _l("Regional Business Conference"),
    ProgrammeKind.BUSINESS_CONNECT: _l("Business Connect"),
    ProgrammeKind.GOI: _l("Global Open Innovation"),
    ProgrammeKind.SUPPORT_CASE: _l("Support cases"),
}
SHAPES = {Shape.CONFERENCE: _l("Conference"), Shape.SEASON: _l("Season")}
MODES = {Mode.IN_PERSON: _l("In person"), Mode.ONLINE: _l("Online"), Mode.HYBRID: _l("In person and online")}
BLOCK_KINDS = {
    BlockKind.MEETINGS: _l("Meetings"),
    BlockKind.BREAK: _l("Break"),
    BlockKind.PROGRAMME: _l("Programme for all"),
}
PLACE_KINDS = {
    PlaceKind.TABLE: _l("Table"),
    PlaceKind.ROOM: _l("Room"),
    PlaceKind.VIRTUAL: _l("Virtual room"),
    PlaceKind.BOOTH: _l("Own booth"),
}
