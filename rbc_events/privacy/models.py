from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from rbc_events.accounts.models import User
from rbc_events.database import Identified, Model


class ErasureRequest(Identified, Model):
    """A person asks that everything held on them be erased. It stays as proof that it was done, and names nobody."""

    __tablename__ = "erasure_requests"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), unique=True)
    asked_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    user: Mapped[User] = relationship(foreign_keys=[user_id])
