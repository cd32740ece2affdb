"""What coordinators ask of an event's timetable besides its aims: each row is one condition of one kind."""

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from rbc_events.database import Identified, Model


class OfEvent(Identified):
    """A condition of one event."""

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)


class BlockLimit(OfEvent, Model):
    """In a block only some meetings are held: in person or online, at places of a kind, or with a group's parties."""

    __tablename__ = "block_limits"
    __table_args__ = (
        CheckConstraint("mode IN ('', 'in_person', 'online')", name="mode"),
        CheckConstraint("place_kind IN ('', 'table', 'room', 'virtual')", name="place_kind"),
        CheckConstraint("mode <> '' OR place_kind <> '' OR of_group <> ''", name="limited"),
    )

    block_id: Mapped[int] = mapped_column(ForeignKey("blocks.id", ondelete="CASCADE"), index=True)
    mode: Mapped[str] = mapped_column(default="")
    place_kind: Mapped[str] = mapped_column(default="")
    of_group: Mapped[str] = mapped_column(default="")  # as `conditions.groups_of` names it


class LeastMeetings(OfEvent, Model):
    """How many meetings each organisation of a group should get, or all of them together."""

    __tablename__ = "least_meetings"
    __table_args__ = (
        UniqueConstraint("event_id", "of_group", "each"),
        CheckConstraint("least BETWEEN 1 AND 1000", name="least"),
    )

    of_group: Mapped[str]
    least: Mapped[int]
    each: Mapped[bool] = mapped_column(default=True)


class MeetingOrder(OfEvent, Model):
    """The first meeting ends before the second begins, where both have a time."""

    __tablename__ = "meeting_orders"
    __table_args__ = (
        UniqueConstraint("first_id", "second_id"),
        CheckConstraint("first_id <> second_id", name="two_meetings"),
    )

    first_id: Mapped[int] = mapped_column(ForeignKey("meetings.id", ondelete="CASCADE"))
    second_id: Mapped[int] = mapped_column(ForeignKey("meetings.id", ondelete="CASCADE"), index=True)


class MeetingWish(OfEvent, Model):
    """What a meeting would rather have: this time, place or interpreter. Several rows of a kind are alternatives."""

    __tablename__ = "meeting_wishes"
    __table_args__ = (
        CheckConstraint(
            "slot_id IS NOT NULL OR place_id IS NOT NULL OR interpreter_id IS NOT NULL", name="for_something"
        ),
    )

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id", ondelete="CASCADE"), index=True)
    slot_id: Mapped[int | None] = mapped_column(ForeignKey("slots.id", ondelete="CASCADE"), index=True)
    place_id: Mapped[int | None] = mapped_column(ForeignKey("places.id", ondelete="CASCADE"), index=True)
    interpreter_id: Mapped[int | None] = mapped_column(ForeignKey("interpreters.id", ondelete="CASCADE"), index=True)


class OrganisationLimit(OfEvent, Model):
    """How much an organisation meets: at least, at most, and in how many slots in a row."""

    __tablename__ = "organisation_limits"
    __table_args__ = (
        CheckConstraint("least BETWEEN 1 AND 1000", name="least"),
        CheckConstraint("most BETWEEN 1 AND 1000", name="most"),
        CheckConstraint("longest_run BETWEEN 1 AND 1000", name="longest_run"),
        CheckConstraint("least IS NOT NULL OR most IS NOT NULL OR longest_run IS NOT NULL", name="limited"),
    )

    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id", ondelete="CASCADE"), unique=True)
    least: Mapped[int | None]
    most: Mapped[int | None]
    longest_run: Mapped[int | None]


class CoordinatorLimit(OfEvent, Model):
    """When a coordinator who sits in on meetings can't, and how many a day are the most; either is left empty."""

    __tablename__ = "coordinator_limits"
    __table_args__ = (
        UniqueConstraint("user_id", "block_id"),
        CheckConstraint("most_per_day BETWEEN 1 AND 1000", name="most_per_day"),
        CheckConstraint("most_per_day IS NOT NULL OR block_id IS NOT NULL", name="limited"),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    block_id: Mapped[int | None] = mapped_column(ForeignKey("blocks.id", ondelete="CASCADE"), index=True)
    most_per_day: Mapped[int | None]


class RoomChange(OfEvent, Model):
    """The minutes that organisations, or interpreters, need from one room to another."""

    __tablename__ = "room_changes"
    __table_args__ = (
        UniqueConstraint("event_id", "whose"),
        CheckConstraint("whose IN ('organisations', 'interpreters')", name="whose"),
        CheckConstraint("minutes BETWEEN 1 AND 1440", name="minutes"),
    )

    whose: Mapped[str]
    minutes: Mapped[int]
