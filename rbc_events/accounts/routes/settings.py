"""The account's own page: who one is, how one signs in, and which language and time zone one reads."""

from typing import Any

from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from rbc_events import limits
from rbc_events.accounts import addresses, mails, operations, passkeys, second_factor, sign_ins
from rbc_events.accounts.access import require_sign_in
from rbc_events.accounts.forms import ChangePasswordForm, SettingsForm
from rbc_events.accounts.routes.signing_in import local_target, note_failure, sign_in_here
from rbc_events.clock import now
from rbc_events.database import db
from rbc_events.i18n import LANGUAGES, device_zone, own_zone
from rbc_events.zones import ZONES


def settings() -> Any:
    user = require_sign_in()
    form = SettingsForm(obj=user)
    form.time_zone.suggest(own_zone(), device_zone())
    if form.validate_on_submit():
        form.populate_obj(user)
        db.session.commit()
        session.pop("language", None)
        flash(_("Saved."), "success")
        return redirect(url_for("accounts.settings"))
    page = render_template(
        "accounts/settings.html",
        form=form,
        passkeys=passkeys.passkeys_of(user) if passkeys.relying_party() else None,
        elsewhere=sign_ins.elsewhere(user, now=now()),
        app=second_factor.app_of(user),
        change=addresses.change_of(user),
    )
    return page, 422 if form.is_submitted() else 200


def change_password() -> Any:
    """Set the first password, or another one by the one that there is. Other browsers are signed out."""
    user = require_sign_in()._get_current_object()
    form = ChangePasswordForm(user)
    status, headers = 422 if form.is_submitted() else 200, {}
    if form.validate_on_submit():
        try:
            limits.refuse_exhausted("sign_in", user.email)
            if form.current is None or operations.check_password(user.email, form.current.data):
                return _change(user, form.password.data)
            limits.count("sign_in", user.email)
            note_failure(user)
            form.current.errors = [_("This is not your password.")]
        except limits.TooMany as refused:
            form.form_errors, status, headers = [str(refused)], refused.status, refused.headers
    return render_template("accounts/change_password.html", form=form), status, headers


def _change(user: Any, password: str) -> Any:
    operations.set_password(user, password, now=now())
    mails.tell_of_change(user, _l("Your password has been changed."), now=now())
    sign_in_here(user)
    db.session.commit()
    flash(_("Your password is set. Other browsers have been signed out."), "success")
    return redirect(url_for("accounts.settings"))


def sign_out_elsewhere() -> Any:
    sign_ins.end_others(require_sign_in())
    db.session.commit()
    flash(_("Other browsers have been signed out."), "success")
    return redirect(url_for("accounts.settings"))


def end_sign_in(number: int) -> Any:
    sign_ins.end_one(require_sign_in(), number)
    db.session.commit()
    flash(_("That browser has been signed out."), "success")
    return redirect(url_for("accounts.settings"))


def choose_language(language: str) -> Any:
    """Keep the visitor's choice; a user's also in the profile."""
    if language in LANGUAGES:
        session["language"] = language
        if current_user.is_authenticated:
            current_user.language = language
            db.session.commit()
    return redirect(local_target(request.form.get("next")))


def choose_time_zone() -> Any:
    zone = request.form.get("time_zone", "")
    if zone in ZONES and current_user.is_authenticated:
        current_user.time_zone = zone
        db.session.commit()
    elif zone in ZONES:
        session["time_zone"] = zone
    return redirect(local_target(request.form.get("next")))
