"""Which rows are one person: an account, and those who stand in events under its address."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, or_, select

from rbc_events.accounts.models import PersonName, User
from rbc_events.database import db
from rbc_events.meetings.models import Interpreter
from rbc_events.registration.models import Delegate, Membership
from rbc_events.seeds.models import SeedResearcher


@dataclass(frozen=True)
class Person:
    """One person as the tables know them. Any of the fields may be empty: whoever never signed in has no account."""

    user: User | None
    delegates: tuple[Delegate, ...]
    interpreters: tuple[Interpreter, ...]
    researchers: tuple[SeedResearcher, ...] = ()

    @property
    def rows(self) -> tuple[User | Delegate | Interpreter, ...]:
        return (*([self.user] if self.user else []), *self.delegates, *self.interpreters)

    @property
    def addresses(self) -> set[str]:
        return {row.email for row in (*self.rows, *self.researchers)}

    @property
    def event_ids(self) -> set[int]:
        return {row.registration.event_id for row in self.delegates} | {row.event_id for row in self.interpreters}

    @property
    def registration_ids(self) -> set[int]:
        return {row.registration_id for row in self.delegates}

    @property
    def organisation_ids(self) -> set[int]:
        """The organisations for which the person stands or acts."""
        number = self.user.id if self.user else -1
        member = select(Membership.organisation_id).where(Membership.user_id == number)
        return {row.registration.organisation_id for row in self.delegates} | set(db.session.scalars(member))

    def mentions(self) -> list["Mention"]:
        """How the person may stand in a text that somebody else wrote."""
        found = {Mention.of_address(address) for address in self.addresses if address}
        for row in (*self.rows, *self.researchers):
            found |= {Mention.of_name(family, given) for family, given in full_names(row)}
        return sorted(found, key=lambda mention: mention.words)


@dataclass(frozen=True)
class Mention:
    """An address, or a family and a given name together. Where `pattern` is found in a text, all of `words` stand in
    it."""

    words: tuple[str, ...]
    pattern: re.Pattern[str]

    @classmethod
    def of_address(cls, address: str) -> "Mention":
        return cls((address.lower(),), re.compile(re.escape(address), re.IGNORECASE))

    @classmethod
    def of_name(cls, family: str, given: str) -> "Mention":
        """A full name in either order, with or without a blank or comma: 山田太郎, 山田 太郎, Taro YAMADA.

        A family name or a given name alone may be somebody else's, and is not looked for.
        """
        first, last = re.escape(family), re.escape(given)
        gap = r"[\s\u3000,、・]*"
        return cls((family.lower(), given.lower()), re.compile(f"{first}{gap}{last}|{last}{gap}{first}", re.IGNORECASE))


def full_names(row: PersonName) -> Iterator[tuple[str, str]]:
    """The person's family and given name in each writing that has both."""
    for writing in ("latin", "kanji", "kana"):
        family, given = getattr(row, f"family_{writing}"), getattr(row, f"given_{writing}")
        if family and given:
            yield family, given


def find_person(address: str) -> Person:
    """Everything that stands under an address, or belongs to its account."""
    address = address.strip().lower()
    user = db.session.scalar(select(User).where(User.email == address))
    number = user.id if user else -1
    delegates = select(Delegate).where(or_(func.lower(Delegate.email) == address, Delegate.user_id == number))
    interpreters = select(Interpreter).where(
        or_(func.lower(Interpreter.email) == address, Interpreter.user_id == number)
    )
    researchers = select(SeedResearcher).where(func.lower(SeedResearcher.email) == address)
    return Person(
        user,
        tuple(db.session.scalars(delegates.order_by(Delegate.id))),
        tuple(db.session.scalars(interpreters.order_by(Interpreter.id))),
        tuple(db.session.scalars(researchers.order_by(SeedResearcher.id))),
    )
