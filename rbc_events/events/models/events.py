"""Programmes and their events, by sector and region; and what the installation or an event shows of itself."""

from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import JSON, CheckConstraint, Column, ForeignKey, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from rbc_events.database import BothLanguages, Identified, Model, Versioned, choice, db

if TYPE_CHECKING:
    from rbc_events.events.models.slots import Block, MeetingRule, Place, Slot


class Sector(Identified, Model):
    """A theme of the programmes. Sectors are rows: a new one needs no release."""

    __tablename__ = "sectors"

    key: Mapped[str] = mapped_column(unique=True)
    name_ja: Mapped[str]
    name_en: Mapped[str]
    name = BothLanguages()


class RegionKind(StrEnum):
    PREFECTURE = "prefecture"
    MUNICIPALITY = "municipality"


class Region(Model):
    """A prefecture (JIS X 0401) or municipality, by its six-digit code with check digit."""

    __tablename__ = "regions"

    code: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[RegionKind] = mapped_column(choice(RegionKind))
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("regions.code"), index=True)
    name_ja: Mapped[str]
    name_en: Mapped[str]
    name_kana: Mapped[str] = mapped_column(default="")
    name = BothLanguages()

    __table_args__ = (CheckConstraint("length(code) = 6", name="code_length"),)


class ProgrammeKind(StrEnum):
    RBC = "rbc"
    BUSINESS_CONNECT = "business_connect"
    GOI = "goi"
    SUPPORT_CASE = "support_case"


FOLLOW_UP_MONTHS = (1, 3, 6, 12, 24, 36)


class Programme(Identified, Versioned, Model):
    """One year of one programme, such as RBC FY2022. The fiscal year is named by the calendar year it begins in."""

    __tablename__ = "programmes"

    key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[ProgrammeKind] = mapped_column(choice(ProgrammeKind))
    fiscal_year: Mapped[int]
    name_ja: Mapped[str] = mapped_column(default="")
    name_en: Mapped[str] = mapped_column(default="")
    description_ja: Mapped[str] = mapped_column(default="")
    description_en: Mapped[str] = mapped_column(default="")
    source: Mapped[str] = mapped_column(default="")
    # Both sides of a meeting are asked so many months after it what came of it.
    follow_up_months: Mapped[list[int]] = mapped_column(JSON, default=lambda: list(FOLLOW_UP_MONTHS))
    people_years: Mapped[int | None]  # kept after an event; None: as the installation's setting says
    name = BothLanguages()
    description = BothLanguages()

    events: Mapped[list["Event"]] = relationship(back_populates="programme", order_by="Event.starts_on")

    __table_args__ = (
        CheckConstraint("fiscal_year BETWEEN 1950 AND 2200", name="fiscal_year"),
        CheckConstraint("people_years BETWEEN 1 AND 50", name="people_years"),
        CheckConstraint("name_ja <> '' OR name_en <> ''", name="named"),
    )


class Shape(StrEnum):
    CONFERENCE = "conference"
    SEASON = "season"


class Mode(StrEnum):
    IN_PERSON = "in_person"
    ONLINE = "online"
    HYBRID = "hybrid"


event_hosts = Table(
    "event_hosts",
    db.metadata,
    Column("event_id", ForeignKey("events.id", ondelete="CASCADE"), primary_key=True),
    Column("region_code", ForeignKey("regions.code"), primary_key=True, index=True),
)


