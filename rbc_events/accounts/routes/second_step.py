"""The second step of signing in, and setting up what it asks for."""

from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import Any

import segno
from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from rbc_events import limits
from rbc_events.accounts import mails, second_factor
from rbc_events.accounts.access import require_sign_in
from rbc_events.accounts.forms import CodeForm
from rbc_events.accounts.models import User
from rbc_events.accounts.passkeys import passkeys_of, relying_party
from rbc_events.accounts.routes import signing_in
from rbc_events.application import settings
from rbc_events.clock import now
from rbc_events.database import ahead_of_writing, db, give_up

NEW = "new_second_factor"  # in the session: the secret of an app that is being set up
PATIENCE = timedelta(minutes=10)


def _who_waits() -> tuple[User, bool] | None:
    """Who has taken the first step in this browser in the last minutes, and whether to stay signed in."""
    waiting = session.get(signing_in.WAITING)
    if not waiting or now() - datetime.fromisoformat(waiting[1]) > PATIENCE:
        return None
    user = db.session.get(User, waiting[0])
    return (user, waiting[2]) if user is not None and user.active else None


def second_step() -> Any:
    waiting = _who_waits()
    if waiting is None:
        return redirect(url_for("accounts.sign_in", next=request.args.get("next")))
    user, remember = waiting
    form = CodeForm()
    status, headers = 422 if form.is_submitted() else 200, {}
    if form.validate_on_submit():
        try:
            if _is_right(form, user):
                return signing_in.signed_in(user, remember=remember)
        except limits.TooMany as refused:
            form.form_errors, status, headers = [str(refused)], refused.status, refused.headers
    page = render_template(
        "accounts/second_step.html",
        form=form,
        app=second_factor.app_of(user),
        passkeys=bool(relying_party() and passkeys_of(user)),
    )
    return page, status, headers


def _is_right(form: CodeForm, user: User) -> bool:
    """Whether the code is the user's. Wrong ones are counted and kept in the audit log.

    Raises:
        TooMany: there were too many wrong ones.
    """
    limits.refuse_exhausted("second_factor", user.id)
    try:
        second_factor.check_code(user, form.code.data, now=now())
    except second_factor.WrongCode as wrong:
        give_up()
        form.code.errors = [str(wrong)]
        limits.count("second_factor", user.id)
        signing_in.note_failure(user)
        return False
    return True


def set_up() -> Any:
    """Show the secret as a picture until its app has shown a right code; then the recovery codes, once."""
    user = require_sign_in()._get_current_object()
    app, form = second_factor.app_of(user), CodeForm()
    if app is None and form.validate_on_submit() and NEW in session:
        try:
            codes = second_factor.set_up(user, session[NEW], form.code.data, now=now())
        except second_factor.WrongCode as wrong:
            give_up()
            form.code.errors = [str(wrong)]
        else:
            mails.tell_of_change(user, _l("An authenticator app has been added to your account."), now=now())
            db.session.commit()
            session.pop(NEW)
            return render_template("accounts/recovery_codes.html", codes=codes)
    if app is None and NEW not in session:
        session[NEW] = second_factor.make_secret()
    secret = session.get(NEW, "")
    page = render_template(
        "accounts/second_factor.html",
        form=form,
        app=app,
        secret=secret,
        picture=segno.make(second_factor.address_of(secret, user), micro=False).svg_data_uri(scale=4) if secret else "",
        missing=second_factor.is_missing(user),
    )
    return page, 422 if form.is_submitted() else 200


def remove() -> Any:
    """Remove the app, by a code of its own: the screen may stand open."""
    user = require_sign_in()._get_current_object()
    if second_factor.app_of(user) is None:
        return redirect(url_for("accounts.second_factor"))
    form = CodeForm()
    status, headers = 422 if form.is_submitted() else 200, {}
    if form.validate_on_submit():
        try:
            if _is_right(form, user):
                second_factor.remove(user)
                mails.tell_of_change(user, second_factor.REMOVED, now=now())
                db.session.commit()
                flash(_("The authenticator app has been removed."), "success")
                return redirect(url_for("accounts.settings"))
        except limits.TooMany as refused:
            form.form_errors, status, headers = [str(refused)], refused.status, refused.headers
    return render_template("accounts/remove_second_factor.html", form=form), status, headers


def insist() -> Any:
    """Lead whoever has to have a second factor, and has none, to where it is set up, before anything else."""
    ours = (request.endpoint or "").partition(".")[0] in {"accounts", "static"} or request.path in {
        "/healthz",
        "/readyz",
    }
    if ours or settings().second_factor == "none":
        return None
    with nullcontext() if request.method in ("GET", "HEAD") else ahead_of_writing():
        missing = current_user.is_authenticated and second_factor.is_missing(current_user)
    if not missing:
        return None
    return redirect(url_for("accounts.second_factor"))
