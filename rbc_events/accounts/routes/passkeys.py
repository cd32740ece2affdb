"""Adding a passkey, signing in with one, taking one away. The browser's part is static/js/passkeys.js."""

from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from rbc_events import limits
from rbc_events.accounts import mails, passkeys
from rbc_events.accounts.access import require_sign_in
from rbc_events.accounts.forms import SignInForm
from rbc_events.accounts.models import Passkey
from rbc_events.accounts.routes.signing_in import note_failure, signed_in
from rbc_events.clock import now
from rbc_events.database import db
from rbc_events.errors import DomainError
from rbc_events.web import refuse

CHALLENGE = "passkey_challenge"  # in the session: of the last options, used once


def add_options() -> Response:
    user = require_sign_in()
    _require_site()
    return _options(passkeys.options_to_add(user))


def add() -> Any:
    user = require_sign_in()
    _require_site()
    try:
        name = request.form.get("name", "") or _("Passkey")
        passkeys.add_passkey(user, _answer(), _challenge(), name=name, now=now())
    except DomainError as refused:
        refuse(refused)
        return redirect(url_for("accounts.settings"))
    mails.tell_of_change(user, _l("A passkey has been added to your account."), now=now())
    db.session.commit()
    flash(_("The passkey has been added. You can sign in with it from now on."), "success")
    return redirect(url_for("accounts.settings"))


def remove(number: int) -> Any:
    user = require_sign_in()
    passkey = db.session.get(Passkey, number)
    if passkey is None or passkey.user_id != user.id:
        abort(404)
    db.session.delete(passkey)
    db.session.commit()
    flash(_("The passkey has been removed."), "success")
    return redirect(url_for("accounts.settings"))


def sign_in_options() -> Response:
    _require_site()
    return _options(passkeys.options_to_sign_in())


def sign_in() -> Any:
    _require_site()
    limits.refuse_exhausted("passkey", "")
    try:
        user = passkeys.whose_passkey(_answer(), _challenge(), now=now())
    except passkeys.NotAPasskey as refused:
        limits.count("passkey", "")
        refuse(refused)
        note_failure(None)
        return render_template("accounts/sign_in.html", form=SignInForm(formdata=None), passkeys=True), 422
    return signed_in(user)


def _require_site() -> None:
    if not passkeys.relying_party():
        abort(404)


def _options(made: tuple[str, str]) -> Response:
    options, session[CHALLENGE] = made
    return Response(options, mimetype="application/json")


def _challenge() -> str:
    return str(session.pop(CHALLENGE, ""))


def _answer() -> str:
    return request.form.get("credential", "")[:20_000]
