"""Deleting what was begun and never confirmed: nobody has agreed that we keep it."""

import logging
from datetime import datetime

from sqlalchemy import delete, exists, select
from sqlalchemy.exc import IntegrityError

from rbc_events.accounts.models import Grant, User
from rbc_events.database import db
from rbc_events.registration import uploads
from rbc_events.registration.mails import KEPT
from rbc_events.registration.models import (
    Delegate,
    Membership,
    Organisation,
    Profile,
    Registration,
    UnsavedEntries,
    Upload,
)

log = logging.getLogger(__name__)


def forget_unconfirmed(*, now: datetime) -> int:
    """Delete registrations that nobody has confirmed or changed for 30 days, with the organisation that was made for
    them, its files, and accounts that were never used. What a coordinator registered stays. Returns how many."""
    before = now - KEPT
    old = (
        select(Registration)
        .join(Profile, Profile.organisation_id == Registration.organisation_id)
        .where(
            uploads.never_confirmed(),
            Registration.registered_by_id.is_(None),
            Registration.created_at < before,
            Profile.updated_at < before,
            ~exists().where(Membership.organisation_id == Registration.organisation_id),
            ~exists().where(UnsavedEntries.registration_id == Registration.id, UnsavedEntries.at >= before),
        )
    )
    return sum(_forget(registration) for registration in db.session.scalars(old).all())


def _forget(registration: Registration) -> bool:
    organisation = registration.organisation
    addresses = [delegate.email for delegate in registration.delegates]
    try:
        with db.session.begin_nested():
            db.session.delete(registration)
            db.session.flush()
            if not db.session.scalar(select(exists().where(Registration.organisation_id == organisation.id))):
                _forget_organisation(organisation)
            _forget_unused_accounts(addresses)
    except IntegrityError:  # somebody refers to it by now, in an outcome or a merge: then it is no mere draft
        log.warning("a draft of organisation %s can't be deleted: something refers to it", organisation.id)
        return False
    return True


def _forget_organisation(organisation: Organisation) -> None:
    for upload in db.session.scalars(select(Upload).filter_by(organisation_id=organisation.id)).all():
        uploads.remove(upload)
    db.session.expire(organisation)
    db.session.delete(organisation)
    db.session.flush()


def _forget_unused_accounts(addresses: list[str]) -> None:
    """Accounts that were made for the draft's mailed link, which nobody opened."""
    used = (exists().where(table.user_id == User.id) for table in (Membership, Delegate, Grant))
    db.session.execute(
        delete(User).where(
            User.email.in_(addresses),
            User.email_confirmed_at.is_(None),
            User.password_hash == "",
            ~exists().where(Delegate.email == User.email),
            *(~each for each in used),
        )
    )
