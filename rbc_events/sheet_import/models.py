"""Sheets being checked and imported."""

from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from rbc_events.database import Identified, Model, choice
from rbc_events.durable import Durable, Step
from rbc_events.events.models import Event


class Purpose(StrEnum):
    CHECK = "check"
    IMPORT = "import"


class SheetRun(Identified, Durable, Model):
    """What was done last with an uploaded sheet: checked or imported, in a process of its own, and what came of it."""

    __tablename__ = "sheet_runs"
    __table_args__ = (UniqueConstraint("event_id", "kind", "digest"),)

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    kind: Mapped[str]
    digest: Mapped[str]  # of the file
    rows: Mapped[int]
    columns: Mapped[list[dict[str, str]]] = mapped_column(JSON)  # of the file: name, letter, an example
    chosen: Mapped[dict[str, str]] = mapped_column(JSON)  # the importer's column for each of the file's, or ""
    purpose: Mapped[Purpose] = mapped_column(choice(Purpose, "sheet_purpose"))
    state: Mapped[Step] = mapped_column(choice(Step, "sheet_step"), default=Step.QUEUED)
    done: Mapped[int] = mapped_column(default=0)  # rows
    report: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))

    event: Mapped[Event] = relationship()

    @property
    def faultless(self) -> bool:
        return self.state == Step.DONE and not self.report["faults"]

    @property
    def imported(self) -> bool:
        return self.purpose == Purpose.IMPORT and self.faultless
