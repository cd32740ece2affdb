"""Organisations, known across events and years, and what they say of themselves."""

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import JSON, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from rbc_events.accounts.models import User
from rbc_events.database import Bilingual, BothLanguages, Identified, Model, Versioned, choice
from rbc_events.events.models import Region
from rbc_events.kept_files import KeptFile

if TYPE_CHECKING:
    from rbc_events.registration.models.registrations import Registration


FIRST_ZONE = "Asia/Tokyo"  # of an organisation that has told none


class OrganisationKind(StrEnum):
    FOREIGN_COMPANY = "foreign_company"
    FOREIGN_AFFILIATED = "foreign_affiliated"
    LOCAL_COMPANY = "local_company"
    UNIVERSITY = "university"
    RESEARCH_INSTITUTE = "research_institute"
    UNIVERSITY_VENTURE = "university_venture"
    MUNICIPALITY = "municipality"


class Organisation(Identified, Versioned, Model):
    """An organisation, known across events and years."""

    __tablename__ = "organisations"

    key: Mapped[str | None] = mapped_column(unique=True)  # by which sheets name it
    kind: Mapped[OrganisationKind] = mapped_column(choice(OrganisationKind))
    name_native: Mapped[str]  # the legal name as its own country writes it
    name_latin: Mapped[str] = mapped_column(default="")
    name_kana: Mapped[str] = mapped_column(default="")
    corporate_number: Mapped[str | None] = mapped_column(unique=True)  # 法人番号, text; foreign organisations have none
    # What a registrant gave as its corporate number while another organisation has it: staff look whether to merge.
    claimed_number: Mapped[str] = mapped_column(default="", server_default="")
    country: Mapped[str]  # ISO 3166-1 alpha-2
    region_code: Mapped[str | None] = mapped_column(ForeignKey("regions.code"), index=True)
    founded: Mapped[int | None]
    employees: Mapped[int | None]
    website: Mapped[str] = mapped_column(default="")
    is_sample: Mapped[bool] = mapped_column(default=False)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    created_at: Mapped[datetime]

    region: Mapped[Region | None] = relationship()
    profile: Mapped["Profile"] = relationship(back_populates="organisation", cascade="all, delete-orphan")
    statements: Mapped[list["Statement"]] = relationship(
        back_populates="organisation", order_by="Statement.kind, Statement.position", cascade="all, delete-orphan"
    )
    registrations: Mapped[list["Registration"]] = relationship(back_populates="organisation")
    memberships: Mapped[list["Membership"]] = relationship(back_populates="organisation", cascade="all, delete-orphan")

    __table_args__ = (
        CheckConstraint("length(country) = 2", name="country"),
        CheckConstraint("corporate_number IS NULL OR length(corporate_number) = 13", name="corporate_number"),
        CheckConstraint("name_native <> ''", name="named"),
    )

    @property
    def name(self) -> Bilingual:
        """The native name for Japanese readers (Latin where there is no other), the Latin one for everybody else."""
        return Bilingual(ja=self.name_native, en=self.name_latin or self.name_native)


