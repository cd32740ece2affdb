"""The pages on which staff record what came of meetings."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from wtforms import SelectChoice

from rbc_events.accounts.access import require_staff
from rbc_events.clock import now
from rbc_events.database import db
from rbc_events.events.access import load_managed_event
from rbc_events.events.models import Event
from rbc_events.i18n import plain
from rbc_events.meetings.models import Meeting
from rbc_events.outcomes import evidence, labels, operations, queries
from rbc_events.outcomes.access import load_managed_outcome
from rbc_events.outcomes.forms import DateClaimForm, EvidenceForm, NewOutcomeForm, OutcomeForm
from rbc_events.outcomes.models import (
    Attribution,
    DateKind,
    Outcome,
    OutcomeDate,
    OutcomeState,
    OutcomeType,
    Visibility,
)
from rbc_events.partial_dates import show_partial_date
from rbc_events.registration.models import Organisation


def _labels() -> dict[str, object]:
    return {
        "outcome_types": labels.OUTCOME_TYPES,
        "outcome_states": labels.OUTCOME_STATES,
        "attributions": labels.ATTRIBUTIONS,
        "visibilities": labels.VISIBILITIES,
        "evidence_kinds": labels.EVIDENCE_KINDS,
        "date_kinds": labels.DATE_KINDS,
    }


def partial_date(claim: OutcomeDate) -> str:
    return show_partial_date(claim.on, claim.precision)


def index() -> str:
    require_staff()
    return render_template("outcomes/index.html", outcomes=queries.outcomes_for(current_user), event=None)


def of_event(key: str) -> str:
    event = load_managed_event(key)
    outcomes = queries.outcomes_for(current_user, event)
    return render_template("outcomes/index.html", outcomes=outcomes, event=event)


def new(key: str) -> Any:
    """Record an outcome of an event, from a meeting where `?meeting=` names one."""
    event = load_managed_event(key)
    meeting = find_meeting(event, request.args.get("meeting", type=int))
    form = offer_parties(NewOutcomeForm(parties=met(meeting)), event)
    if form.validate_on_submit():
        outcome = operations.record_outcome(
            event.programme,
            event=event,
            meeting=meeting,
            actor=current_user,
            now=now(),
            parties=parties_of(form),
            **fields_of(form),
        )
        if form.signed_on.claimed:
            on, precision = form.signed_on.claimed
            operations.claim_date(outcome, kind=DateKind.SIGNED, on=on, precision=precision)
        db.session.commit()
        flash(_("Recorded. Now add the evidence."), "success")
        return redirect(url_for("outcomes.edit", number=outcome.id))
    status = 422 if form.is_submitted() else 200
    return render_template("outcomes/new.html", form=form, event=event, meeting=meeting), status


def edit(number: int) -> Any:
    outcome = load_managed_outcome(number)
    form = offer_parties(OutcomeForm(data=shown(outcome)), outcome.event, outcome)
    if form.validate_on_submit():
        try:
            operations.update_outcome(
                outcome, seen_version=form.version.data, parties=parties_of(form), **fields_of(form)
            )
        except operations.Concluded as error:
            db.session.rollback()
            form.state.errors = [*form.state.errors, error.message]
            return page(load_managed_outcome(number), form=form), 422
        db.session.commit()
        flash(_("Saved."), "success")
        return redirect(url_for("outcomes.edit", number=number))
    return page(outcome, form=form), form.status


def add_date(number: int) -> Any:
    outcome = load_managed_outcome(number)
    form = DateClaimForm()
    if not form.validate() or form.on.claimed is None:
        return page(outcome, date_form=form), 422
    on, precision = form.on.claimed
    source = queries.find_or_add_source(form.source.data)
    kind = DateKind(form.kind.data)
    try:
        operations.claim_date(outcome, kind=kind, on=on, precision=precision, source=source, shown=form.shown.data)
    except operations.NotConcluded as error:
        db.session.rollback()
        form.kind.errors = [*form.kind.errors, error.message]
        return page(load_managed_outcome(number), date_form=form), 422
    db.session.commit()
    return redirect(url_for("outcomes.edit", number=number))


def remove_date(number: int, claim_id: int) -> Any:
    outcome = load_managed_outcome(number)
    claim = next((claim for claim in outcome.dates if claim.id == claim_id), None)
    operations.remove_date(claim or abort(404))
    db.session.commit()
    return redirect(url_for("outcomes.edit", number=number))


def page(outcome: Outcome, form: Any = None, date_form: Any = None, evidence_form: Any = None) -> str:
    """One outcome with its three forms; those that weren't sent start fresh."""
    return render_template(
        "outcomes/edit.html",
        outcome=outcome,
        event=outcome.event,
        may_verify=evidence.may_verify(current_user, outcome),
        mark=evidence.mark(outcome),
        form=form or offer_parties(OutcomeForm(formdata=None, data=shown(outcome)), outcome.event, outcome),
        date_form=date_form or DateClaimForm(formdata=None),
        evidence_form=evidence_form or EvidenceForm(formdata=None),
    )


def find_meeting(event: Event, number: int | None) -> Meeting | None:
    """A meeting of this very event."""
    if number is None:
        return None
    meeting = db.session.get(Meeting, number)
    return meeting if meeting is not None and meeting.event_id == event.id else abort(404)


def met(meeting: Meeting | None) -> list[int]:
    """The organisations that met, as the form names them."""
    if meeting is None:
        return []
    return [party.registration.organisation_id for party in meeting.parties if party.registration]


def offer_parties(form: Any, event: Event | None, outcome: Outcome | None = None) -> Any:
    known = list(queries.participants(event)) if event else []
    if outcome is not None:
        known += [
            party.organisation for party in outcome.parties if party.organisation and party.organisation not in known
        ]
    chosen_first = sorted(known, key=lambda organisation: organisation.id not in (form.parties.data or ()))
    form.parties.choices = [SelectChoice(organisation.id, plain(organisation.name)) for organisation in chosen_first]
    return form


def parties_of(form: OutcomeForm) -> list[Organisation | str]:
    organisations = [db.session.get(Organisation, number) for number in form.parties.data or []]
    return [*(organisation for organisation in organisations if organisation), *form.other_names()]


def fields_of(form: OutcomeForm) -> dict[str, Any]:
    texts = ("subject_ja", "subject_en", "place_ja", "place_en", "currency", "amount_basis", "note")
    grounds = ("attribution_basis_ja", "attribution_basis_en")
    values = ("amount", "amount_confidential", "jobs", "embargo_until")
    return {
        **{name: form[name].data or "" for name in (*texts, *grounds)},
        **{name: form[name].data for name in values},
        "type": OutcomeType(form.type.data),
        "state": OutcomeState(form.state.data),
        "attribution": Attribution(form.attribution.data),
        "visibility": Visibility(form.visibility.data),
    }


def shown(outcome: Outcome) -> dict[str, Any]:
    """What the form starts from."""
    values = {column.key: getattr(outcome, column.key) for column in Outcome.__table__.columns}
    names = [plain(party.name) for party in outcome.parties if not party.organisation_id]
    known = [party.organisation_id for party in outcome.parties if party.organisation_id]
    return {**values, "parties": known, "other_parties": "\n".join(names)}
