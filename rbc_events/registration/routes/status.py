"""Where a registration stands, and what its people can do about it."""

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from rbc_events import limits
from rbc_events.clock import now
from rbc_events.database import db
from rbc_events.events.access import may_manage
from rbc_events.registration import life, mails, operations
from rbc_events.registration.access import load_changeable, load_own, load_withdrawn, may_change, signed_in
from rbc_events.registration.completeness import missing, unreadable_abroad
from rbc_events.registration.consent_texts import CONSENTS
from rbc_events.registration.models import ConsentKind, Registration, RegistrationState
from rbc_events.registration.participation import consents_lacking, current_consents
from rbc_events.registration.queries import waiting_position
from rbc_events.registration.questionnaire import answers_of, questions_of, unanswered
from rbc_events.registration.routes.steps import step_page


def show(number: int) -> str:
    registration = load_own(number)
    return render_template(
        "registration/status.html",
        may_change=may_change(current_user, registration),
        may_return=operations.may_return(registration, now(), by_staff=_acts_as_staff(registration)),
        withdrawing=life.foresee(registration, life.Step.WITHDRAW, now=now()),
        without_consent=life.foresee(registration, life.Step.TAKE_BACK_CONSENT, now=now()),
        lacking=consents_lacking(registration),
        place=waiting_position(registration),
        unanswered=unanswered(registration),
        consents=[(kind, CONSENTS[kind], current_consents(registration).get(kind)) for kind in ConsentKind],
        **step_page(registration, "status"),
    )


def review(number: int) -> str:
    registration = load_changeable(number)
    return render_template(
        "registration/review.html",
        questions=questions_of(registration.event),
        answers=answers_of(registration),
        consents=current_consents(registration),
        consent_texts=CONSENTS,
        unreadable=unreadable_abroad(registration),
        **step_page(registration, "review"),
    )


def send(number: int) -> Any:
    registration = load_changeable(number)
    if missing(registration):
        flash(_("Something is still missing. Please look at the list."), "warning")
        return redirect(url_for("registration.review", number=number))
    operations.send_in(registration, actor=signed_in(), by_staff=_acts_as_staff(registration), now=now())
    db.session.commit()
    return redirect(url_for("registration.status", number=number))


def _acts_as_staff(registration: Registration) -> bool:
    return may_manage(current_user, registration.event)


def mail_again(number: int) -> Any:
    """Send the confirmation once more, to the same address."""
    registration = load_changeable(number)
    if registration.state == RegistrationState.UNCONFIRMED:
        limits.count("registration_mail", registration.id)
        mails.send_draft_link(registration, now=now())
        db.session.commit()
    flash(_("The mail has been sent again."), "success")
    return redirect(url_for("registration.status", number=number))


def withdraw(number: int) -> Any:
    registration = load_changeable(number)
    operations.withdraw(registration, actor=signed_in(), now=now())
    db.session.commit()
    flash(_("The registration is withdrawn."), "success")
    return redirect(url_for("registration.status", number=number))


def bring_back(number: int) -> Any:
    """Take a withdrawn registration up again."""
    registration = load_withdrawn(number)
    operations.bring_back(registration, actor=signed_in(), by_staff=_acts_as_staff(registration), now=now())
    db.session.commit()
    flash(_("The registration is back."), "success")
    return redirect(url_for("registration.status", number=number))


def consent(number: int, kind: str, what: str) -> Any:
    """Give or withdraw one consent by itself."""
    registration = load_changeable(number)
    if kind not in set(ConsentKind):
        abort(404)
    operations.give_consents(registration, {ConsentKind(kind): what == "give"}, actor=signed_in(), now=now())
    db.session.commit()
    flash(_("Saved."), "success")
    return redirect(url_for("registration.status", number=number))
