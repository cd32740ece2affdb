"""Support cases: the public account of how outcomes came about, and the facts and sources that it rests on."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Column, ForeignKey, Table, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from rbc_events.database import BothLanguages, Identified, Model, Versioned, db
from rbc_events.events.models import Programme
from rbc_events.outcomes.models import Outcome, Source

support_case_outcomes = Table(
    "support_case_outcomes",
    db.metadata,
    Column("support_case_id", ForeignKey("support_cases.id", ondelete="CASCADE"), primary_key=True),
    Column("outcome_id", ForeignKey("outcomes.id"), primary_key=True, index=True),
)


class SupportCase(Identified, Versioned, Model):
    """A public account of how an outcome came about, in both languages, made from the records."""

    __tablename__ = "support_cases"

    key: Mapped[str] = mapped_column(unique=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"), index=True)
    title_ja: Mapped[str]
    title_en: Mapped[str]
    summary_ja: Mapped[str] = mapped_column(default="")
    summary_en: Mapped[str] = mapped_column(default="")
    background_ja: Mapped[str] = mapped_column(default="")
    background_en: Mapped[str] = mapped_column(default="")
    support_ja: Mapped[str] = mapped_column(default="")
    support_en: Mapped[str] = mapped_column(default="")
    result_ja: Mapped[str] = mapped_column(default="")
    result_en: Mapped[str] = mapped_column(default="")
    published_at: Mapped[datetime | None]
    title = BothLanguages()
    summary = BothLanguages()
    background = BothLanguages()
    support = BothLanguages()
    result = BothLanguages()

    programme: Mapped[Programme] = relationship()
    outcomes: Mapped[list[Outcome]] = relationship(secondary=support_case_outcomes, order_by=Outcome.id)
    facts: Mapped[list["CaseFact"]] = relationship(
        back_populates="case", order_by="CaseFact.position", cascade="all, delete-orphan"
    )

    __table_args__ = (CheckConstraint("title_ja <> '' AND title_en <> ''", name="both_titles"),)


class CaseFact(Identified, Model):
    """One fact of a support case as one source states it. Sources that differ are kept; `preferred` is shown first."""

    __tablename__ = "case_facts"
    __table_args__ = (UniqueConstraint("case_id", "position"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("support_cases.id", ondelete="CASCADE"))
    position: Mapped[int]
    topic: Mapped[str]  # facts with one topic and one text are one statement with several sources
    label_ja: Mapped[str] = mapped_column(default="")
    label_en: Mapped[str] = mapped_column(default="")
    text_ja: Mapped[str]
    text_en: Mapped[str]
    fiscal_year: Mapped[int | None]
    preferred: Mapped[bool] = mapped_column(default=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id"), index=True)
    label = BothLanguages()
    text = BothLanguages()

    case: Mapped[SupportCase] = relationship(back_populates="facts")
    source: Mapped[Source] = relationship()
