from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric
from sqlalchemy.orm import Mapped, mapped_column, relationship

from rbc_events.accounts.models import User
from rbc_events.database import BothLanguages, Identified, Model, Versioned, choice, db
from rbc_events.events.models import Event, Programme
from rbc_events.kept_files import KeptFile
from rbc_events.meetings.models import Meeting
from rbc_events.partial_dates import Precision
from rbc_events.registration.models import Organisation


class Source(Identified, Model):
    """A publication that a fact is taken from."""

    __tablename__ = "sources"

    number: Mapped[int | None] = mapped_column(unique=True)
    title_ja: Mapped[str] = mapped_column(default="")
    title_en: Mapped[str] = mapped_column(default="")
    url: Mapped[str] = mapped_column(default="")
    title = BothLanguages()

    __table_args__ = (CheckConstraint("title_ja <> '' OR title_en <> ''", name="titled"),)


class OutcomeType(StrEnum):
    NDA = "nda"
    MTA = "mta"
    LOI_MOU = "loi_mou"
    POC = "poc"
    JOINT_RESEARCH = "joint_research"
    JOINT_DEVELOPMENT = "joint_development"
    COLLABORATION = "collaboration"
    LICENCE = "licence"
    DISTRIBUTION = "distribution"
    MANUFACTURING = "manufacturing"
    INVESTMENT = "investment"
    ACQUISITION = "acquisition"
    JOINT_VENTURE = "joint_venture"
    OFFICE = "office"
    OTHER = "other"


class OutcomeState(StrEnum):
    EXPECTED = "expected"
    AGREED = "agreed"
    EXECUTED = "executed"
    TERMINATED = "terminated"


class Attribution(StrEnum):
    ARRANGED = "arranged"
    CONTRIBUTED = "contributed"
    REPORTED_ONLY = "reported_only"
    UNKNOWN = "unknown"


class Visibility(StrEnum):
    PUBLIC = "public"
    PARTICIPANTS = "participants"
    STAFF = "staff"


class Outcome(Identified, Versioned, Model):
    """What came of it: an agreement or a step towards one, on the way or done.

    Expected and executed outcomes are never added up together. `deal_key` is shared by two sides' reports of one deal,
    so that it counts once. An outcome hangs on a programme; event and meeting are known for some alone.
    """

    __tablename__ = "outcomes"

    key: Mapped[str | None] = mapped_column(unique=True)  # the importer's name for it
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"), index=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("events.id"), index=True)
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meetings.id"), index=True)
    type: Mapped[OutcomeType] = mapped_column(choice(OutcomeType))
    state: Mapped[OutcomeState] = mapped_column(choice(OutcomeState))
    deal_key: Mapped[str | None] = mapped_column(index=True)
    subject_ja: Mapped[str] = mapped_column(default="")
    subject_en: Mapped[str] = mapped_column(default="")
    place_ja: Mapped[str] = mapped_column(default="")
    place_en: Mapped[str] = mapped_column(default="")
    amount: Mapped[float | None] = mapped_column(Numeric(18, 2))
    currency: Mapped[str] = mapped_column(default="")
    amount_basis: Mapped[str] = mapped_column(default="")
    amount_confidential: Mapped[bool] = mapped_column(default=True)
    jobs: Mapped[int | None]
    attribution: Mapped[Attribution] = mapped_column(choice(Attribution), default=Attribution.UNKNOWN)
    attribution_basis_ja: Mapped[str] = mapped_column(default="")
    attribution_basis_en: Mapped[str] = mapped_column(default="")
    visibility: Mapped[Visibility] = mapped_column(choice(Visibility), default=Visibility.STAFF)
    embargo_until: Mapped[date | None]
    note: Mapped[str] = mapped_column(default="")
    verified_at: Mapped[datetime | None]
    verified_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    subject = BothLanguages()
    place = BothLanguages()
    attribution_basis = BothLanguages()

    programme: Mapped[Programme] = relationship()
    event: Mapped[Event | None] = relationship()
    meeting: Mapped[Meeting | None] = relationship()
    verified_by: Mapped[User | None] = relationship(foreign_keys=[verified_by_id])
    parties: Mapped[list["OutcomeParty"]] = relationship(
        back_populates="outcome", order_by="OutcomeParty.position", cascade="all, delete-orphan"
    )
    dates: Mapped[list["OutcomeDate"]] = relationship(
        back_populates="outcome", order_by="OutcomeDate.kind, OutcomeDate.id", cascade="all, delete-orphan"
    )
    evidence: Mapped[list["Evidence"]] = relationship(
        back_populates="outcome", order_by="Evidence.id", cascade="all, delete-orphan"
    )

    __table_args__ = (CheckConstraint("(amount IS NULL) = (currency = '')", name="amount_has_currency"),)