class Event(Identified, Versioned, Model):
    """A conference (fixed days) or a season (a pitch day, then months of meetings) for one sector.

    `revision` counts every change to what the scheduler reads. A timetable made from an older revision is not applied.
    """

    __tablename__ = "events"

    key: Mapped[str] = mapped_column(unique=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"), index=True)
    sector_id: Mapped[int] = mapped_column(ForeignKey("sectors.id"), index=True)
    shape: Mapped[Shape] = mapped_column(choice(Shape))
    mode: Mapped[Mode] = mapped_column(choice(Mode))
    time_zone: Mapped[str] = mapped_column(default="Asia/Tokyo")
    starts_on: Mapped[date | None]  # days as the event's time zone has them; unknown for some past events
    ends_on: Mapped[date | None]
    pitch_on: Mapped[date | None]
    registration_opens_at: Mapped[datetime | None]
    registration_closes_at: Mapped[datetime | None]
    requests_close_at: Mapped[datetime | None]
    request_days: Mapped[int] = mapped_column(default=14)  # a request that nobody answers expires after so many days
    request_caps: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)  # kind of organisation: open requests
    name_ja: Mapped[str] = mapped_column(default="")
    name_en: Mapped[str] = mapped_column(default="")
    description_ja: Mapped[str] = mapped_column(default="")
    description_en: Mapped[str] = mapped_column(default="")
    venue_ja: Mapped[str] = mapped_column(default="")
    venue_en: Mapped[str] = mapped_column(default="")
    address_ja: Mapped[str] = mapped_column(default="", server_default="")  # of the venue
    address_en: Mapped[str] = mapped_column(default="", server_default="")
    sample_note_ja: Mapped[str] = mapped_column(default="")
    sample_note_en: Mapped[str] = mapped_column(default="")
    reply_address: Mapped[str] = mapped_column(default="")
    source: Mapped[str] = mapped_column(default="")
    visible: Mapped[bool] = mapped_column(default=False)  # listed publicly; until then staff alone see it
    is_sample: Mapped[bool] = mapped_column(default=False)
    changeover_minutes: Mapped[int] = mapped_column(default=0)
    revision: Mapped[int] = mapped_column(default=1)
    published_at: Mapped[datetime | None]  # when the timetable was last published
    name = BothLanguages()
    description = BothLanguages()
    venue = BothLanguages()
    address = BothLanguages()
    sample_note = BothLanguages()

    programme: Mapped[Programme] = relationship(back_populates="events")
    sector: Mapped[Sector] = relationship()
    hosts: Mapped[list[Region]] = relationship(secondary=event_hosts, order_by=Region.code)
    blocks: Mapped[list["Block"]] = relationship(
        back_populates="event", order_by="Block.starts_at", cascade="all, delete-orphan"
    )
    slots: Mapped[list["Slot"]] = relationship(
        back_populates="event", order_by="Slot.starts_at", cascade="all, delete-orphan"
    )
    meeting_rules: Mapped[list["MeetingRule"]] = relationship(
        back_populates="event", order_by="MeetingRule.id", cascade="all, delete-orphan"
    )
    places: Mapped[list["Place"]] = relationship(
        back_populates="event", order_by="Place.position, Place.id", cascade="all, delete-orphan"
    )

    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR starts_on IS NULL OR starts_on <= ends_on", name="days_in_order"),
        CheckConstraint(
            "registration_opens_at IS NULL OR registration_closes_at IS NULL"
            " OR registration_opens_at < registration_closes_at",
            name="registration_in_order",
        ),
        CheckConstraint("name_ja <> '' OR name_en <> ''", name="named"),
    )

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def venue_line(self, language: str) -> str:
        """The venue with its address."""
        parts = (text.in_language(language)[0] for text in (self.venue, self.address))
        return ("　" if language == "ja" else ", ").join(part for part in parts if part)

    def registration_is_open(self, now: datetime) -> bool:
        opens, closes = self.registration_opens_at, self.registration_closes_at
        return self.visible and opens is not None and opens <= now and (closes is None or now < closes)


class Site(Identified, Versioned, Model):
    """What the installation (one row, `installation`), or an event, says of itself; see `events.site`."""

    __tablename__ = "sites"

    event_id: Mapped[int | None] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), unique=True)
    installation: Mapped[bool | None] = mapped_column(unique=True)  # true, or empty for an event
    name_ja: Mapped[str] = mapped_column(default="")
    name_en: Mapped[str] = mapped_column(default="")
    privacy_ja: Mapped[str] = mapped_column(default="")
    privacy_en: Mapped[str] = mapped_column(default="")
    imprint_ja: Mapped[str] = mapped_column(default="")
    imprint_en: Mapped[str] = mapped_column(default="")
    colour: Mapped[str] = mapped_column(default="")  # "#0b5a7a"
    logo: Mapped[bytes | None] = mapped_column(deferred=True)  # drawn anew by us
    logo_type: Mapped[str] = mapped_column(default="")
    logo_hash: Mapped[str] = mapped_column(default="")  # empty: no logo
    name = BothLanguages()
    privacy = BothLanguages()
    imprint = BothLanguages()

    event: Mapped[Event | None] = relationship()

    __table_args__ = (CheckConstraint("(installation IS NULL) <> (event_id IS NULL)", name="of_one"),)
