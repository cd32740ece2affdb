"""Signing in: with a password, or by a mailed link; and out."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Response, after_this_request, current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import LoginManager, current_user, login_user, logout_user

from rbc_events import audit, limits, typed
from rbc_events.accounts import browsers, mails, operations, second_factor, sign_ins, tasks
from rbc_events.accounts.forms import AddressForm, PasswordForm, SignInForm
from rbc_events.accounts.models import LinkPurpose, User
from rbc_events.accounts.passkeys import relying_party
from rbc_events.accounts.routes import typed_forms
from rbc_events.clock import now
from rbc_events.database import ahead_of_writing, db, write_anew
from rbc_events.i18n import visitors_zone

login_manager = LoginManager()

WAITING = "waits_for_second_step"  # in the session: who took the first step, when, and whether to stay signed in
KNOWN = "rbc_known"  # the cookie of the accounts that a browser has been used for


@login_manager.user_loader
def _load_user(session_id: str) -> User | None:
    return sign_ins.find_signed_in(session_id, now=now())


def sign_in_here(user: User, *, remember: bool = False, by_mail: bool = False) -> None:
    """Sign the user in with this browser, in place of whoever was; the caller commits. Who is of the staff is told of a
    browser that is new, unless they came `by_mail`."""
    if current_user.is_authenticated:
        sign_ins.end(current_user)
    take_over_zone(user)
    browser = browsers.in_words(request.user_agent.string)
    lifetime = sign_ins.REMEMBERED if remember else sign_ins.LIFETIME
    sign_ins.begin(user, now=now(), lifetime=lifetime, browser=browser)
    known = request.cookies.get(KNOWN, "")
    if user.grants and not by_mail and user.id not in browsers.known_accounts(known):
        mails.tell_of_sign_in(user, browser, now=now())
    _remember_account(browsers.with_account(known, user.id))
    login_user(user, remember=remember, duration=sign_ins.REMEMBERED)
    audit.record(audit.Kind.SIGNED_IN, actor_id=user.id)


def _remember_account(cookie: str) -> None:
    @after_this_request
    def remember(response: Response) -> Response:
        secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
        options: dict[str, Any] = {"httponly": True, "samesite": "Lax", "secure": secure}
        response.set_cookie(KNOWN, cookie, max_age=timedelta(days=400), **options)
        return response


def take_over_zone(user: User) -> None:
    """Who signs in for the first time gets the zone of this browser."""
    user.time_zone = user.time_zone or visitors_zone()


@login_manager.unauthorized_handler
def _unauthorized() -> Any:
    return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")))


def _ask_to_sign_in(_error: Exception) -> Any:
    db.session.rollback()
    waits = request.method == "POST" or typed.waiting() is not None
    target = typed_forms.keep_for_after_sign_in() if waits else request.full_path.rstrip("?")
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
                return let_in(user, remember=form.remember.data)
            form.password.errors = [_("The address or the password is not right.")]
    return render_template("accounts/sign_in.html", form=form, passkeys=bool(relying_party())), status, headers


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
        note_failure(operations.find_user(address))
    return user


def note_failure(user: User | None) -> None:
    """Keep that somebody was not let in; `user`: the account that was meant, if there is one."""
    write_anew()
    audit.record(audit.Kind.SIGN_IN_FAILED, actor_id=None, account=user.id if user else None)
    db.session.commit()


def let_in(user: User, *, remember: bool = False, by_mail: bool = False) -> Any:
    """Sign in whoever has shown a password or a mailed link, unless a second factor is asked for: then ask for it."""
    if not second_factor.is_asked_for(user):
        return signed_in(user, remember=remember, by_mail=by_mail)
    db.session.commit()
    session[WAITING] = [user.id, now().isoformat(), remember]
    return redirect(url_for("accounts.second_step", next=request.args.get("next")))


def signed_in(user: User, *, remember: bool = False, by_mail: bool = False) -> Any:
    """Sign the user in, and go where they wanted to go."""
    chosen = session.get("language")
    take_over_zone(user)
    keeping = {name: session[name] for name in (typed_forms.IN_SESSION,) if name in session}
    session.clear()
    session.update(keeping)
    if chosen:
        # What the visitor chose just now goes before the profile, until they sign out.
        session["language"] = chosen
    sign_in_here(user, remember=remember, by_mail=by_mail)
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
    """Ask for a link to set a password."""
    return _mail_link("accounts/forgotten.html", tasks.send_password_link)


def mailed_link() -> Any:
    """Ask for a link that signs in."""
    target = request.args.get("next", "")
    return _mail_link("accounts/mailed_link.html", lambda email: tasks.send_sign_in_link(email, target))


def _mail_link(template: str, send: Callable[[str], Any]) -> Any:
    """The answer is the same whether or not the address has an account."""
    form = AddressForm()
    status, headers = 422 if form.is_submitted() else 200, {}
    if form.validate_on_submit():
        try:
            limits.count("password_mail", operations.canonical_email(form.email.data))
            # By the worker: the answer here takes as long whether or not the address has an account.
            send(form.email.data)
            return render_template("accounts/link_sent.html", email=form.email.data)
        except limits.TooMany as refused:
            form.form_errors, status, headers = [str(refused)], refused.status, refused.headers
    return render_template(template, form=form), status, headers


def sign_in_by_link(token: str) -> Any:
    """Opening the link changes nothing (mail scanners open links); its button signs in."""
    operations.find_link(token, LinkPurpose.SIGN_IN, now=now())
    if request.method == "GET":
        return render_template("accounts/sign_in_by_link.html")
    link = operations.use_link(token, LinkPurpose.SIGN_IN, now=now())
    operations.confirm_email(link.user, now=now())
    return let_in(link.user, by_mail=True)


def set_password(token: str) -> Any:
    """Who sets a password by a mailed link is signed in with it."""
    form = PasswordForm(operations.find_link(token, LinkPurpose.SET_PASSWORD, now=now()).user)
    if form.validate_on_submit():
        link = operations.use_link(token, LinkPurpose.SET_PASSWORD, now=now())
        operations.set_password(link.user, form.password.data, now=now())
        operations.confirm_email(link.user, now=now())
        if not second_factor.is_asked_for(link.user):
            flash(_("Your password is set, and you are signed in."), "success")
        return let_in(link.user, by_mail=True)
    return render_template("accounts/set_password.html", form=form), 422 if form.is_submitted() else 200