class OutcomeParty(Identified, Model):
    """A party of an outcome: an organisation we know, or one that never registered, by name."""

    __tablename__ = "outcome_parties"

    outcome_id: Mapped[int] = mapped_column(ForeignKey("outcomes.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    name_ja: Mapped[str] = mapped_column(default="")
    name_en: Mapped[str] = mapped_column(default="")
    role_ja: Mapped[str] = mapped_column(default="")
    role_en: Mapped[str] = mapped_column(default="")
    position: Mapped[int] = mapped_column(default=0)
    name = BothLanguages()
    role = BothLanguages()

    outcome: Mapped[Outcome] = relationship(back_populates="parties")
    organisation: Mapped[Organisation | None] = relationship()

    __table_args__ = (
        CheckConstraint("organisation_id IS NOT NULL OR name_ja <> '' OR name_en <> ''", name="somebody"),
    )


class DateKind(StrEnum):
    SIGNED = "signed"
    EFFECTIVE = "effective"
    REPORTED = "reported"
    PUBLISHED = "published"


class OutcomeDate(Identified, Model):
    """One claim of a date with its precision and source. Claims that differ are all kept; one of a kind is shown."""

    __tablename__ = "outcome_dates"

    outcome_id: Mapped[int] = mapped_column(ForeignKey("outcomes.id", ondelete="CASCADE"), index=True)
    kind: Mapped[DateKind] = mapped_column(choice(DateKind))
    on: Mapped[date]  # the first day of the month or year where the day is not known
    precision: Mapped[Precision] = mapped_column(choice(Precision))
    shown: Mapped[bool] = mapped_column(default=True)
    source_id: Mapped[int | None] = mapped_column(ForeignKey("sources.id"))

    outcome: Mapped[Outcome] = relationship(back_populates="dates")
    source: Mapped[Source | None] = relationship()

    __table_args__ = (
        Index(
            "uq_outcome_dates_shown",
            "outcome_id",
            "kind",
            unique=True,
            sqlite_where=db.text("shown"),
            postgresql_where=db.text("shown"),
        ),
    )


class EvidenceKind(StrEnum):
    SIGNED_COPY = "signed_copy"
    LETTER = "letter"
    STATEMENTS = "statements"
    PRESS_RELEASE = "press_release"
    OWN_REPORT = "own_report"


class Evidence(Identified, Model):
    """What an outcome rests on. Files stay with staff; a public source is linked."""

    __tablename__ = "evidence"

    outcome_id: Mapped[int] = mapped_column(ForeignKey("outcomes.id", ondelete="CASCADE"), index=True)
    kind: Mapped[EvidenceKind] = mapped_column(choice(EvidenceKind))
    description: Mapped[str] = mapped_column(default="")
    source_id: Mapped[int | None] = mapped_column(ForeignKey("sources.id"))
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    outcome: Mapped[Outcome] = relationship(back_populates="evidence")
    source: Mapped[Source | None] = relationship()
    files: Mapped[list["EvidenceFile"]] = relationship(
        back_populates="evidence", order_by="EvidenceFile.id", cascade="all, delete-orphan"
    )


class EvidenceFile(KeptFile, Model):
    """A scan, a picture or a mail that staff keep of an outcome."""

    __tablename__ = "evidence_files"
    FOLDER = "evidence"

    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence.id", ondelete="CASCADE"), index=True)

    evidence: Mapped[Evidence] = relationship(back_populates="files")
