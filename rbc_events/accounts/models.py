from datetime import datetime
from enum import StrEnum
from typing import Any

from flask_login import UserMixin
from sqlalchemy import JSON, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from rbc_events.database import Identified, Model, choice


class PersonName:
    """A person's name in three writings. None is ever derived from another (a kanji has several readings)."""

    family_latin: Mapped[str] = mapped_column(default="")
    given_latin: Mapped[str] = mapped_column(default="")
    family_kanji: Mapped[str] = mapped_column(default="")
    given_kanji: Mapped[str] = mapped_column(default="")
    family_kana: Mapped[str] = mapped_column(default="")
    given_kana: Mapped[str] = mapped_column(default="")

    def name_in(self, language: str) -> str:
        """山田 太郎 for a Japanese reader, YAMADA Taro for others; whichever writing exists."""
        kanji = f"{self.family_kanji} {self.given_kanji}".strip()
        latin = f"{self.family_latin.upper()} {self.given_latin}".strip()
        return (kanji or latin) if language == "ja" else (latin or kanji)


class User(Identified, PersonName, UserMixin, Model):
    """A person who can sign in. What they may do hangs on their grants and memberships."""

    __tablename__ = "users"

    email: Mapped[str] = mapped_column(unique=True)  # always lower case: see accounts.operations.canonical_email
    password_hash: Mapped[str] = mapped_column(default="")  # empty: no password yet, signs in by a link
    language: Mapped[str] = mapped_column(default="en")
    time_zone: Mapped[str] = mapped_column(default="")  # empty: not known yet, taken from the first browser
    active: Mapped[bool] = mapped_column(default=True)
    email_confirmed_at: Mapped[datetime | None]
    is_sample: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]

    grants: Mapped[list["Grant"]] = relationship(back_populates="user", lazy="selectin", cascade="all, delete-orphan")

    __table_args__ = (CheckConstraint("email = lower(email)", name="email_lower"),)

    @property
    def is_active(self) -> bool:
        return self.active

    sign_in_key = ""  # of the browser that this request came from; no column: see accounts.sign_ins

    def get_id(self) -> str:
        """What a browser's cookies keep of its sign-in."""
        return f"{self.id}:{self.sign_in_key}"


class TypedForm(Identified, Model):
    """What somebody who had been signed out sent: see `accounts.routes.typed_forms`."""

    __tablename__ = "typed_forms"

    key_hash: Mapped[str] = mapped_column(unique=True)  # of what the browser's session holds
    page: Mapped[str]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(index=True)


class SignIn(Identified, Model):
    """One browser in which a person is signed in. Only a hash of the key that its cookies hold is kept."""

    __tablename__ = "sign_ins"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    key_hash: Mapped[str] = mapped_column(unique=True)
    since: Mapped[datetime]
    expires_at: Mapped[datetime]
    browser: Mapped[str] = mapped_column(default="")  # as "Firefox, Windows"; empty: it doesn't say

    user: Mapped[User] = relationship()


class SecondFactor(Identified, Model):
    """An authenticator app that shows codes (TOTP, RFC 6238), from a secret that it shares with us."""

    __tablename__ = "second_factors"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), unique=True)
    secret: Mapped[str]
    last_step: Mapped[int]  # the half minute of the last code that was used: no code is good twice
    since: Mapped[datetime]


class RecoveryCode(Identified, Model):
    """What lets its owner in once without the app. Only a hash is kept."""

    __tablename__ = "recovery_codes"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    code_hash: Mapped[str] = mapped_column(unique=True)


class Passkey(Identified, Model):
    """A WebAuthn credential: the device keeps the private key, we its public one. Binary values are base64url."""

    __tablename__ = "passkeys"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    credential: Mapped[str] = mapped_column(unique=True)
    public_key: Mapped[str]
    sign_count: Mapped[int]
    name: Mapped[str]
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    user: Mapped[User] = relationship()


class AddressChange(Identified, Model):
    """A person wants another mail address; it counts once the old and the new one have confirmed it."""

    __tablename__ = "address_changes"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), unique=True)
    address: Mapped[str]
    asked_at: Mapped[datetime]
    old_confirmed_at: Mapped[datetime | None]
    new_confirmed_at: Mapped[datetime | None]


class Role(StrEnum):
    HEADQUARTERS = "headquarters"
    COORDINATOR = "coordinator"
    INTERPRETER = "interpreter"


class Grant(Identified, Model):
    """One role of one person: everywhere (headquarters), in a region, or in one event."""

    __tablename__ = "grants"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    role: Mapped[Role] = mapped_column(choice(Role))
    region_code: Mapped[str | None] = mapped_column(ForeignKey("regions.code"))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)

    user: Mapped[User] = relationship(back_populates="grants")

    @property
    def everywhere(self) -> bool:
        return self.region_code is None and self.event_id is None

    __table_args__ = (
        CheckConstraint(
            "(role = 'headquarters' AND region_code IS NULL AND event_id IS NULL)"
            " OR (role = 'coordinator' AND (region_code IS NULL) <> (event_id IS NULL))"
            " OR (role = 'interpreter' AND region_code IS NULL)",
            name="scope",
        ),
    )


class LinkPurpose(StrEnum):
    CONFIRM_EMAIL = "confirm_email"
    SET_PASSWORD = "set_password"  # noqa: S105 - the name of a purpose
    SIGN_IN = "sign_in"
    CHANGE_EMAIL = "change_email"
    JOIN_ORGANISATION = "join_organisation"


class Link(Identified, Model):
    """A single-use link sent by mail. Only a hash of its token is kept."""

    __tablename__ = "links"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[LinkPurpose] = mapped_column(choice(LinkPurpose))
    token_hash: Mapped[str] = mapped_column(unique=True)
    # What the link was made for when it was made, such as the new address: never taken from the request.
    subject: Mapped[str] = mapped_column(default="")
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    user: Mapped[User] = relationship()
