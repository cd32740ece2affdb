"""Technology seeds: what a university offers for use, with whom it is made and who may read how much of it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from rbc_events.accounts.models import PersonName, User
from rbc_events.database import BothLanguages, Identified, Model, Versioned, choice
from rbc_events.events.models import Programme
from rbc_events.registration.models import Organisation, Origin


class Disclosure(StrEnum):
    """Who reads a part of a seed. Each stage includes those before it."""

    PUBLIC = "public"
    PARTICIPANTS = "participants"  # of an event in which the seed's organisation takes part
    NDA = "nda"  # those with whom the organisation has an agreement on confidentiality

    def opens(self, part: "Disclosure") -> bool:
        stages = list(Disclosure)
        return stages.index(part) <= stages.index(self)


class Seed(Identified, Versioned, Model):
    """A technology that waits for a use. Its number is its lasting address.

    Title, summary, uses, keywords, readiness and modes are public once it is published. Abstract, researchers and
    rights have the stage that their owner chose; `confidential` is never shown before an agreement on confidentiality.
    """

    __tablename__ = "seeds"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programmes.id"), index=True)
    key: Mapped[str | None] = mapped_column(unique=True)  # how a sheet names it
    title_ja: Mapped[str] = mapped_column(default="")
    title_en: Mapped[str] = mapped_column(default="")
    summary_ja: Mapped[str] = mapped_column(default="")
    summary_en: Mapped[str] = mapped_column(default="")
    uses_ja: Mapped[str] = mapped_column(default="")
    uses_en: Mapped[str] = mapped_column(default="")
    abstract_ja: Mapped[str] = mapped_column(default="")
    abstract_en: Mapped[str] = mapped_column(default="")
    confidential_ja: Mapped[str] = mapped_column(default="")
    confidential_en: Mapped[str] = mapped_column(default="")
    origin_ja: Mapped[Origin] = mapped_column(choice(Origin, "origin_ja"), default=Origin.HUMAN)
    origin_en: Mapped[Origin] = mapped_column(choice(Origin, "origin_en"), default=Origin.HUMAN)
    field: Mapped[str] = mapped_column(default="", index=True)  # a concept of the taxonomy
    keywords: Mapped[list[str]] = mapped_column(JSON, default=list)
    readiness: Mapped[int | None]  # technology readiness level
    modes: Mapped[list[str]] = mapped_column(JSON, default=list)  # forms of collaboration sought
    owner: Mapped[str] = mapped_column(default="")
    co_owners: Mapped[str] = mapped_column(default="")
    patent_state: Mapped[str] = mapped_column(default="")
    patent_numbers: Mapped[list[str]] = mapped_column(JSON, default=list)
    licence: Mapped[str] = mapped_column(default="")
    contact_office: Mapped[str] = mapped_column(default="")
    contact_email: Mapped[str] = mapped_column(default="")
    abstract_stage: Mapped[Disclosure] = mapped_column(choice(Disclosure, "abstract_stage"), default=Disclosure.PUBLIC)
    people_stage: Mapped[Disclosure] = mapped_column(
        choice(Disclosure, "people_stage"), default=Disclosure.PARTICIPANTS
    )
    rights_stage: Mapped[Disclosure] = mapped_column(
        choice(Disclosure, "rights_stage"), default=Disclosure.PARTICIPANTS
    )
    # The words of its public part in both languages, and the concepts that they name: see `searching`.
    search_words: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    title = BothLanguages()
    summary = BothLanguages()
    uses = BothLanguages()
    abstract = BothLanguages()
    confidential = BothLanguages()

    organisation: Mapped[Organisation] = relationship()
    programme: Mapped[Programme | None] = relationship()
    researchers: Mapped[list["SeedResearcher"]] = relationship(
        back_populates="seed", order_by="SeedResearcher.position", cascade="all, delete-orphan"
    )
    versions: Mapped[list["SeedVersion"]] = relationship(
        back_populates="seed", order_by="SeedVersion.number", cascade="all, delete-orphan"
    )

    __table_args__ = (
        CheckConstraint("title_ja <> '' OR title_en <> ''", name="titled"),
        CheckConstraint("readiness BETWEEN 1 AND 9", name="readiness"),
        CheckConstraint("published_at IS NULL OR withdrawn_at IS NULL", name="public_or_withdrawn"),
    )


class SeedResearcher(Identified, PersonName, Model):
    __tablename__ = "seed_researchers"

    seed_id: Mapped[int] = mapped_column(ForeignKey("seeds.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    email: Mapped[str] = mapped_column(default="")  # shown to nobody: by it somebody is found who asks to be erased
    affiliation_ja: Mapped[str] = mapped_column(default="")
    affiliation_en: Mapped[str] = mapped_column(default="")
    affiliation = BothLanguages()

    seed: Mapped[Seed] = relationship(back_populates="researchers")

    __table_args__ = (CheckConstraint("family_latin <> '' OR family_kanji <> ''", name="named"),)


class SeedVersion(Identified, Model):
    """What a seed said at one time, for what cites it. People aren't in it, so that they can be erased."""

    __tablename__ = "seed_versions"

    seed_id: Mapped[int] = mapped_column(ForeignKey("seeds.id", ondelete="CASCADE"))
    number: Mapped[int]
    text: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    seed: Mapped[Seed] = relationship(back_populates="versions")
    made_by: Mapped[User | None] = relationship()

    __table_args__ = (UniqueConstraint("seed_id", "number"),)
