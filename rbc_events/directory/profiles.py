"""An organisation's page in the directory: what of it each kind of reader sees."""

from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from rbc_events.directory import queries
from rbc_events.registration import uploads
from rbc_events.registration.models import Audience as AnswersFor
from rbc_events.registration.models import Registration, Upload, UploadKind
from rbc_events.registration.questionnaire import answers_of, questions_of


class Reader(StrEnum):
    """The public gets what the consent to publication names; participants the whole profile; those who have agreed to
    a meeting, and staff, also the people."""

    PUBLIC = "public"
    PARTICIPANT = "participant"
    PARTNER = "partner"


READERS = {
    Reader.PUBLIC: _l("The public"),
    Reader.PARTICIPANT: _l("Participants"),
    Reader.PARTNER: _l("Partners of a meeting"),
}


def profile_page(registration: Registration, reader: Reader) -> dict[str, Any]:
    """What `directory/_organisation.html` shows."""
    organisation = registration.organisation
    profile = organisation.profile
    page = {
        "organisation": organisation,
        "profile": profile,
        "sector": queries.sector(profile.sector_id),
        "regions": queries.region_names(profile.target_regions),
        "public": reader == Reader.PUBLIC,
    }
    if reader == Reader.PUBLIC:
        return page
    questions = [each for each in questions_of(registration.event) if each.visible_to == AnswersFor.PARTNERS]
    return {
        **page,
        "logo": _file(registration, UploadKind.LOGO),
        "deck": _file(registration, UploadKind.DECK),
        "questions": questions,
        "answers": answers_of(registration) if questions else {},
        "delegates": queries.delegates(registration) if reader == Reader.PARTNER else [],
    }


def _file(registration: Registration, kind: UploadKind) -> Upload | None:
    """The organisation's file of this kind; of an event that is over, none that came afterwards."""
    found = uploads.current(registration.organisation, kind)
    kept = registration.snapshot
    return None if found is not None and kept is not None and found.created_at > kept.taken_at else found
