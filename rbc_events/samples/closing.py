"""Closing the sample accounts of an installation that has become a real one."""

from datetime import datetime

from sqlalchemy import delete, select

from rbc_events.accounts.models import SignIn, User
from rbc_events.accounts.operations import WAYS_IN, end_links
from rbc_events.database import db
from rbc_events.samples.notices import take_notices_off


def close_sample_accounts(*, now: datetime) -> int:
    """Take password, roles, sign-ins and mailed links from every sample account, and the sample's notices off the site;
    returns how many accounts could be used."""
    users = list(db.session.scalars(select(User).filter_by(is_sample=True, active=True)))
    for user in users:
        user.active = False
        user.password_hash = ""
        user.grants.clear()
        end_links(user, *WAYS_IN, now=now)
        db.session.execute(delete(SignIn).where(SignIn.user_id == user.id))
    take_notices_off()
    db.session.flush()
    return len(users)
