from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.orm import relationship as related  # a column here is called relationship

from rbc_events.accounts.models import User
from rbc_events.database import BothLanguages, Identified, Model, Versioned, choice, db
from rbc_events.events.models import Event, Programme
from rbc_events.meetings.models import Meeting
from rbc_events.partial_dates import Precision
from rbc_events.registration.models import Organisation
from rbc_events.seeds.models import Seed


class RelationshipState(StrEnum):
    ACTIVE = "active"
    DORMANT = "dormant"
    CLOSED = "closed"


class Relationship(Identified, Versioned, Model):
    """What goes on between two or more organisations, across events and years: one record for all their reports.

    `parties_key` names the organisations (and the seed that it is about, if any) in a fixed order, so that the
    database keeps one record for them, whoever begins it: see `operations.parties_key`.
    """

    __tablename__ = "relationships"

    parties_key: Mapped[str] = mapped_column(unique=True)
    seed_id: Mapped[int | None] = mapped_column(ForeignKey("seeds.id", ondelete="SET NULL"), index=True)
    state: Mapped[RelationshipState] = mapped_column(choice(RelationshipState), default=RelationshipState.ACTIVE)
    state_reason: Mapped[str] = mapped_column(default="")
    next_step: Mapped[str] = mapped_column(default="")
    next_step_on: Mapped[date | None] = mapped_column(index=True)
    keeper_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))  # who of the staff looks after it
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    seed: Mapped[Seed | None] = related()
    keeper: Mapped[User | None] = related(foreign_keys=[keeper_id])
    parties: Mapped[list["RelationshipParty"]] = related(
        back_populates="relationship", order_by="RelationshipParty.position", cascade="all, delete-orphan"
    )
    stages: Mapped[list["StageReport"]] = related(
        back_populates="relationship", order_by="StageReport.on, StageReport.id", cascade="all, delete-orphan"
    )
    origins: Mapped[list["RelationshipOrigin"]] = related(
        back_populates="relationship", order_by="RelationshipOrigin.id", cascade="all, delete-orphan"
    )
    meetings: Mapped[list[Meeting]] = related(secondary="relationship_meetings", order_by=Meeting.id)
    notes: Mapped[list["RelationshipNote"]] = related(
        back_populates="relationship", order_by="RelationshipNote.id", cascade="all, delete-orphan"
    )
    tasks: Mapped[list["RelationshipTask"]] = related(
        back_populates="relationship", order_by="RelationshipTask.due_on", cascade="all, delete-orphan"
    )

    __table_args__ = (CheckConstraint("state = 'active' OR state_reason <> ''", name="reason_to_rest"),)


class RelationshipParty(Identified, Model):
    """A side of a relationship: an organisation we know, or one that never registered, by name."""

    __tablename__ = "relationship_parties"
    __table_args__ = (
        UniqueConstraint("relationship_id", "organisation_id"),
        CheckConstraint("organisation_id IS NOT NULL OR name_ja <> '' OR name_en <> ''", name="somebody"),
    )

    relationship_id: Mapped[int] = mapped_column(ForeignKey("relationships.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    name_ja: Mapped[str] = mapped_column(default="")
    name_en: Mapped[str] = mapped_column(default="")
    position: Mapped[int] = mapped_column(default=0)
    name = BothLanguages()

    relationship: Mapped[Relationship] = related(back_populates="parties")
    organisation: Mapped[Organisation | None] = related()


class RelationshipOrigin(Identified, Model):
    """A programme, and its event if any, in which a relationship grew: its coordinators look after it."""

    __tablename__ = "relationship_origins"
    __table_args__ = (
        UniqueConstraint("relationship_id", "event_id"),
        Index(
            "uq_relationship_origins_programme",
            "relationship_id",
            "programme_id",
            unique=True,
            sqlite_where=db.text("event_id IS NULL"),
            postgresql_where=db.text("event_id IS NULL"),
        ),
    )

    relationship_id: Mapped[int] = mapped_column(ForeignKey("relationships.id", ondelete="CASCADE"))
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"), index=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)

    relationship: Mapped[Relationship] = related(back_populates="origins")
    programme: Mapped[Programme] = related()
    event: Mapped[Event | None] = related()


class RelationshipMeeting(Model):
    """A meeting that belongs to a relationship, of whatever event or of none."""

    __tablename__ = "relationship_meetings"

    relationship_id: Mapped[int] = mapped_column(ForeignKey("relationships.id", ondelete="CASCADE"), primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id", ondelete="CASCADE"), primary_key=True, index=True)


class StageKind(StrEnum):
    """How far a relationship is. Stages can be skipped, and run side by side (an NDA and an MTA together)."""

    FIRST_MEETING = "first_meeting"
    FOLLOW_UP = "follow_up"
    NDA = "nda"
    TRANSFER = "transfer"  # of material or data
    LOI_MOU = "loi_mou"
    POC = "poc"
    AGREEMENT = "agreement"
    REALISED = "realised"


class StageReport(Identified, Model):
    """Somebody says that a stage was reached. Several may say it of one stage; those who differ stand side by side."""

    __tablename__ = "stage_reports"
    __table_args__ = (Index("ix_stage_reports_kind", "kind", "on"),)

    relationship_id: Mapped[int] = mapped_column(ForeignKey("relationships.id", ondelete="CASCADE"), index=True)
    kind: Mapped[StageKind] = mapped_column(choice(StageKind))
    on: Mapped[date | None]  # the first day of the month or year where the day is not known; empty: not known at all
    precision: Mapped[Precision] = mapped_column(choice(Precision), default=Precision.DAY)
    ended_on: Mapped[date | None]  # an NDA ends
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)  # empty: staff
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meetings.id", ondelete="SET NULL"), index=True)
    note: Mapped[str] = mapped_column(default="")
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    relationship: Mapped[Relationship] = related(back_populates="stages")
    organisation: Mapped[Organisation | None] = related()
    recorded_by: Mapped[User | None] = related(foreign_keys=[recorded_by_id])


class NoteAudience(StrEnum):
    STAFF = "staff"
    PARTIES = "parties"
    OWN = "own"  # the organisation that wrote it, and staff


class RelationshipNote(Identified, Model):
    __tablename__ = "relationship_notes"

    relationship_id: Mapped[int] = mapped_column(ForeignKey("relationships.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)  # empty: staff
    audience: Mapped[NoteAudience] = mapped_column(choice(NoteAudience), default=NoteAudience.STAFF)
    text: Mapped[str]
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    relationship: Mapped[Relationship] = related(back_populates="notes")
    organisation: Mapped[Organisation | None] = related()
    by: Mapped[User | None] = related()


class RelationshipTask(Identified, Versioned, Model):
    """Something that staff will do for a relationship by a day."""

    __tablename__ = "relationship_tasks"

    relationship_id: Mapped[int] = mapped_column(ForeignKey("relationships.id", ondelete="CASCADE"), index=True)
    text: Mapped[str]
    due_on: Mapped[date]
    assigned_to_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    relationship: Mapped[Relationship] = related(back_populates="tasks")
    assigned_to: Mapped[User | None] = related(foreign_keys=[assigned_to_id])
