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
    layout: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # where its table is: see `sheets.Layout`
    found: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # tabs, first rows, rows left out
    same: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)  # values that all rows have
    keys_of: Mapped[str] = mapped_column(default="", server_default="")  # whose keys it has; "": the event's sheets
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


class HeaderWord(Identified, Model):
    """Which column somebody of an office chose for a word in a header: the next sheet of the office has it already."""

    __tablename__ = "header_words"
    __table_args__ = (UniqueConstraint("office", "kind", "word"),)

    office: Mapped[str]  # see `remembering.office_of`
    kind: Mapped[str]
    word: Mapped[str]
    target: Mapped[str]
