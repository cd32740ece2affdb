"""The words of seeds."""

from typing import Any

from flask_babel import lazy_gettext as _l

from rbc_events.seeds.models import Disclosure

DISCLOSURES: dict[Any, Any] = {
    Disclosure.PUBLIC: _l("Everybody"),
    Disclosure.PARTICIPANTS: _l("Participants of the same event"),
    Disclosure.NDA: _l("After a non-disclosure agreement"),
}
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
READINESS = {
    1: _l("1: basic principles observed"),
    2: _l("2: concept formulated"),
    3: _l("3: concept proven by experiment"),
    4: _l("4: validated in the laboratory"),
    5: _l("5: validated in a relevant environment"),
    6: _l("6: demonstrated in a relevant environment"),
    7: _l("7: prototype demonstrated in use"),
    8: _l("8: complete and qualified"),
    9: _l("9: proven in use"),
}
"""The technology readiness levels of ISO 16290."""
