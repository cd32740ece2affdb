"""Whether a registration that staff made is that of an organisation known from events of others: asking, answering."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from rbc_events import limits
from rbc_events.accounts.access import is_headquarters, require
from rbc_events.clock import now
from rbc_events.database import db
from rbc_events.registration import claims
from rbc_events.registration.access import load_screened
from rbc_events.registration.models import Claim
from rbc_events.registration.rights import leads


def claim(number: int) -> Any:
    """The registration, and the word of those whose organisation it is said to be."""
    made = _load_claim(number)
    registration = made.registration
    if request.method == "GET":
        return render_template("registration/claim.html", claim=made, registration=registration)
    name = made.known.name_native
    if "agree" in request.form:
        claims.agree(made)
        flash(_("The registration is now that of %(name)s.", name=name), "success")
    else:
        claims.refuse(made, now=now())
        flash(_("The organisers are told that the registration is not that of %(name)s.", name=name), "success")
    db.session.commit()
    return redirect(url_for("home.index"))


def ask_organisation(key: str, number: int) -> Any:
    """Ask the known organisation's leads by mail."""
    _event, registration = load_screened(key, number)
    made = claims.claim_of(registration.organisation) or abort(404)
    limits.count("claim", registration.id)
    claims.ask_leads(made, now=now())
    db.session.commit()
    flash(_("A mail is on its way to the organisation's leads."), "success")
    return redirect(url_for("registration.screen", key=key, number=number))


def _load_claim(number: int) -> Claim:
    """A claim for who answers it: those who lead the known organisation, and headquarters."""
    made = db.session.get(Claim, number)
    if made is None or not made.organisation.registrations:
        abort(404)
    require(leads(current_user, made.known) or is_headquarters(current_user))
    return made
