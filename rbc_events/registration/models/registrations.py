"""An organisation's part in an event: its state, people, hours and consents, and what staff decide by."""

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from rbc_events.accounts.models import PersonName, User
from rbc_events.database import Identified, Model, Versioned, choice
from rbc_events.events.models import Event, Mode, Place, Slot
from rbc_events.registration.models.organisations import Organisation, OrganisationKind

if TYPE_CHECKING:
    from rbc_events.registration.models.questions import Answer


class RegistrationState(StrEnum):
    DRAFT = "draft"
    UNCONFIRMED = "unconfirmed"  # sent in; the address is not confirmed yet
    SUBMITTED = "submitted"  # waits for a coordinator
    ASKED_BACK = "asked_back"  # the coordinator has a question
    WAITLISTED = "waitlisted"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Registration(Identified, Versioned, Model):
    """An organisation takes part in an event."""

    __tablename__ = "registrations"

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    state: Mapped[RegistrationState] = mapped_column(choice(RegistrationState), default=RegistrationState.DRAFT)
    language: Mapped[str] = mapped_column(default="en")  # of the organisation's mails
    capacity: Mapped[int] = mapped_column(default=1)  # meetings it can hold at the same time
    most_per_day: Mapped[int | None]
    booth_id: Mapped[int | None] = mapped_column(ForeignKey("places.id", ondelete="SET NULL"))
    attends: Mapped[str] = mapped_column(default="in_person")  # in_person | online
    staff_note: Mapped[str] = mapped_column(default="", server_default="")
    message: Mapped[str] = mapped_column(default="")  # to the participant: why asked back, declined, where on the list
    waiting_since: Mapped[datetime | None]
    group_name: Mapped[str] = mapped_column(default="", server_default="")  # which rules who may meet whom can name
    registered_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))  # a coordinator who acted for it
    form_key: Mapped[str | None]  # of the page that began it: sent twice, it is one registration
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    # The one that it became part of, where its organisation was registered twice.
    joined_into_id: Mapped[int | None] = mapped_column(ForeignKey("registrations.id", ondelete="SET NULL"), index=True)

    event: Mapped[Event] = relationship()
    registered_by: Mapped[User | None] = relationship(foreign_keys=registered_by_id)
    organisation: Mapped[Organisation] = relationship(back_populates="registrations")
    booth: Mapped[Place | None] = relationship()
    delegates: Mapped[list["Delegate"]] = relationship(
        back_populates="registration", order_by="Delegate.position, Delegate.id", cascade="all, delete-orphan"
    )
    consents: Mapped[list["Consent"]] = relationship(back_populates="registration", cascade="all, delete-orphan")
    answers: Mapped[list["Answer"]] = relationship(back_populates="registration", cascade="all, delete-orphan")
    unavailable: Mapped[list["Unavailability"]] = relationship(
        back_populates="registration", cascade="all, delete-orphan"
    )
    reviews: Mapped[list["Review"]] = relationship(back_populates="registration", cascade="all, delete-orphan")
    unsaved: Mapped[list["UnsavedEntries"]] = relationship(cascade="all, delete-orphan")
    snapshot: Mapped["ProfileSnapshot | None"] = relationship(cascade="all, delete-orphan")
    steps: Mapped[list["StepTaken"]] = relationship(
        back_populates="registration", order_by="StepTaken.id", cascade="all, delete-orphan"
    )

    @property
    def mode(self) -> Mode:
        """In person or online: the organisation's own choice alone where the event is both."""
        return Mode(self.attends) if self.event.mode == Mode.HYBRID else self.event.mode

    @property
    def in_person(self) -> bool:
        return self.mode == Mode.IN_PERSON

    __table_args__ = (
        UniqueConstraint("event_id", "organisation_id"),
        Index("ix_registrations_event_state", "event_id", "state"),
        Index("ix_registrations_form_key", "form_key", unique=True),
        CheckConstraint("capacity BETWEEN 1 AND 50", name="capacity"),
        CheckConstraint("attends IN ('in_person', 'online')", name="attends"),
        # See `registration.life`: who waits has a place, which only those keep whom staff ask or look at again.
        CheckConstraint("state <> 'waitlisted' OR waiting_since IS NOT NULL", name="waiting_has_a_place"),
        CheckConstraint(
            "waiting_since IS NULL OR state IN ('waitlisted', 'asked_back', 'submitted')", name="place_is_kept_or_free"
        ),
        CheckConstraint("state IN ('draft', 'withdrawn') OR submitted_at IS NOT NULL", name="sent_before"),
        CheckConstraint("state NOT IN ('approved', 'declined') OR decided_at IS NOT NULL", name="decided_before"),
    )


class Step(StrEnum):
    """What changes the state of a registration: see `registration.life`."""

    SEND = "send"
    SEND_UNCONFIRMED = "send_unconfirmed"
    CONFIRM = "confirm"
    ANSWER = "answer"
    APPROVE = "approve"
    WAITLIST = "waitlist"
    ASK_BACK = "ask_back"
    DECLINE = "decline"
    TAKE_BACK_CONSENT = "take_back_consent"
    WITHDRAW = "withdraw"
    RETURN = "return"
    RETURN_AS_DRAFT = "return_as_draft"


