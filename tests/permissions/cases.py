from typing import Any

from rbc_events.accounts.operations import token_hash
from rbc_events.cases import consent
from rbc_events.cases.facts import add_fact
from rbc_events.cases.models import CaseApproval
from rbc_events.cases.pictures import keep_picture
from rbc_events.clock import now
from rbc_events.database import db
from rbc_events.file_types import FileType, Picture
from rbc_events.outcomes.models import Source
from tests.factories import make_case, make_outcome
from tests.permissions.expectations import EVERYBODY, MANAGERS, Expectation
from tests.permissions.outcomes import of_outcome
from tests.world import World


def from_outcome(world: World) -> dict[str, Any]:
    return {"outcome": of_outcome(world)["number"]}


def of_case(world: World) -> dict[str, Any]:
    """A case that is not public, on an outcome of the world's own event."""
    if "case" not in world.extra:
        of_outcome(world)
        world.extra["case"] = make_case(world.extra["outcome"])
    return {"key": world.extra["case"].key}


def of_fact(world: World) -> dict[str, Any]:
    key = of_case(world)["key"]
    label = {"label_ja": "見本", "label_en": "Another", "text_ja": "見本の事実", "text_en": "A fact"}
    return {"key": key, "number": add_fact(world.extra["case"], Source(title_en="A source"), **label).id}


def of_picture(world: World) -> dict[str, Any]:
    key = of_case(world)["key"]
    drawn = Picture(b"\x89PNG\r\n\x1a\n", FileType("image/png", "png"))
    alt = {"alt_ja": "見本", "alt_en": "Sample"}
    kept = keep_picture(world.extra["case"], drawn, file_name="a.png", now=now(), **alt)
    return {"key": key, "number": kept.id}


def of_approval(world: World) -> dict[str, Any]:
    """A party's consent that was given."""
    key = of_case(world)["key"]
    asked = {"recipient": "a@party.example", "name": "A", "language": "en", "actor": None, "now": now()}
    approval = consent.ask(world.extra["case"], "n:Sample A", **asked)
    consent.answer(approval, agreed=True, signed_name="A", now=now())
    return {"key": key, "number": approval.id}


def of_link(world: World) -> dict[str, Any]:
    """The link of a mail: whoever has it may use it."""
    number = of_approval(world)["number"]
    token = f"token-{number}"
    db.session.get_one(CaseApproval, number).token_hash = token_hash(token)
    return {"token": token}


def of_link_with_picture(world: World) -> dict[str, Any]:
    of_picture(world)
    return of_link(world)


def of_own_consent(world: World) -> dict[str, Any]:
    """A consent that the delegate's organisation gave."""
    organisation = world.registration.organisation
    if "own_case" not in world.extra:
        world.extra["own_case"] = make_case(make_outcome(world.event, parties=(organisation, "Sample B")), "own-case")
    asked = {"recipient": "a@party.example", "name": "A", "language": "en", "actor": None, "now": now()}
    approval = consent.ask(world.extra["own_case"], f"o{organisation.id}", **asked)
    consent.answer(approval, agreed=True, signed_name="A", now=now())
    return {"number": approval.id}


EXPECTED = {
    "cases.index": Expectation(EVERYBODY),
    "cases.show": Expectation(MANAGERS, of_case),
    "cases.new": Expectation(MANAGERS, from_outcome),
    "cases.edit": Expectation(MANAGERS, of_case),
    "cases.publish": Expectation(MANAGERS, of_case),
    "cases.withdraw": Expectation(MANAGERS, of_case),
    "cases.facts": Expectation(MANAGERS, of_case),
    "cases.fact": Expectation(MANAGERS, of_fact),
    "cases.remove_fact": Expectation(MANAGERS, of_fact),
    "cases.move_fact": Expectation(MANAGERS, of_fact),
    "cases.picture": Expectation(MANAGERS, of_picture),
    "cases.new_picture": Expectation(MANAGERS, of_case),
    "cases.remove_picture": Expectation(MANAGERS, of_case),
    "cases.approvals": Expectation(MANAGERS, of_case),
    "cases.taken_back": Expectation(MANAGERS, of_approval),
    "cases.partner_takes_back": Expectation({"delegate"}, of_own_consent),
    "cases.approval": Expectation(EVERYBODY, of_link),
    "cases.take_back": Expectation(EVERYBODY, of_link),
    "cases.approval_picture": Expectation(EVERYBODY, of_link_with_picture),
}
