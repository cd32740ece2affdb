"""An organisation's own people, whatever events it takes part in."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from rbc_events import limits
from rbc_events.accounts import operations as accounts
from rbc_events.accounts.access import require_sign_in
from rbc_events.accounts.models import LinkPurpose
from rbc_events.accounts.operations import canonical_email
from rbc_events.accounts.routes.signing_in import sign_in_here
from rbc_events.accounts.second_factor import signs_in_by_link
from rbc_events.clock import now
from rbc_events.database import db
from rbc_events.i18n import language
from rbc_events.registration import colleagues
from rbc_events.registration.access import load_colleague, load_organisation
from rbc_events.registration.forms import ColleagueForm
from rbc_events.registration.models import Membership, Organisation
from rbc_events.registration.rights import leads, may_appoint, may_dismiss

NAMES = ("family_latin", "given_latin", "family_kanji", "given_kanji", "family_kana", "given_kana")


def show(number: int) -> Any:
    """The list of colleagues; a POST asks one more to join."""
    organisation = load_organisation(number)
    actor = require_sign_in()._get_current_object()
    form = ColleagueForm(data={"language": language()})
    if not form.validate_on_submit():
        return _page(organisation, form), form.status
    limits.count("invitation", canonical_email(form.email.data))
    limits.count("inviting", actor.id)

    def invite() -> None:
        names = {name: form[name].data or "" for name in NAMES}
        colleagues.invite(
            organisation,
            names,
            form.email.data,
            language=form.language.data,
            lead=form.lead.data,
            actor=actor,
            now=now(),
        )

    if not form.carry_out(invite, {colleagues.Colleague: "email"}):
        return _page(load_organisation(number), form), form.status
    flash(_("An invitation is on its way to %(email)s.", email=form.email.data), "success")
    return redirect(url_for("registration.colleagues", number=number))


def change(number: int, member: int, what: str) -> Any:
    """Give the lead, end it, hand it over, or let the person go."""
    actor = require_sign_in()._get_current_object()
    membership = load_colleague(number, member)
    if what == "remove":
        colleagues.remove(membership, actor=actor)
    elif what == "hand_over":
        colleagues.hand_over(membership, actor=actor)
    else:
        colleagues.set_lead(membership, lead=what == "lead", actor=actor)
    left = what == "remove" and membership.user_id == actor.id
    db.session.commit()
    flash(_("Saved."), "success")
    return redirect(url_for("home.index") if left else url_for("registration.colleagues", number=number))


def join(token: str) -> Any:
    """The page behind the mailed link. Opening it changes nothing; its button does."""
    link = accounts.find_link(token, LinkPurpose.JOIN_ORGANISATION, now=now())
    organisation, asker, lead = colleagues.invited_to(link)
    if request.method == "GET":
        return render_template("registration/join_colleagues.html", organisation=organisation, asker=asker, lead=lead)
    link = accounts.use_link(token, LinkPurpose.JOIN_ORGANISATION, now=now())
    colleagues.join(link, now=now())
    target = url_for("registration.colleagues", number=organisation.id)
    if signs_in_by_link(link.user):
        sign_in_here(link.user, by_mail=True)
    else:
        target = url_for("accounts.sign_in", next=target)
    db.session.commit()
    return redirect(target)


def _page(organisation: Organisation, form: ColleagueForm) -> str:
    actor = require_sign_in()

    def by_name(each: Membership) -> tuple[bool, str]:
        return not each.lead, each.user.name_in(language())

    return render_template(
        "registration/colleagues.html",
        organisation=organisation,
        form=form,
        colleagues=sorted(organisation.memberships, key=by_name),
        appoints=may_appoint(actor, organisation),
        may_go={each.id for each in organisation.memberships if may_dismiss(actor, organisation, each.user_id)},
        i_lead=leads(actor, organisation),
        last_lead=sum(each.lead for each in organisation.memberships) == 1,
    )
