from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, Column, ForeignKey, Index, Numeric, Table, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from rbc_events.accounts.models import User
from rbc_events.database import BothLanguages, Identified, Model, Versioned, choice, db
from rbc_events.events.models import Event, Programme
from rbc_events.kept_files import KeptFile
from rbc_events.meetings.models import Meeting
from rbc_events.partial_dates import Precision
from rbc_events.registration.models import Organisation
from rbc_events.relationships.models import Relationship
from rbc_events.seeds.models import SeedVersion


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
    """Who may see an outcome, from all to few: see `access.seen_outcomes`."""

    PUBLIC = "public"
    PARTICIPANTS = "participants"  # of its event
    PARTIES = "parties"  # and staff
    STAFF = "staff"
    NAMED = "named"  # the people in `readers`, who recorded it, and headquarters


outcome_meetings = Table(
    "outcome_meetings",
    db.metadata,
    Column("outcome_id", ForeignKey("outcomes.id", ondelete="CASCADE"), primary_key=True),
    Column("meeting_id", ForeignKey("meetings.id", ondelete="CASCADE"), primary_key=True, index=True),
)

outcome_readers = Table(
    "outcome_readers",
    db.metadata,
    Column("outcome_id", ForeignKey("outcomes.id", ondelete="CASCADE"), primary_key=True),
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True),
)


class Outcome(Identified, Versioned, Model):
    """What came of it: an agreement or a step towards one, on the way or done.

    Expected and executed outcomes are never added up together. A deal is one outcome however many report it: `nth`
    numbers the deals of one type in a relationship, so that the database refuses a second first one. `deal_key` is a
    name of the deal that sheets may give. An outcome hangs on a programme; event and meetings are known for some alone.
    """

    __tablename__ = "outcomes"

    key: Mapped[str | None] = mapped_column(unique=True)  # the importer's name for it
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"), index=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("events.id"), index=True)
    # Empty where an organisation acts on its own.
    relationship_id: Mapped[int | None] = mapped_column(ForeignKey("relationships.id", ondelete="SET NULL"))
    nth: Mapped[int] = mapped_column(default=1)
    type: Mapped[OutcomeType] = mapped_column(choice(OutcomeType))
    state: Mapped[OutcomeState] = mapped_column(choice(OutcomeState))
    deal_key: Mapped[str | None] = mapped_column(unique=True)
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
    seed_version_id: Mapped[int | None] = mapped_column(ForeignKey("seed_versions.id"), index=True)  # what it came of
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
    meetings: Mapped[list[Meeting]] = relationship(secondary=outcome_meetings, order_by=Meeting.id)
    readers: Mapped[list[User]] = relationship(secondary=outcome_readers, order_by=User.id)
    seed_version: Mapped[SeedVersion | None] = relationship()
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

    reports: Mapped[list["OutcomeReport"]] = relationship(
        back_populates="outcome", order_by="OutcomeReport.id", cascade="all, delete-orphan"
    )
    changes: Mapped[list["OutcomeChange"]] = relationship(
        back_populates="outcome", order_by="OutcomeChange.id", cascade="all, delete-orphan"
    )
    between: Mapped[Relationship | None] = relationship()

    __table_args__ = (
        CheckConstraint("(amount IS NULL) = (currency = '')", name="amount_has_currency"),
        UniqueConstraint("relationship_id", "type", "nth"),
    )


class OutcomeReport(Identified, Model):
    """What somebody told of an outcome: staff, or one of the parties.

    Reports that differ stand side by side until staff decide; `settled` names the fields of which they have.
    """

    __tablename__ = "outcome_reports"

    outcome_id: Mapped[int] = mapped_column(ForeignKey("outcomes.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)  # empty: staff
    key: Mapped[str | None] = mapped_column(unique=True)  # the importer's name for it
    told: Mapped[dict[str, str]] = mapped_column(JSON)
    settled: Mapped[list[str]] = mapped_column(JSON, default=list)
    reported_at: Mapped[datetime]
    reported_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    outcome: Mapped[Outcome] = relationship(back_populates="reports")
    organisation: Mapped[Organisation | None] = relationship()
    reported_by: Mapped[User | None] = relationship()


class OutcomeChange(Identified, Model):
    """One field of an outcome that somebody changed."""

    __tablename__ = "outcome_changes"

    outcome_id: Mapped[int] = mapped_column(ForeignKey("outcomes.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    field: Mapped[str]
    before: Mapped[str] = mapped_column(default="")
    after: Mapped[str] = mapped_column(default="")

    outcome: Mapped[Outcome] = relationship(back_populates="changes")
    by: Mapped[User | None] = relationship()


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
