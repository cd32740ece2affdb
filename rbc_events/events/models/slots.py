"""When and where an event's meetings can be: blocks, slots, places; and who may not meet whom."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from rbc_events.database import BothLanguages, Identified, Model, choice
from rbc_events.events.models.events import Event


class BlockKind(StrEnum):
    MEETINGS = "meetings"
    BREAK = "break"
    PROGRAMME = "programme"


class Block(Identified, Model):
    """A stretch of a day: slots for meetings, a break, or something that everybody attends (a pitch session)."""

    __tablename__ = "blocks"

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    kind: Mapped[BlockKind] = mapped_column(choice(BlockKind))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    name_ja: Mapped[str] = mapped_column(default="")
    name_en: Mapped[str] = mapped_column(default="")
    name = BothLanguages()

    event: Mapped[Event] = relationship(back_populates="blocks")
    slots: Mapped[list["Slot"]] = relationship(
        back_populates="block", order_by="Slot.starts_at", cascade="all, delete-orphan"
    )

    __table_args__ = (CheckConstraint("starts_at < ends_at", name="in_order"),)


class Slot(Identified, Model):
    """The atom of a timetable. A longer meeting takes several. The database keeps an event's slots from overlapping."""

    __tablename__ = "slots"

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    block_id: Mapped[int] = mapped_column(ForeignKey("blocks.id", ondelete="CASCADE"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]

    event: Mapped[Event] = relationship(back_populates="slots")
    block: Mapped[Block] = relationship(back_populates="slots")

    __table_args__ = (
        UniqueConstraint("event_id", "starts_at"),
        CheckConstraint("starts_at < ends_at", name="in_order"),
    )


class RuleBy(StrEnum):
    """By what a side of a rule is told; `side` is that of the foreign companies, or that of the region."""

    ANYONE = "anyone"
    SIDE = "side"
    KIND = "kind"
    SECTOR = "sector"
    GROUP = "group"


class MeetingRule(Identified, Model):
    """Organisations of two sides meet each other at an event, or don't: see `registration.pairing`.

    `one` and `other` are in the order of their code ("kind:university"), so that a rule is there once.
    """

    __tablename__ = "meeting_rules"
    __table_args__ = (UniqueConstraint("event_id", "one_by", "one", "other_by", "other"),)

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    one_by: Mapped[RuleBy] = mapped_column(choice(RuleBy, "one_by"))
    one: Mapped[str]
    other_by: Mapped[RuleBy] = mapped_column(choice(RuleBy, "other_by"))
    other: Mapped[str]
    together: Mapped[bool]

    event: Mapped[Event] = relationship(back_populates="meeting_rules")


class PlaceKind(StrEnum):
    TABLE = "table"
    ROOM = "room"
    VIRTUAL = "virtual"
    BOOTH = "booth"


class Place(Identified, Model):
    """Where meetings are held: a table, a room, a virtual room, or an organisation's own booth."""

    __tablename__ = "places"

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    kind: Mapped[PlaceKind] = mapped_column(choice(PlaceKind))
    name_ja: Mapped[str] = mapped_column(default="")
    name_en: Mapped[str] = mapped_column(default="")
    join_url: Mapped[str] = mapped_column(default="")
    capacity: Mapped[int] = mapped_column(default=1)  # meetings at the same time
    position: Mapped[int] = mapped_column(default=0)
    open: Mapped[bool] = mapped_column(default=True)
    name = BothLanguages()

    event: Mapped[Event] = relationship(back_populates="places")
    closures: Mapped[list["PlaceClosure"]] = relationship(
        back_populates="place", order_by="PlaceClosure.starts_at", cascade="all, delete-orphan"
    )

    @property
    def lacks_link(self) -> bool:
        """A virtual room that nobody could join."""
        return self.kind == PlaceKind.VIRTUAL and self.open and not self.join_url

    __table_args__ = (
        CheckConstraint("capacity BETWEEN 1 AND 1000", name="capacity"),
        CheckConstraint("name_ja <> '' OR name_en <> ''", name="named"),
        UniqueConstraint("event_id", "name_ja", "name_en"),
    )


class PlaceClosure(Identified, Model):
    """A time in which nobody can meet at a place. A slot that it touches is closed there."""

    __tablename__ = "place_closures"

    place_id: Mapped[int] = mapped_column(ForeignKey("places.id", ondelete="CASCADE"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]

    place: Mapped[Place] = relationship(back_populates="closures")

    __table_args__ = (
        UniqueConstraint("place_id", "starts_at", "ends_at"),
        CheckConstraint("starts_at < ends_at", name="in_order"),
    )
