"""Who took which list out of the system, and when."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from rbc_events.accounts.models import User
from rbc_events.database import Identified, Model
from rbc_events.events.models import Event


class Export(Identified, Model):
    """One list that left as a file: from then on we don't know who reads it."""

    __tablename__ = "exports"

    event_id: Mapped[int | None] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    list: Mapped[str]
    filters: Mapped[dict[str, Any]] = mapped_column(JSON)  # as they stood in the page's address
    rows: Mapped[int]
    at: Mapped[datetime]

    event: Mapped[Event | None] = relationship()
    user: Mapped[User | None] = relationship()
