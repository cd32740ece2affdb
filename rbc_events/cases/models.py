"""Support cases: the public account of how outcomes came about, and the facts and sources that it rests on."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, ForeignKey, Table, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from rbc_events.accounts.models import User
from rbc_events.database import BothLanguages, Identified, Model, Versioned, choice, db
from rbc_events.events.models import Programme
from rbc_events.kept_files import KeptFile
from rbc_events.outcomes.models import Outcome, Source
from rbc_events.registration.models import Organisation, Origin

support_case_outcomes = Table(
    "support_case_outcomes",
    db.metadata,
    Column("support_case_id", ForeignKey("support_cases.id", ondelete="CASCADE"), primary_key=True),
    Column("outcome_id", ForeignKey("outcomes.id"), primary_key=True, index=True),
)


class Basis(StrEnum):
    """What lets a case be told: each party approved its text, or all of it is public record, with a source a fact."""

    CONSENT = "consent"
    SOURCES = "sources"


class SupportCase(Identified, Versioned, Model):
    """A public account of how an outcome came about, in both languages, made from the records.

    These columns are what is being written. Of a case that rests on consent the public reads `published_version`, which
    is the very text that each party approved. `withdrawn_at`: it was public, and isn't any more.
    """

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
    origin_ja: Mapped[Origin] = mapped_column(choice(Origin, "origin_ja"), default=Origin.HUMAN)
    origin_en: Mapped[Origin] = mapped_column(choice(Origin, "origin_en"), default=Origin.HUMAN)
    rests_on: Mapped[Basis] = mapped_column(choice(Basis), default=Basis.CONSENT)
    published_at: Mapped[datetime | None]
    published_version_id: Mapped[int | None] = mapped_column(
        ForeignKey("case_versions.id", use_alter=True, name="fk_support_cases_published_version_id")
    )
    withdrawn_at: Mapped[datetime | None]
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
    pictures: Mapped[list["CasePicture"]] = relationship(
        back_populates="case", order_by="CasePicture.id", cascade="all, delete-orphan"
    )
    published_version: Mapped["CaseVersion | None"] = relationship(foreign_keys=[published_version_id], viewonly=True)

    __table_args__ = (
        CheckConstraint("title_ja <> '' AND title_en <> ''", name="both_titles"),
        CheckConstraint("published_at IS NULL OR withdrawn_at IS NULL", name="public_or_withdrawn"),
        CheckConstraint(
            "published_at IS NULL OR rests_on = 'sources' OR published_version_id IS NOT NULL", name="approved_text"
        ),
    )

    @property
    def picture(self) -> "CasePicture | None":
        """The one that is shown now. Earlier ones stay while a version that was told tells of them."""
        return next((each for each in reversed(self.pictures) if each.shown), None)


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


class CasePicture(KeptFile, Model):
    """The picture of a case, drawn anew when it was uploaded: nothing of the camera's notes is left in it."""

    __tablename__ = "case_pictures"
    FOLDER = "pictures"

    case_id: Mapped[int] = mapped_column(ForeignKey("support_cases.id", ondelete="CASCADE"), index=True)
    alt_ja: Mapped[str]
    alt_en: Mapped[str]
    shown: Mapped[bool] = mapped_column(default=True)
    alt = BothLanguages()

    case: Mapped[SupportCase] = relationship(back_populates="pictures")

    __table_args__ = (CheckConstraint("alt_ja <> '' AND alt_en <> ''", name="described"),)


class CaseVersion(Identified, Model):
    """The text of a case as it once was, in both languages, with all that its page shows. It never changes.

    `text` is what `telling.text_of` gives. The same text again is the same version.
    """

    __tablename__ = "case_versions"

    case_id: Mapped[int] = mapped_column(ForeignKey("support_cases.id", ondelete="CASCADE"))
    number: Mapped[int]
    text: Mapped[dict[str, Any]] = mapped_column(JSON)
    sha256: Mapped[str]
    made_at: Mapped[datetime]

    case: Mapped[SupportCase] = relationship(foreign_keys=[case_id])
    approvals: Mapped[list["CaseApproval"]] = relationship(back_populates="version", order_by="CaseApproval.id")

    __table_args__ = (UniqueConstraint("case_id", "number"), UniqueConstraint("case_id", "sha256"))


class CaseApproval(Identified, Model):
    """One party is asked for its consent to one version, by a link of which only the hash is kept, and answers.

    An answer stays as it was given; `withdrawn_at` says that the party has taken it back, `withdrawal` on whose word.
    """

    __tablename__ = "case_approvals"

    version_id: Mapped[int] = mapped_column(ForeignKey("case_versions.id", ondelete="CASCADE"), index=True)
    party: Mapped[str]  # the party's name in `CaseVersion.text`: see `telling.party_key`
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    recipient: Mapped[str]
    recipient_name: Mapped[str]
    language: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    answered_at: Mapped[datetime | None]
    agreed: Mapped[bool | None]
    signed_name: Mapped[str] = mapped_column(default="")
    withdrawn_at: Mapped[datetime | None]
    withdrawal: Mapped[str] = mapped_column(default="")

    version: Mapped[CaseVersion] = relationship(back_populates="approvals")
    organisation: Mapped[Organisation | None] = relationship()
    asked_by: Mapped[User | None] = relationship()

    __table_args__ = (
        CheckConstraint("(answered_at IS NULL) = (agreed IS NULL)", name="answer"),
        CheckConstraint("answered_at IS NULL OR signed_name <> ''", name="signed"),
        CheckConstraint("withdrawn_at IS NULL OR agreed", name="withdrawn_consent"),
    )