class StepTaken(Identified, Model):
    """A step that changed the state of a registration: which, when, by whom (empty: a visitor), in which words."""

    __tablename__ = "registration_steps"

    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id", ondelete="CASCADE"), index=True)
    step: Mapped[Step] = mapped_column(choice(Step))
    before: Mapped[RegistrationState] = mapped_column(choice(RegistrationState, "before_state"))
    after: Mapped[RegistrationState] = mapped_column(choice(RegistrationState, "after_state"))
    at: Mapped[datetime]
    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    message: Mapped[str] = mapped_column(default="")
    waiting_before: Mapped[datetime | None]  # the place on the waiting list that it had before
    undone_at: Mapped[datetime | None]  # of a decision that was taken back
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    registration: Mapped[Registration] = relationship(back_populates="steps")
    taken_by: Mapped[User | None] = relationship(foreign_keys=taken_by_id)
    undone_by: Mapped[User | None] = relationship(foreign_keys=undone_by_id)


class Delegate(Identified, PersonName, Model):
    """A person who comes for an organisation. `user_id` is empty until the person has taken up the invitation."""

    __tablename__ = "delegates"
    # Several may share a mailbox, as offices do; the same person stands there once.
    __table_args__ = (
        UniqueConstraint(
            *("registration_id", "email", "family_latin", "given_latin", "family_kanji", "given_kanji"),
            name="uq_delegates_person",
        ),
    )

    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id", ondelete="CASCADE"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    # Who put the person in or made them the contact; nobody: a visitor, or a sheet read by command. See rights.py.
    named_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    email: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="en")
    time_zone: Mapped[str] = mapped_column(default="")  # empty: the organisation's
    contact: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)

    registration: Mapped[Registration] = relationship(back_populates="delegates")
    user: Mapped[User | None] = relationship(foreign_keys=user_id)
    named_by: Mapped[User | None] = relationship(foreign_keys=named_by_id)


class Unavailability(Model):
    """A slot in which an organisation can't meet. A slot without a row is free."""

    __tablename__ = "unavailabilities"

    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id", ondelete="CASCADE"), primary_key=True)
    slot_id: Mapped[int] = mapped_column(ForeignKey("slots.id", ondelete="CASCADE"), primary_key=True, index=True)

    registration: Mapped[Registration] = relationship(back_populates="unavailable")
    slot: Mapped[Slot] = relationship()


class UnsavedEntries(Model):
    """What was typed into a step of a registration and not saved by its button yet: the form's (name, value) pairs, as
    they came. Nobody but the step's own page reads them."""

    __tablename__ = "unsaved_entries"

    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id", ondelete="CASCADE"), primary_key=True)
    step: Mapped[str] = mapped_column(primary_key=True)
    entries: Mapped[list[list[str]]] = mapped_column(JSON)
    at: Mapped[datetime]


class ConsentKind(StrEnum):
    PUBLICATION = "publication"
    SHARING = "sharing"
    OVERSEAS_TRANSFER = "overseas_transfer"
    ADDRESSES = "addresses"
    DECLARATION = "declaration"


class Consent(Identified, Model):
    """One consent, given on its own and revocable on its own. Rows are never overwritten: the last one counts."""

    __tablename__ = "consents"

    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id", ondelete="CASCADE"), index=True)
    kind: Mapped[ConsentKind] = mapped_column(choice(ConsentKind))
    wording: Mapped[str]  # the version of the text that was agreed to
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]

    registration: Mapped[Registration] = relationship(back_populates="consents")


class Review(Identified, Model):
    """One reviewer's score of a registration, 1 to 5."""

    __tablename__ = "reviews"
    __table_args__ = (
        UniqueConstraint("registration_id", "reviewer_id"),
        CheckConstraint("score BETWEEN 1 AND 5", name="score"),
    )

    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id", ondelete="CASCADE"))
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    score: Mapped[int]
    comment: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]

    registration: Mapped[Registration] = relationship(back_populates="reviews")
    reviewer: Mapped[User] = relationship()


class Quota(Identified, Model):
    """The most organisations of a kind that an event approves; without a row there is no limit."""

    __tablename__ = "quotas"
    __table_args__ = (UniqueConstraint("event_id", "kind"), CheckConstraint("places >= 0", name="places"))

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    kind: Mapped[OrganisationKind] = mapped_column(choice(OrganisationKind))
    places: Mapped[int]


class ProfileSnapshot(Model):
    """What an organisation said of itself when the event ended: see `registration.history`."""

    __tablename__ = "profile_snapshots"

    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id", ondelete="CASCADE"), primary_key=True)
    taken_at: Mapped[datetime]
    organisation: Mapped[dict[str, Any]] = mapped_column(JSON)
    profile: Mapped[dict[str, Any]] = mapped_column(JSON)
    statements: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
