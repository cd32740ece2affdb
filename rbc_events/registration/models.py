from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from rbc_events.accounts.models import PersonName, User
from rbc_events.database import Bilingual, BothLanguages, Identified, Model, Versioned, choice
from rbc_events.events.models import Event, Mode, Place, Region, Slot
from rbc_events.kept_files import KeptFile

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
    """One offer, need, technology seed or challenge of an organisation, the unit that matching works on.

    `details` holds what a seed adds: researcher, owner of the rights, patent state, readiness, licence consent.
    """

    __tablename__ = "statements"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"), index=True)
    kind: Mapped[StatementKind] = mapped_column(choice(StatementKind))
    position: Mapped[int] = mapped_column(default=0)
    text_ja: Mapped[str] = mapped_column(default="")
    text_en: Mapped[str] = mapped_column(default="")
    origin_ja: Mapped[Origin] = mapped_column(choice(Origin, "origin_ja"), default=Origin.HUMAN)
    origin_en: Mapped[Origin] = mapped_column(choice(Origin, "origin_en"), default=Origin.HUMAN)
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
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
    message: Mapped[str] = mapped_column(default="")  # to the participant: why asked back, declined, where on the list
    waiting_since: Mapped[datetime | None]
    registered_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))  # a coordinator who acted for it
    form_key: Mapped[str | None]  # of the page that began it: sent twice, it is one registration
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

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
    def in_person(self) -> bool:
        """Whether the organisation is at the event's place: its own choice alone where the event is both."""
        mode = self.event.mode
        return mode == Mode.IN_PERSON or (mode == Mode.HYBRID and self.attends == Mode.IN_PERSON)

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

    registration: Mapped[Registration] = relationship(back_populates="steps")
    taken_by: Mapped[User | None] = relationship()


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


class QuestionKind(StrEnum):
    TEXT = "text"
    LONG_TEXT = "long_text"
    CHOICE = "choice"
    CHOICES = "choices"
    NUMBER = "number"
    FILE = "file"
    CONSENT = "consent"


class Audience(StrEnum):
    PARTNERS = "partners"
    STAFF = "staff"


class Question(Identified, Model):
    """A question of an event's registration form.

    `options`: [{"key": "smes", "ja": "…", "en": "…"}]. `shown_if`: empty, or {"question": key, "answers":
    [option keys]}, one of which must be given; "y" is the tick of a consent.
    """

    __tablename__ = "questions"
    __table_args__ = (UniqueConstraint("event_id", "key"),)

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    key: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)
    kind: Mapped[QuestionKind] = mapped_column(choice(QuestionKind))
    label_ja: Mapped[str] = mapped_column(default="")
    label_en: Mapped[str] = mapped_column(default="")
    help_ja: Mapped[str] = mapped_column(default="")
    help_en: Mapped[str] = mapped_column(default="")
    options: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    shown_if: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    required: Mapped[bool] = mapped_column(default=False)
    visible_to: Mapped[Audience] = mapped_column(choice(Audience), default=Audience.STAFF)
    label = BothLanguages()
    help = BothLanguages()


class Answer(Identified, Model):
    """A registration's answer: text, a number, an option's key, a list of them, or an upload's number."""

    __tablename__ = "answers"
    __table_args__ = (UniqueConstraint("registration_id", "question_id"),)

    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id", ondelete="CASCADE"))
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id", ondelete="CASCADE"), index=True)
    value: Mapped[Any] = mapped_column(JSON)

    registration: Mapped[Registration] = relationship(back_populates="answers")
    question: Mapped[Question] = relationship()


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
