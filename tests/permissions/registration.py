from typing import Any

from rbc_events.accounts import operations as accounts
from rbc_events.accounts.models import LinkPurpose
from rbc_events.clock import now
from rbc_events.database import db
from rbc_events.registration import questions, uploads
from rbc_events.registration.models import Claim, Consent, ConsentKind, Upload, UploadKind
from rbc_events.registration.questionnaire import questions_of
from tests.factories import NOW, add, make_delegate
from tests.permissions.expectations import (
    EVERYBODY,
    HEADQUARTERS,
    MANAGERS,
    OWNERS,
    PARTICIPANTS,
    Expectation,
    of_event,
)
from tests.world import World

OWNERS_AND_MANAGERS = OWNERS | MANAGERS


def own(world: World) -> dict[str, Any]:
    return {"number": world.registration.id}


def own_step(world: World) -> dict[str, Any]:
    return {"number": world.registration.id, "step": "profile"}


def own_person(world: World) -> dict[str, Any]:
    delegate = world.extra.get("person") or make_delegate(world.registration)
    world.extra["person"] = delegate
    db.session.commit()
    return {"number": world.registration.id, "delegate_id": delegate.id}


def own_person_to_remove(world: World) -> dict[str, Any]:
    """The contact can't be removed: every role that may try gets the same answer, again and again."""
    return {"number": world.registration.id, "delegate_id": world.registration.delegates[0].id}


def own_consent(world: World) -> dict[str, Any]:
    return {"number": world.registration.id, "kind": "publication", "what": "give"}


def screened(world: World) -> dict[str, Any]:
    return {"key": world.event.key, "number": world.registration.id}


def decided(world: World) -> dict[str, Any]:
    return {**screened(world), "decision": "ask_back"}


def a_question(world: World) -> dict[str, Any]:
    if "question" not in world.extra:
        questions.add_standard_questions(world.event)
        db.session.commit()
        world.extra["question"] = questions_of(world.event)[0]
    return {"key": world.event.key, "number": world.extra["question"].id}


def a_logo(world: World) -> dict[str, Any]:
    """Of an organisation that agreed to be seen by participants."""
    if not world.registration.consents:
        add(Consent(registration=world.registration, kind=ConsentKind.SHARING, wording="1", given_at=NOW))
    return {"upload_id": _upload(world, UploadKind.LOGO).id}


def a_file_of_another(world: World) -> dict[str, Any]:
    """Nobody removes a file through somebody else's registration: it isn't found there, whoever asks."""
    return {"number": world.registration.id, "upload_id": _upload(world, UploadKind.ANSWER).id}


def _upload(world: World, kind: UploadKind) -> Upload:
    kept = uploads.keep(world.registration.organisation, kind, b"\x89PNG\r\n\x1a\n", "logo.png", now=now())
    db.session.commit()
    return kept


def claimed(world: World) -> Claim:
    """Staff have registered the delegate's organisation, which they don't know to be it, for the same event."""
    if "claim" not in world.extra:
        made = Claim(organisation=world.counterpart.organisation, known=world.registration.organisation, made_at=NOW)
        world.extra["claim"] = add(made)
        db.session.commit()
    return world.extra["claim"]


def a_claim(world: World) -> dict[str, Any]:
    return {"number": claimed(world).id}


def a_claimed_registration(world: World) -> dict[str, Any]:
    return {"key": world.event.key, "number": claimed(world).registration.id}


def two_organisations(world: World) -> dict[str, Any]:
    return {"number": world.registration.organisation_id, "other": world.counterpart.organisation_id}


def confirmation(world: World) -> dict[str, Any]:
    return {"token": _link(world, LinkPurpose.CONFIRM_EMAIL, f"registration:{world.registration.id}")}


def invitation(world: World) -> dict[str, Any]:
    return {"token": _link(world, LinkPurpose.JOIN_ORGANISATION, f"delegate:{world.registration.delegates[0].id}")}


def own_organisation(world: World) -> dict[str, Any]:
    return {"number": world.registration.organisation_id}


def own_colleague(world: World) -> dict[str, Any]:
    """The lead, who is given the lead once more."""
    [membership] = world.registration.organisation.memberships
    return {**own_organisation(world), "member": membership.id, "what": "lead"}


