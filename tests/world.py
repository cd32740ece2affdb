"""A small world with one person of every role, for tests of who may do what."""

from dataclasses import dataclass, field
from typing import Any

from rbc_events.accounts.models import User
from rbc_events.events.models import Event
from rbc_events.registration.models import Registration

# Who asks. "delegate" is of the organisation that owns the resource; "other_delegate" of another one at the same event;
# "outsider" of one at another event; "other_coordinator" of another event; "public" has not signed in.
ROLES = (
    "public",
    "headquarters",
    "coordinator",
    "other_coordinator",
    "interpreter",
    "delegate",
    "other_delegate",
    "outsider",
)


@dataclass
class World:
    event: Event
    other_event: Event
    registration: Registration  # the delegate's
    counterpart: Registration  # the other delegate's, same event
    elsewhere: Registration  # the outsider's, at the other event
    people: dict[str, User]
    extra: dict[str, Any] = field(default_factory=dict)  # rows that a feature's matrix adds once
