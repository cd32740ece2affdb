"""The first page of a registration."""

from typing import Any

from flask import flash, redirect, render_template, session, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from rbc_events import limits
from rbc_events.accounts.operations import canonical_email
from rbc_events.clock import now
from rbc_events.database import db
from rbc_events.events.access import load_event, load_managed_event
from rbc_events.events.models import Event
from rbc_events.i18n import language, own_zone
from rbc_events.registration import claims, mails, operations, starting
from rbc_events.registration.access import DRAFTS, remember_draft
from rbc_events.registration.delegates import contact_of
from rbc_events.registration.forms import StaffStartForm, StartForm
from rbc_events.registration.models import Membership, Organisation, Registration
from rbc_events.registration.rights import has_lead

CONTACT = ("email", "family_latin", "given_latin", "family_kanji", "given_kanji", "family_kana", "given_kana")


def start(key: str) -> Any:
    event = load_event(key)
    organisations = _led_organisations()
    begun = _begun(event, organisations)
    free = [row for row in organisations if all(other.organisation_id != row.id for other in begun)]
    if not begun:
        operations.refuse_closed(event, now())
    known = current_user.email if current_user.is_authenticated else ""
    form = StartForm(free, known_email=known, zone=own_zone(), obj=_me())
    if form.validate_on_submit():
        try:
            limits.count("registration", canonical_email(form.known_email or form.email.data))
        except limits.TooMany as refused:
            form.form_errors = [str(refused)]
            return _start_page(event, form, begun), refused.status, refused.headers
        registration = _start(event, form, by_staff=False)
        db.session.commit()
        remember_draft(registration)
        if _me() is None:
            flash(_tell_of_mail(registration), "success")
        return redirect(url_for("registration.step", number=registration.id, step="organisation"))
    return _start_page(event, form, begun), 422 if form.is_submitted() else 200


def _tell_of_mail(registration: Registration) -> str:
    return _(
        "We have sent a mail to %(email)s. The link in it confirms your address, and leads back here from any device.",
        email=contact_of(registration).email,
    )


def _start_page(event: Event, form: StartForm, begun: list[Registration]) -> str:
    return render_template("registration/start.html", event=event, form=form, begun=begun, now=now(), by_staff=False)


def start_for(key: str) -> Any:
    """A coordinator registers an organisation; the registration keeps who did."""
    event = load_managed_event(key)
    form = StaffStartForm(current_user)
    if form.validate_on_submit():
        registration = _start(event, form, by_staff=True)
        if form.claimed is not None:
            _claim(registration, form.claimed)
        db.session.commit()
        return redirect(url_for("registration.step", number=registration.id, step="organisation"))
    page = render_template("registration/start.html", event=event, form=form, begun=[], now=now(), by_staff=True)
    return page, 422 if form.is_submitted() else 200


def _claim(registration: Registration, known: Organisation) -> None:
    """Say whose the registration is, and ask those who lead that organisation; where nobody does, headquarters are
    shown it."""
    made = claims.claim(registration, known, actor=current_user, now=now())
    if made.asked_at is None and has_lead(known):
        claims.ask_leads(made, now=now())
    flash(
        _("This organisation is known from other events. Its leads are asked by mail whether it is theirs.")
        if made.asked_at
        else _(
            "This organisation is known from other events and has no lead. Headquarters decide whether it is the same."
        ),
        "warning",
    )


def _me() -> Any:
    return current_user if current_user.is_authenticated else None


def _led_organisations() -> list[Organisation]:
    if not current_user.is_authenticated:
        return []
    led = select(Organisation).join(Membership).where(Membership.user_id == current_user.id, Membership.lead)
    return list(db.session.scalars(led.order_by(Organisation.id)))


def _begun(event: Event, organisations: list[Organisation]) -> list[Registration]:
    """The registrations for this event that the actor, or this browser, can go on with."""
    own = Registration.organisation_id.in_([row.id for row in organisations])
    here = Registration.id.in_(session.get(DRAFTS, [])) & ~Registration.organisation.has(Organisation.memberships.any())
    return list(db.session.scalars(select(Registration).where(Registration.event_id == event.id, own | here)))


def _start(event: Event, form: StartForm, *, by_staff: bool) -> Registration:
    actor = _me()
    organisation = db.session.get(Organisation, form.chosen) if form.chosen else None
    contact = {name: form[name].data for name in CONTACT}
    if actor is not None and not by_staff:
        contact["email"] = actor.email
        if organisation is not None:
            contact |= {name: getattr(actor, name) for name in CONTACT}
    registration = starting.start_registration(
        event,
        organisation,
        contact,
        fields={"kind": form.kind.data, "name_native": form.name_native.data, "country": form.country.data},
        zone=form.time_zone.data or "",
        actor=actor,
        now=now(),
        language=language(),
        form_key=form.form_key.data or "",
        by_staff=by_staff,
    )
    if actor is None:
        mails.send_first_draft_link(registration, now=now())
    return registration


def step_titles(questions: bool) -> list[tuple[str, str]]:
    """(step, title) in their order."""
    titles = [
        ("organisation", _("Name and place")),
        ("people", _("Who takes part")),
        ("profile", _("What you do")),
        ("offers", _("Offers and needs")),
        ("files", _("Logo and presentation")),
        ("availability", _("How and when")),
        ("questions", _("The organisers' questions")),
        ("consents", _("Consents")),
        ("review", _("Check and send")),
    ]
    return [(step, title) for step, title in titles if questions or step != "questions"]


def step_url(registration: Registration, step: str) -> str:
    """The page of a step. Three of them aren't one form, and have addresses of their own."""
    if step in ("people", "files", "review"):
        return url_for(f"registration.{step}", number=registration.id)
    return url_for("registration.step", number=registration.id, step=step)
