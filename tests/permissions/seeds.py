"""Who may use the routes of seeds: the catalogue is everybody's, writing belongs to the organisation's leads and the
staff whose organisation it is."""

from typing import Any

from rbc_events.database import db
from rbc_events.seeds.models import Seed
from tests.factories import make_researcher, make_seed
from tests.permissions.expectations import EVERYBODY, MANAGERS, OWNERS, SIGNED_IN, Expectation
from tests.world import World

WRITERS = OWNERS | MANAGERS


def seed(world: World) -> Seed:
    if "a seed" not in world.extra:
        world.extra["a seed"] = make_seed(world.registration.organisation, published_at=None)
        db.session.commit()
    return world.extra["a seed"]


def public(world: World) -> dict[str, Any]:
    found = make_seed(world.registration.organisation)
    db.session.commit()
    return {"number": found.id}


def own(world: World) -> dict[str, Any]:
    return {"number": seed(world).id}


def own_preview(world: World) -> dict[str, Any]:
    return {"number": seed(world).id, "stage": "nda"}


def own_person(world: World) -> dict[str, Any]:
    person = make_researcher(seed(world))
    db.session.commit()
    return {"number": seed(world).id, "person_id": person.id}


def own_organisation(world: World) -> dict[str, Any]:
    return {"number": world.registration.organisation_id}


EXPECTED = {
    "seeds.index": Expectation(EVERYBODY),
    "seeds.show": Expectation(EVERYBODY, public),
    "seeds.mine": Expectation(SIGNED_IN),
    "seeds.new": Expectation(WRITERS, own_organisation),
    "seeds.edit": Expectation(WRITERS, own),
    "seeds.preview": Expectation(WRITERS, own_preview),
    "seeds.publish": Expectation(WRITERS, own),
    "seeds.withdraw": Expectation(WRITERS, own),
    "seeds.people": Expectation(WRITERS, own),
    "seeds.person": Expectation(WRITERS, own_person),
    "seeds.remove_person": Expectation(WRITERS, own_person),
}
