from flask_babel import lazy_gettext as _l

from rbc_events.audit import Kind

AUDIT_KINDS = {
    Kind.SIGNED_IN: _l("Signed in"),
    Kind.SIGN_IN_FAILED: _l("Sign-in failed"),
    Kind.SIGNED_OUT: _l("Signed out"),
    Kind.ROLE_GIVEN: _l("Role given"),
    Kind.ROLE_TAKEN: _l("Role taken away"),
    Kind.SAW: _l("Looked at"),
    Kind.CHANGED: _l("Changed"),
    Kind.EXPORTED: _l("Taken out as a file"),
    Kind.REFUSED: _l("Refused"),
}
