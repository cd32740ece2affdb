"""The pages behind mailed links. Opening one changes nothing (mail scanners open links); its button does."""

from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask_login import current_user

from rbc_events.accounts import operations as accounts
from rbc_events.accounts.models import Link, LinkPurpose, User
from rbc_events.accounts.routes.signing_in import sign_in_here
from rbc_events.accounts.second_factor import signs_in_by_link
from rbc_events.clock import now
from rbc_events.database import db
from rbc_events.registration import delegates, operations
from rbc_events.registration.access import find_registration, is_resumable, resume_draft
from rbc_events.registration.completeness import first_incomplete
from rbc_events.registration.joining import now_is
from rbc_events.registration.models import Delegate, Registration, RegistrationState
from rbc_events.registration.routes.registering import step_url


def confirm(token: str) -> Any:
    """Confirm the contact's address, and go on with the registration. A link that was used before still leads to the
    draft, but signs nobody in and opens nothing else."""
    link = accounts.find_link(token, LinkPurpose.CONFIRM_EMAIL, now=now(), used=True)
    registration = find_registration(_subject(link))
    again = link.used_at is not None
    if again and not (is_resumable(registration) and delegates.contact_of(registration).email == link.user.email):
        raise accounts.LinkSpent
    if request.method == "GET":
        return render_template(
            "registration/confirm.html", registration=registration, event=registration.event, again=again
        )
    if again and not link.user.password_hash:
        resume_draft(registration)
        return redirect(step_url(registration, first_incomplete(registration)))
    if again:
        return _go_on(link.user, registration)
    link = accounts.use_link(token, LinkPurpose.CONFIRM_EMAIL, now=now())
    operations.confirm_address(registration, link.user, now=now())
    answer = _go_on(link.user, registration)
    db.session.commit()
    return answer


def join(token: str) -> Any:
    """A delegate takes up the organisation's invitation."""
    link = accounts.find_link(token, LinkPurpose.JOIN_ORGANISATION, now=now())
    delegate = db.session.get(Delegate, _subject(link))
    if delegate is None or delegate.email != link.user.email:
        raise accounts.LinkSpent
    delegate = now_is(delegate)
    if request.method == "GET":
        return render_template("registration/join.html", delegate=delegate, event=delegate.registration.event)
    link = accounts.use_link(token, LinkPurpose.JOIN_ORGANISATION, now=now())
    delegates.join(delegate, link.user, now=now())
    answer = _go_on(link.user, delegate.registration)
    db.session.commit()
    return answer


def _subject(link: Link) -> int:
    """The number that the link was made for: "registration:12"."""
    number = link.subject.partition(":")[2]
    if not number.isdigit():
        abort(404)
    return int(number)


def _go_on(user: User, registration: Registration) -> Any:
    """To the registration. Who has no password yet is signed in by the link, others sign in as always; the caller
    commits."""
    target = url_for("registration.status", number=registration.id)
    if registration.state == RegistrationState.DRAFT:
        target = step_url(registration, first_incomplete(registration))
    if signs_in_by_link(user):
        sign_in_here(user, by_mail=True)
    elif not current_user.is_authenticated or current_user.id != user.id:
        return redirect(url_for("accounts.sign_in", next=target))
    return redirect(target)
