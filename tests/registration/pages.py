"""Going through the registration pages as a visitor does."""

import email
import email.policy
import re
from typing import Any

from sqlalchemy import select

from rbc_events.database import db
from rbc_events.outbox.models import OutboxMessage
from rbc_events.registration.labels import PROFILE_TEXTS
from rbc_events.registration.models import Registration

ADDRESS = "anna@mueller.example"
START = {
    "form_key": "one-page",
    "kind": "foreign_company",
    "name_native": "Sample Müller GmbH",
    "country": "DE",
    "email": ADDRESS,
    "family_latin": "Müller",
    "given_latin": "Anna",
}
STATEMENT_ORIGINS = {
    f"{kind}_{code}_origin": "human" for kind in ("offer", "need", "seed", "challenge") for code in ("ja", "en")
}
STEPS = {
    "organisation": {
        "kind": "foreign_company",
        "name_native": "Sample Müller GmbH",
        "name_latin": "Sample Mueller GmbH",
        "country": "DE",
        "region_code": "",
    },
    "profile": {
        "summary_en": "Sensors that watch the heart at home.",
        "languages": ["en", "de"],
        "stage": "pilot",
        "japan_presence": "none",
        **{f"{name}_{code}_origin": "human" for name in PROFILE_TEXTS for code in ("ja", "en")},
    },
    "offers": {"offer_en": "Remote monitoring\nA pilot free of charge", "need_en": "A hospital", **STATEMENT_ORIGINS},
    "consents": {"sharing": "y", "overseas_transfer": "y", "declaration": "y"},
}


def begin(client: Any, event: Any, **changes: Any) -> Registration:
    response = client.post(f"/events/{event.key}/register", data={**START, **changes})
    assert response.status_code == 302, response.text
    return newest()


def newest() -> Registration:
    return db.session.scalars(select(Registration).order_by(Registration.id.desc()).limit(1)).one()


def fill_in(client: Any, registration: Registration) -> None:
    number = registration.id
    for step, data in STEPS.items():
        response = client.post(f"/registrations/{number}/{step}", data=data)
        assert response.status_code == 302, (step, response.text)


def send(client: Any, registration: Registration) -> Any:
    return client.post(f"/registrations/{registration.id}/send")


def mails(kind: str = "") -> list[OutboxMessage]:
    wanted = select(OutboxMessage).order_by(OutboxMessage.id)
    return list(db.session.scalars(wanted.filter_by(kind=kind) if kind else wanted))


def text_of(mail: OutboxMessage) -> str:
    message = email.message_from_bytes(mail.content, policy=email.policy.default)
    body = message.get_body(("plain",))
    return str(body.get_content()) if body else ""


def link_in(mail: OutboxMessage) -> str:
    """The path of the first link of ours in a mail."""
    found = re.search(r"http://localhost(/\S+)", text_of(mail))
    assert found, text_of(mail)
    return found[1]