class Membership(Identified, Model):
    """A person acts for an organisation. The lead may change its profile and invite colleagues."""

    __tablename__ = "memberships"
    __table_args__ = (UniqueConstraint("user_id", "organisation_id"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"), index=True)
    lead: Mapped[bool] = mapped_column(default=False)

    user: Mapped[User] = relationship()
    organisation: Mapped[Organisation] = relationship(back_populates="memberships")


class Claim(Identified, Model):
    """Staff say that an organisation which they have registered is one that is known from events of others. Until one
    of that one's leads, or headquarters, agrees, neither has anything of the other."""

    __tablename__ = "claims"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"), unique=True)
    known_id: Mapped[int] = mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"), index=True)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    made_at: Mapped[datetime]
    asked_at: Mapped[datetime | None]  # when the leads were last asked by mail
    refused_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship(foreign_keys=organisation_id)
    known: Mapped[Organisation] = relationship(foreign_keys=known_id)
    made_by: Mapped[User | None] = relationship()

    __table_args__ = (CheckConstraint("organisation_id <> known_id", name="two"),)

    @property
    def registration(self) -> "Registration":
        return self.organisation.registrations[0]


class ExternalKey(Identified, Model):
    """By which number or name somebody else knows an organisation. It says something in their own sheets alone: two
    offices that number their companies from 1 mean others."""

    __tablename__ = "external_keys"
    __table_args__ = (UniqueConstraint("owner", "key"),)

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"), index=True)
    owner: Mapped[str]  # "event:12": whoever sends that event's sheets; "partner:…": another system
    key: Mapped[str]

    organisation: Mapped[Organisation] = relationship()


class Stage(StrEnum):
    RESEARCH = "research"
    PROTOTYPE = "prototype"
    PILOT = "pilot"
    MARKET = "market"
    SCALING = "scaling"


class JapanPresence(StrEnum):
    NONE = "none"
    AGENT = "agent"
    OFFICE = "office"
    SUBSIDIARY = "subsidiary"


class Profile(Versioned, Model):
    """What an organisation says of itself, carried from event to event.

    `origins` tells for each text and language whether a person wrote it, a machine translated it, or its owner
    approved the translation: {"summary_en": "machine"}; what is not named is human.
    """

    __tablename__ = "profiles"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"), primary_key=True)
    sector_id: Mapped[int | None] = mapped_column(ForeignKey("sectors.id"), index=True)
    summary_ja: Mapped[str] = mapped_column(default="")
    summary_en: Mapped[str] = mapped_column(default="")
    technology_ja: Mapped[str] = mapped_column(default="")
    technology_en: Mapped[str] = mapped_column(default="")
    intellectual_property_ja: Mapped[str] = mapped_column(default="")
    intellectual_property_en: Mapped[str] = mapped_column(default="")
    social_issue_ja: Mapped[str] = mapped_column(default="")
    social_issue_en: Mapped[str] = mapped_column(default="")
    japan_plan_ja: Mapped[str] = mapped_column(default="")
    japan_plan_en: Mapped[str] = mapped_column(default="")
    decision_maker_ja: Mapped[str] = mapped_column(default="")
    decision_maker_en: Mapped[str] = mapped_column(default="")
    stage: Mapped[Stage | None] = mapped_column(choice(Stage))
    japan_presence: Mapped[JapanPresence | None] = mapped_column(choice(JapanPresence))
    partner_types: Mapped[list[str]] = mapped_column(JSON, default=list)  # OrganisationKind values sought
    collaboration_modes: Mapped[list[str]] = mapped_column(JSON, default=list)
    target_regions: Mapped[list[str]] = mapped_column(JSON, default=list)  # region codes
    languages: Mapped[list[str]] = mapped_column(JSON, default=list)  # ISO 639-1
    time_zone: Mapped[str] = mapped_column(default=FIRST_ZONE)
    origins: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    updated_at: Mapped[datetime]
    summary = BothLanguages()
    technology = BothLanguages()
    intellectual_property = BothLanguages()
    social_issue = BothLanguages()
    japan_plan = BothLanguages()
    decision_maker = BothLanguages()

    organisation: Mapped[Organisation] = relationship(back_populates="profile")


class StatementKind(StrEnum):
    OFFER = "offer"
    NEED = "need"
    SEED = "seed"
    CHALLENGE = "challenge"


class Origin(StrEnum):
    HUMAN = "human"
    MACHINE = "machine"
    APPROVED = "approved"


class Statement(Identified, Model):
    """One offer, need, technology seed or challenge of an organisation in a line, the unit that matching works on.

    What else there is to say of a seed stands in a record of its own: `seeds.models.Seed`.
    """

    __tablename__ = "statements"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"), index=True)
    kind: Mapped[StatementKind] = mapped_column(choice(StatementKind))
    position: Mapped[int] = mapped_column(default=0)
    text_ja: Mapped[str] = mapped_column(default="")
    text_en: Mapped[str] = mapped_column(default="")
    origin_ja: Mapped[Origin] = mapped_column(choice(Origin, "origin_ja"), default=Origin.HUMAN)
    origin_en: Mapped[Origin] = mapped_column(choice(Origin, "origin_en"), default=Origin.HUMAN)
    text = BothLanguages()

    organisation: Mapped[Organisation] = relationship(back_populates="statements")

    __table_args__ = (CheckConstraint("text_ja <> '' OR text_en <> ''", name="not_empty"),)


class UploadKind(StrEnum):
    LOGO = "logo"
    DECK = "deck"
    ANSWER = "answer"


class Upload(KeptFile, Model):
    """A file of an organisation, never served inline but for logos."""

    __tablename__ = "uploads"
    FOLDER = "uploads"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"), index=True)
    kind: Mapped[UploadKind] = mapped_column(choice(UploadKind))
