"""The delegates of a registration."""

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from rbc_events import limits
from rbc_events.accounts.access import require_sign_in
from rbc_events.accounts.models import User
from rbc_events.accounts.operations import canonical_email
from rbc_events.clock import now
from rbc_events.database import db
from rbc_events.editing import hold
from rbc_events.errors import Conflict
from rbc_events.registration import delegates, mails
from rbc_events.registration.access import load_changeable
from rbc_events.registration.forms import DelegateForm
from rbc_events.registration.models import Delegate, Registration
from rbc_events.registration.rights import may_appoint
from rbc_events.registration.routes.steps import step_page


def people(number: int) -> Any:
    """The list of delegates, and the form for one more."""
    registration = load_changeable(number)
    form = DelegateForm(registration, data={"language": registration.language})
    return _save(registration, form, None)


def person(number: int, delegate_id: int) -> Any:
    registration = load_changeable(number)
    delegate = _delegate(registration, delegate_id)
    hold(delegate)
    appoints = may_appoint(current_user, registration.organisation)
    form = DelegateForm(registration, delegate, appoints=appoints, lead=delegate.user_id in _leads(registration))
    return _save(registration, form, delegate)


def _save(registration: Registration, form: DelegateForm, delegate: Delegate | None) -> Any:
    number, delegate_id = registration.id, delegate.id if delegate else None
    if not form.validate_on_submit():
        return _page(registration, form, delegate), form.status
    try:
        delegates.save_delegate(registration, delegate, form.fields(), actor=_actor())
    except (delegates.DelegateTwice, delegates.LastContact) as refused:
        db.session.rollback()
        field = form.contact if isinstance(refused, delegates.LastContact) else form.email
        field.errors = [str(refused)]
        registration = load_changeable(number)
        page = _page(registration, form, _delegate(registration, delegate_id) if delegate_id else None)
        return page, 409 if isinstance(refused, Conflict) else 422
    db.session.commit()
    return redirect(url_for("registration.people", number=number))


def remove_person(number: int, delegate_id: int) -> Any:
    registration = load_changeable(number)
    delegates.remove_delegate(registration, _delegate(registration, delegate_id), actor=_actor())
    db.session.commit()
    return redirect(url_for("registration.people", number=number))


def invite_person(number: int, delegate_id: int) -> Any:
    actor = require_sign_in()  # a visitor who confirmed no address sends no mails to others
    registration = load_changeable(number)
    delegate = _delegate(registration, delegate_id)
    delegates.vouch_for(delegate, actor._get_current_object())
    limits.count("invitation", canonical_email(delegate.email))
    limits.count("inviting", actor.id)
    mails.invite(delegate, now=now())
    db.session.commit()
    flash(_("An invitation is on its way to %(email)s.", email=delegate.email), "success")
    return redirect(url_for("registration.people", number=number))


def _actor() -> User | None:
    return current_user._get_current_object() if current_user.is_authenticated else None


def _delegate(registration: Registration, delegate_id: int) -> Delegate:
    delegate = db.session.get(Delegate, delegate_id)
    if delegate is None or delegate.registration_id != registration.id:
        abort(404)
    return delegate


def _leads(registration: Registration) -> set[int]:
    """The numbers of the people who lead the organisation."""
    return {each.user_id for each in registration.organisation.memberships if each.lead}


def _page(registration: Registration, form: DelegateForm, delegate: Delegate | None) -> str:
    return render_template(
        "registration/people.html",
        form=form,
        delegate=delegate,
        leads=_leads(registration),
        **step_page(registration, "people"),
    )
