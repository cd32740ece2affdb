"""Why a row of a file was left out, in words."""

from flask_babel import lazy_gettext as _l

from rbc_events.sheets import Skip

SKIPS = {
    Skip.HIDDEN: _l("hidden"),
    Skip.STRUCK: _l("struck through"),
    Skip.NOTE: _l("note"),
    Skip.SUM: _l("sum"),
    Skip.EXAMPLE: _l("example"),
}
