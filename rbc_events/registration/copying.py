"""What an event's copy has of its registration: questions and quotas; and, if wished, its organisations as drafts."""

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from rbc_events.database import db
from rbc_events.events.copying import Copying, copies
from rbc_events.registration.models import Delegate, Question, Quota, Registration, RegistrationState
from rbc_events.registration.participation import taking_part

ASKED = ("key", "position", "kind", "label_ja", "label_en", "help_ja", "help_en", "options", "shown_if", "required")
PERSON = ("family_latin", "given_latin", "family_kanji", "given_kanji", "family_kana", "given_kana")
PERSON_FIELDS = (*PERSON, "email", "title", "language", "time_zone", "contact", "position")


@copies
def copy_registration(copying: Copying) -> None:
    for question in db.session.scalars(select(Question).filter_by(event_id=copying.event.id)):
        fields = {name: getattr(question, name) for name in (*ASKED, "visible_to")}
        db.session.add(Question(event_id=copying.copy.id, **fields))
    for quota in db.session.scalars(select(Quota).filter_by(event_id=copying.event.id)):
        db.session.add(Quota(event_id=copying.copy.id, kind=quota.kind, places=quota.places))
    if copying.people:
        _copy_organisations(copying)


def _copy_organisations(copying: Copying) -> None:
    """Each that took part gets a draft with its delegates: it says anew that it comes, and gives its consents anew."""
    rows = select(Registration).where(taking_part(copying.event)).options(selectinload(Registration.delegates))
    for registration in db.session.scalars(rows):
        draft = Registration(
            event=copying.copy,
            organisation_id=registration.organisation_id,
            state=RegistrationState.DRAFT,
            created_at=copying.now,
        )
        for name in ("language", "capacity", "most_per_day", "attends"):
            setattr(draft, name, getattr(registration, name))
        draft.delegates = [
            Delegate(user_id=each.user_id, **{name: getattr(each, name) for name in PERSON_FIELDS})
            for each in registration.delegates
        ]
        db.session.add(draft)
    db.session.flush()