def colleagues_invitation(world: World) -> dict[str, Any]:
    lead, organisation = world.people["delegate"].id, world.registration.organisation_id
    return {"token": _link(world, LinkPurpose.JOIN_ORGANISATION, f"organisation:{organisation}:{lead}:0")}


def _link(world: World, purpose: LinkPurpose, subject: str) -> str:
    token = accounts.issue_link(world.people["delegate"], purpose, now=now(), subject=subject)
    db.session.commit()
    return token


EXPECTED = {
    "registration.start": Expectation(EVERYBODY, of_event),
    "registration.start_for": Expectation(MANAGERS, of_event),
    "registration.step": Expectation(OWNERS_AND_MANAGERS, own_step),
    "registration.keep": Expectation(OWNERS_AND_MANAGERS, own_step),
    "registration.busy_from_calendar": Expectation(OWNERS_AND_MANAGERS, own),
    "registration.people": Expectation(OWNERS_AND_MANAGERS, own),
    "registration.person": Expectation(OWNERS_AND_MANAGERS, own_person),
    "registration.remove_person": Expectation(OWNERS_AND_MANAGERS, own_person_to_remove),
    "registration.invite_person": Expectation(OWNERS_AND_MANAGERS, own_person),
    "registration.status": Expectation(OWNERS_AND_MANAGERS, own),
    "registration.review": Expectation(OWNERS_AND_MANAGERS, own),
    "registration.send": Expectation(OWNERS_AND_MANAGERS, own),
    "registration.mail_again": Expectation(OWNERS_AND_MANAGERS, own),
    "registration.withdraw": Expectation(OWNERS_AND_MANAGERS, own),
    "registration.bring_back": Expectation(OWNERS_AND_MANAGERS, own),
    "registration.consent": Expectation(OWNERS_AND_MANAGERS, own_consent),
    # Who has the link may open it, signed in or not.
    "registration.confirm": Expectation(EVERYBODY, confirmation),
    "registration.join": Expectation(EVERYBODY, invitation),
    "registration.colleagues": Expectation(OWNERS_AND_MANAGERS, own_organisation),
    "registration.change_colleague": Expectation(OWNERS, own_colleague),
    "registration.join_colleagues": Expectation(EVERYBODY, colleagues_invitation),
    "registration.index": Expectation(MANAGERS, of_event),
    "registration.screen": Expectation(MANAGERS, screened),
    "registration.decide": Expectation(MANAGERS, decided),
    "registration.take_back": Expectation(MANAGERS, screened),
    "registration.move_waiting": Expectation(MANAGERS, lambda world: {**screened(world), "way": "up"}),
    "registration.score": Expectation(MANAGERS, screened),
    "registration.group": Expectation(MANAGERS, screened),
    "registration.meeting_rules": Expectation(MANAGERS, of_event),
    "registration.remove_meeting_rule": Expectation(frozenset(), lambda world: {**of_event(world), "number": 999}),
    "registration.quotas": Expectation(MANAGERS, of_event),
    "registration.invitations": Expectation(MANAGERS, of_event),
    "registration.question_list": Expectation(MANAGERS, of_event),
    "registration.standard_questions": Expectation(MANAGERS, of_event),
    "registration.question": Expectation(MANAGERS, a_question),
    "registration.change_question": Expectation(MANAGERS, lambda world: {**a_question(world), "what": "down"}),
    "registration.files": Expectation(OWNERS_AND_MANAGERS, own),
    "registration.remove_file": Expectation(frozenset(), a_file_of_another),
    # Participants see each other's logos.
    "registration.upload": Expectation(PARTICIPANTS | MANAGERS, a_logo),
    "registration.claim": Expectation(OWNERS | HEADQUARTERS, a_claim),
    "registration.ask_organisation": Expectation(MANAGERS, a_claimed_registration),
    "registration.doubles_of_event": Expectation(MANAGERS, of_event),
    "registration.compare": Expectation(HEADQUARTERS, two_organisations),
    "registration.merge": Expectation(HEADQUARTERS, two_organisations),
}
