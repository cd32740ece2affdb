"""Support cases: the public pages, and the ones on which they are written and published."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from wtforms import SelectChoice

from rbc_events.accounts.access import require_staff
from rbc_events.cases import operations, queries
from rbc_events.cases.access import load_case, load_managed_case, may_manage_case, may_view_case, today
from rbc_events.cases.forms import CaseForm, fields_of
from rbc_events.cases.models import SupportCase
from rbc_events.cases.structured_data import article
from rbc_events.cases.telling import digest, text_of, told
from rbc_events.clock import now
from rbc_events.database import db, give_up
from rbc_events.errors import DomainError
from rbc_events.i18n import language, plain
from rbc_events.outcomes.access import load_managed_outcome
from rbc_events.outcomes.labels import OUTCOME_TYPES
from rbc_events.outcomes.models import Outcome, OutcomeState
from rbc_events.outcomes.queries import outcomes_viewed
from rbc_events.relationships.access import load_relationship

REFUSALS: dict[type[DomainError], str] = {
    operations.CaseKeyTaken: "key",
    operations.KeyIsPublic: "key",
    operations.BasisIsPublic: "rests_on",
}


def index() -> str:
    return render_template("cases/index.html", cases=queries.cases_for(current_user))


def show(key: str) -> str:
    return page(load_case(key))


def page(case: SupportCase, *, refused: bool = False) -> str:
    """The case as the public reads it; for staff, where it isn't public or `?draft=1` asks for it, as it is written."""
    staff = may_view_case(current_user, case)
    is_draft = case.published_at is None or (staff and "draft" in request.args)
    text = text_of(case) if is_draft else operations.public_text(case)
    manages = may_manage_case(current_user, case)
    shown = told(text, without=queries.hidden_from(current_user, text, today=today()))
    return render_template(
        "cases/show.html",
        case=case,
        told=shown,
        data=None if is_draft else article(case, shown),
        is_draft=is_draft,
        has_changed=staff and not is_draft and digest(text) != digest(text_of(case)),
        missing=operations.missing(case, today=today()) if manages and is_draft else None,
        refused=refused,
        labels={field.name: field.label.text for field in CaseForm(formdata=None)},
        manages=manages,
    )


def new() -> Any:
    """Begin a case on the outcome that `?outcome=` names, or on all that came of the relationship that
    `?relationship=` names."""
    require_staff()
    begun = outcomes_to_begin_on()
    offered = queries.outcomes_to_tell(current_user, begun, begun[0].programme_id)
    form = offer(CaseForm(data={"outcomes": [outcome.id for outcome in begun]}), offered)
    if form.validate_on_submit():
        chosen = chosen_of(form, offered) or begun
        if form.carry_out(
            lambda: operations.create_case(chosen[0].programme, outcomes=chosen, **fields_of(form)), REFUSALS
        ):
            return redirect(url_for("cases.show", key=form.key.data))
    return render_template("cases/form.html", form=form, case=None), form.status


def outcomes_to_begin_on() -> list[Outcome]:
    """What the address names. Of a relationship, what has been agreed at least; where nothing has, what is expected."""
    number = request.args.get("relationship", type=int)
    if number is None:
        return [load_managed_outcome(request.args.get("outcome", default=0, type=int))]
    found = outcomes_viewed(current_user, load_relationship(number))
    agreed = [outcome for outcome in found if outcome.state != OutcomeState.EXPECTED]
    return agreed or list(found) or abort(404)


def edit(key: str) -> Any:
    case = load_managed_case(key)
    offered = queries.outcomes_to_tell(current_user, case.outcomes, case.programme_id)
    form = offer(CaseForm(data=shown_of(case)), offered)
    if form.validate_on_submit():
        chosen, seen = chosen_of(form, offered), form.version.data
        if form.carry_out(
            lambda: operations.update_case(case, seen_version=seen, outcomes=chosen, **fields_of(form)), REFUSALS
        ):
            return redirect(url_for("cases.show", key=case.key, draft=1))
    return render_template("cases/form.html", form=form, case=case), form.status


def offer(form: CaseForm, outcomes: Any) -> CaseForm:
    chosen = form.outcomes.data or ()
    ordered = sorted(outcomes, key=lambda outcome: outcome.id not in chosen)
    form.outcomes.choices = [SelectChoice(outcome.id, name_of(outcome)) for outcome in ordered]
    return form


def name_of(outcome: Outcome) -> str:
    names = [plain(party.organisation.name if party.organisation else party.name) for party in outcome.parties]
    parties = " × ".join(names)
    return f"{OUTCOME_TYPES[outcome.type]}{'：' if language() == 'ja' else ': '}{parties}"


def chosen_of(form: CaseForm, offered: Any) -> list[Outcome]:
    return [outcome for outcome in offered if outcome.id in (form.outcomes.data or ())]


def shown_of(case: SupportCase) -> dict[str, Any]:
    """What the form starts from."""
    values = {column.key: getattr(case, column.key) for column in SupportCase.__table__.columns}
    return {**values, "outcomes": [outcome.id for outcome in case.outcomes]}


def publish(key: str) -> Any:
    case = load_managed_case(key)
    try:
        operations.publish_case(case, now=now(), today=today())
        db.session.commit()
    except operations.NotReady:
        give_up()
        return page(load_managed_case(key), refused=True), 422
    flash(_("The case is public now."), "success")
    return redirect(url_for("cases.show", key=key))


def withdraw(key: str) -> Any:
    operations.withdraw_case(load_managed_case(key), now=now())
    db.session.commit()
    flash(_("The case is no longer public."), "success")
    return redirect(url_for("cases.show", key=key))
