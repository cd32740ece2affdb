from typing import Any

from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import LoginManager, current_user, login_user, logout_user

from rbc_events import limits
from rbc_events.accounts import operations, sign_ins, tasks
from rbc_events.accounts.access import require_sign_in
from rbc_events.accounts.forms import ForgottenForm, PasswordForm, SettingsForm, SignInForm
from rbc_events.accounts.models import LinkPurpose, User
from rbc_events.clock import now
from rbc_events.database import ahead_of_writing, db
from rbc_events.i18n import LANGUAGES, device_zone, own_zone, visitors_zone
from rbc_events.zones import ZONES

login_manager = LoginManager()


@login_manager.user_loader
def _load_user(session_id: str) -> User | None:
    return sign_ins.find_signed_in(session_id, now=now())


def sign_in_here(user: User, *, remember: bool = False) -> None:
    """Sign the user in with this browser, in place of whoever was; the caller commits."""
    if current_user.is_authenticated:
        sign_ins.end(current_user)
    take_over_zone(user)
    sign_ins.begin(user, now=now(), lifetime=sign_ins.REMEMBERED if remember else sign_ins.LIFETIME)
    login_user(user, remember=remember, duration=sign_ins.REMEMBERED)


def take_over_zone(user: User) -> None:
    """Who signs in for the first time gets the zone of this browser."""
    user.time_zone = user.time_zone or visitors_zone()


@login_manager.unauthorized_handler
def _unauthorized() -> Any:
    return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")))


def _ask_to_sign_in(_error: Exception) -> Any:
    db.session.rollback()
    target = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("accounts.sign_in", next=target))


def local_target(target: str | None) -> str:
    """Where to go next if `target` is a path of this site, else the home page: never another host or scheme.

    Browsers read a backslash as a slash and leave tabs and line ends out, so neither is let through.
    """
    path = target or ""
    inside = path.startswith("/") and not path.startswith("//")
    return path if inside and "\\" not in path and path.isprintable() else url_for("home.index")


def sign_in() -> Any:
    form = SignInForm()
    status, headers = 422 if form.is_submitted() else 200, {}
    if form.validate_on_submit():
        try:
            user = _whose_password(form)
        except limits.TooMany as refused:
            form.form_errors, status, headers = [str(refused)], refused.status, refused.headers
        else:
            if user is not None:
                return _signed_in(user, remember=form.remember.data)
            form.password.errors = [_("The address or the password is not right.")]
    return render_template("accounts/sign_in.html", form=form), status, headers


def _whose_password(form: SignInForm) -> User | None:
    """The user whose address and password these are. A right password is no attempt; wrong ones are counted, alike for
    addresses with and without an account. Hashing takes long, so nothing is locked meanwhile.

    Raises:
        TooMany: there were too many wrong ones.
    """
    address = operations.canonical_email(form.email.data)
    limits.refuse_exhausted("sign_in", address)
    with ahead_of_writing():
        user = operations.check_password(address, form.password.data)
    if user is None:
        limits.count("sign_in", address)
    return user


def _signed_in(user: User, *, remember: bool) -> Any:
    chosen = session.get("language")
    take_over_zone(user)
    session.clear()
    if chosen:
        # What the visitor chose just now goes before the profile, until they sign out.
        session["language"] = chosen
    sign_in_here(user, remember=remember)
    db.session.commit()
    return redirect(local_target(request.args.get("next")))


def sign_out() -> Any:
    if current_user.is_authenticated:
        sign_ins.end(current_user)
        db.session.commit()
    session.clear()
    logout_user()  # last: that the remember-cookie is to go stands in the session
    return redirect(url_for("home.index"))


def forgotten() -> Any:
    """Ask for a link to set a password. The answer is the same whether or not the address has an account."""
    form = ForgottenForm()
    status, headers = 422 if form.is_submitted() else 200, {}
    if form.validate_on_submit():
        try:
            limits.count("password_mail", operations.canonical_email(form.email.data))
            # By the worker: the answer here takes as long whether or not the address has an account.
            tasks.send_password_link(form.email.data)
            return render_template("accounts/link_sent.html", email=form.email.data)
        except limits.TooMany as refused:
            form.form_errors, status, headers = [str(refused)], refused.status, refused.headers
    return render_template("accounts/forgotten.html", form=form), status, headers


def set_password(token: str) -> Any:
    operations.find_link(token, LinkPurpose.SET_PASSWORD, now=now())
    form = PasswordForm()
    if form.validate_on_submit():
        link = operations.use_link(token, LinkPurpose.SET_PASSWORD, now=now())
        operations.set_password(link.user, form.password.data, now=now())
        operations.confirm_email(link.user, now=now())
        db.session.commit()
        flash(_("Your password is set. Please sign in with it."), "success")
        return redirect(url_for("accounts.sign_in"))
    return render_template("accounts/set_password.html", form=form), 422 if form.is_submitted() else 200


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
    return render_template("accounts/settings.html", form=form), 422 if form.is_submitted() else 200


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
