"""Support cases: the public pages, and the ones on which they are written."""

from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from rbc_events.accounts.access import require_staff
from rbc_events.cases import operations, queries
from rbc_events.cases.access import load_case, load_managed_case, may_manage_case
from rbc_events.cases.forms import CaseForm
from rbc_events.cases.models import SupportCase
from rbc_events.clock import now
from rbc_events.database import db
from rbc_events.errors import DomainError
from rbc_events.i18n import TOKYO
from rbc_events.outcomes.access import load_managed_outcome, may_see_outcome

KEY_TAKEN: dict[type[DomainError], str] = {operations.CaseKeyTaken: "key"}
TEXTS = ("title", "summary", "background", "support", "result")


def index() -> str:
    return render_template("cases/index.html", cases=queries.cases_for(current_user))


def today() -> date:
    return now().astimezone(TOKYO).date()


def show(key: str) -> str:
    return _page(load_case(key))


def _page(case: SupportCase, *, refused: bool = False) -> str:
    outcomes = [outcome for outcome in case.outcomes if may_see_outcome(current_user, outcome, today=today())]
    topics = queries.topics(case)
    sources = queries.sources_of(topics)
    edits = may_manage_case(current_user, case)
    return render_template(
        "cases/show.html",
        case=case,
        missing=operations.missing(case, today=today()) if edits and not case.published_at else None,
        refused=refused,
        labels={field.name: field.label.text for field in CaseForm(formdata=None)},
        outcomes=outcomes,
        topics=topics,
        sources=sources,
        numbers={source.id: number for number, source in enumerate(sources, 1)},
        edits=edits,
    )


def new() -> Any:
    """Begin a case on the outcome that `?outcome=` names."""
    require_staff()
    outcome = load_managed_outcome(request.args.get("outcome", default=0, type=int))
    form = CaseForm()
    if form.validate_on_submit() and form.carry_out(
        lambda: operations.create_case(outcome.programme, outcomes=[outcome], **fields_of(form)), KEY_TAKEN
    ):
        return redirect(url_for("cases.show", key=form.key.data))
    return render_template("cases/form.html", form=form, case=None), form.status


def edit(key: str) -> Any:
    case = load_managed_case(key)
    form = CaseForm(obj=case)
    if form.validate_on_submit() and form.carry_out(
        lambda: operations.update_case(case, seen_version=form.version.data, **fields_of(form)), KEY_TAKEN
    ):
        return redirect(url_for("cases.show", key=case.key))
    return render_template("cases/form.html", form=form, case=case), form.status


def publish(key: str) -> Any:
    case = load_managed_case(key)
    try:
        operations.publish_case(case, now=now(), today=today())
    except operations.NotReady:
        db.session.rollback()
        return _page(load_managed_case(key), refused=True), 422
    db.session.commit()
    flash(_("The case is public now."), "success")
    return redirect(url_for("cases.show", key=key))


def withdraw(key: str) -> Any:
    operations.withdraw_case(load_managed_case(key))
    db.session.commit()
    flash(_("The case is no longer public."), "success")
    return redirect(url_for("cases.show", key=key))


def fields_of(form: CaseForm) -> dict[str, Any]:
    texts = {f"{name}_{code}": form[f"{name}_{code}"].data or "" for name in TEXTS for code in ("ja", "en")}
    return {"key": form.key.data, **texts}
