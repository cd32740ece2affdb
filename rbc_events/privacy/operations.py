"""Asking for erasure. Functions flush; the route commits."""

from datetime import datetime

from sqlalchemy import select

from rbc_events.accounts.models import User
from rbc_events.database import db
from rbc_events.privacy.models import ErasureRequest


def ask_for_erasure(user: User, *, now: datetime) -> ErasureRequest:
    """Ask once; asking again changes nothing."""
    asked = db.session.scalar(select(ErasureRequest).where(ErasureRequest.user_id == user.id))
    if asked is None:
        asked = ErasureRequest(user_id=user.id, asked_at=now)
        db.session.add(asked)
        db.session.flush()
    return asked


def take_back(user: User) -> None:
    """The person would rather stay, as long as nothing was erased."""
    asked = db.session.scalar(select(ErasureRequest).where(ErasureRequest.user_id == user.id))
    if asked is not None and asked.done_at is None:
        db.session.delete(asked)
        db.session.flush()
