"""Passkeys (WebAuthn): a key that the person's device keeps and unlocks, in place of a password. Functions flush.

The imports happen inside: the library brings its own cryptography, 20 MB of a web worker that few sign-ins need.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from rbc_events.accounts.models import Passkey, User
from rbc_events.application import settings
from rbc_events.database import conflict_as, db
from rbc_events.errors import Conflict, Unacceptable

MOST = 10  # of one person
NAME_LENGTH = 60


class NotAPasskey(Unacceptable):
    message = _l("This passkey could not be used. Please try again, or sign in another way.")


class PasskeyTwice(Conflict):
    message = _l("This passkey is known already.")


class EnoughPasskeys(Unacceptable):
    message = _l("You have ten passkeys already. Please remove one first.")


def relying_party() -> str:
    """The name of the site that passkeys are for; empty where it is reached by a number, which browsers refuse."""
    host = urlsplit(settings().base_url).hostname or ""
    try:
        ip_address(host)
    except ValueError:
        return host
    return ""


def passkeys_of(user: User) -> Sequence[Passkey]:
    return db.session.scalars(select(Passkey).filter_by(user_id=user.id).order_by(Passkey.id)).all()


def options_to_add(user: User) -> tuple[str, str]:
    """What the browser needs to make one, as JSON, and the challenge that its answer must hold."""
    import webauthn
    from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, structs

    options = webauthn.generate_registration_options(
        rp_id=relying_party(),
        rp_name="RBC Events",
        user_id=str(user.id).encode(),
        user_name=user.email,
        user_display_name=user.name_in(user.language) or user.email,
        exclude_credentials=[
            structs.PublicKeyCredentialDescriptor(id=base64url_to_bytes(each.credential)) for each in passkeys_of(user)
        ],
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        ),
    )
    return webauthn.options_to_json(options), bytes_to_base64url(options.challenge)


def add_passkey(user: User, answer: str, challenge: str, *, name: str, now: datetime) -> Passkey:
    """Keep the key that a browser made.

    Raises:
        NotAPasskey, PasskeyTwice, EnoughPasskeys
    """
    import webauthn
    from webauthn.helpers import bytes_to_base64url

    if len(passkeys_of(user)) >= MOST:
        raise EnoughPasskeys
    made = _verified(webauthn.verify_registration_response, answer, challenge)
    passkey = Passkey(
        user_id=user.id,
        credential=bytes_to_base64url(made.credential_id),
        public_key=bytes_to_base64url(made.credential_public_key),
        sign_count=made.sign_count,
        name=name.strip()[:NAME_LENGTH],
        created_at=now,
    )
    with conflict_as(PasskeyTwice, "passkeys.credential", "uq_passkeys_credential"):
        db.session.add(passkey)
    return passkey


def options_to_sign_in() -> tuple[str, str]:
    """What the browser needs to sign in with one, as JSON, and the challenge that its answer must hold."""
    import webauthn
    from webauthn.helpers import bytes_to_base64url, structs

    options = webauthn.generate_authentication_options(
        rp_id=relying_party(), user_verification=structs.UserVerificationRequirement.REQUIRED
    )
    return webauthn.options_to_json(options), bytes_to_base64url(options.challenge)


def whose_passkey(answer: str, challenge: str, *, now: datetime) -> User:
    """The person whose passkey answered.

    Raises:
        NotAPasskey
    """
    import webauthn
    from webauthn.helpers import base64url_to_bytes

    passkey = db.session.scalar(select(Passkey).filter_by(credential=_credential_in(answer)))
    if passkey is None or not passkey.user.active:
        raise NotAPasskey
    used = _verified(
        webauthn.verify_authentication_response,
        answer,
        challenge,
        credential_public_key=base64url_to_bytes(passkey.public_key),
        credential_current_sign_count=passkey.sign_count,
    )
    passkey.sign_count, passkey.used_at = used.new_sign_count, now
    db.session.flush()
    return passkey.user


def _credential_in(answer: str) -> str:
    try:
        said = json.loads(answer)
    except (ValueError, RecursionError):
        raise NotAPasskey from None
    return str(said.get("id", "")) if isinstance(said, dict) else ""


def _verified(verify: Any, answer: str, challenge: str, **more: Any) -> Any:
    """The library's result; whatever it finds wrong is one fault to us.

    Raises:
        NotAPasskey
    """
    from webauthn.helpers import base64url_to_bytes
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        return verify(
            credential=answer,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=relying_party(),
            expected_origin=settings().base_url,
            require_user_verification=True,
            **more,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError, RecursionError):
        raise NotAPasskey from None
