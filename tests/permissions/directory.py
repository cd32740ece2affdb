from typing import Any

from sqlalchemy import select

from rbc_events.database import db
from rbc_events.directory.models import SavedSearch
from rbc_events.registration.models import Consent, ConsentKind
from tests.factories import NOW, add
from tests.permissions.expectations import EVERYBODY, MANAGERS, OWNERS, PARTICIPANTS, SIGNED_IN, Expectation, of_event
from tests.world import World

THOSE_AT_THE_EVENT = MANAGERS | PARTICIPANTS


def of_counterpart(world: World) -> dict[str, Any]:
    """The other organisation of the event, which agreed to be seen by participants but not by the public."""
    if not world.counterpart.consents:
        add(Consent(registration=world.counterpart, kind=ConsentKind.SHARING, wording="1", given_at=NOW))
    return {"key": world.event.key, "number": world.counterpart.id}


def of_own_search(world: World) -> dict[str, Any]:
    user, event = world.people["delegate"], world.event
    saved = db.session.scalar(select(SavedSearch)) or add(
        SavedSearch(user_id=user.id, event_id=event.id, name="tea", notified_at=NOW)
    )
    return {"key": world.event.key, "number": saved.id}


def of_own(world: World) -> dict[str, Any]:
    return {"number": world.registration.id}


EXPECTED = {
    "directory.preview": Expectation(OWNERS | MANAGERS, of_own),
    "directory.index": Expectation(EVERYBODY, of_event),
    "directory.nearest": Expectation(EVERYBODY, of_event),
    "directory.show": Expectation(THOSE_AT_THE_EVENT, of_counterpart),
    "directory.bookmark": Expectation(THOSE_AT_THE_EVENT, of_counterpart),
    "directory.recommendations": Expectation(PARTICIPANTS, of_event),
    "directory.judge": Expectation(PARTICIPANTS, of_counterpart),
    "directory.searches": Expectation(SIGNED_IN, of_event),
    "directory.delete_search": Expectation(frozenset({"delegate"}), of_own_search),
}
