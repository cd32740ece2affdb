from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from rbc_events.accounts.models import User
from rbc_events.database import Identified, Model, choice
from rbc_events.durable import Printed, Step
from rbc_events.events.models import Event


class ReportRun(Identified, Printed, Model):
    """A report that somebody has printed in the background: of a fiscal year, of an event, or of all that they view.

    `total` and `done` count figures; `content` is the PDF.
    """

    __tablename__ = "report_runs"

    asked_by_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    language: Mapped[str]
    fiscal_year: Mapped[int | None]
    event_id: Mapped[int | None] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    state: Mapped[Step] = mapped_column(choice(Step), default=Step.QUEUED)

    asked_by: Mapped[User] = relationship()
    event: Mapped[Event | None] = relationship()
