"""The pages on which staff record what came of meetings."""

from collections.abc import Sequence
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from wtforms import SelectChoice

from rbc_events import i18n
from rbc_events.accounts.access import require_staff
from rbc_events.clock import now
from rbc_events.database import Bilingual, db
from rbc_events.editing import hold
from rbc_events.errors import Unacceptable
from rbc_events.events.access import load_managed_event
from rbc_events.events.models import Event
from rbc_events.i18n import plain
from rbc_events.meetings.models import Meeting
from rbc_events.outcomes import changes, evidence, joining, operations, queries, reporting, stages
from rbc_events.outcomes.access import load_managed_outcome, today
from rbc_events.outcomes.forms import ROLE_FIELD, DateClaimForm, EvidenceForm, OutcomeForm, roles_form
from rbc_events.outcomes.models import (
    Attribution,
    DateKind,
    Outcome,
    OutcomeDate,
    OutcomeState,
    OutcomeType,
    Source,
    Visibility,
)
from rbc_events.outcomes.plausibility import Stated, doubts
from rbc_events.partial_dates import show_partial_date
from rbc_events.registration.models import Organisation
from rbc_events.relationships.operations import day_of
from rbc_events.relationships.queries import with_meetings
from rbc_events.seeds.citing import NONE, offer_seeds
from rbc_events.web import page_number


def partial_date(claim: OutcomeDate) -> str:
    return show_partial_date(claim.on, claim.precision)


def index() -> str:
    require_staff()
    return _list(None)


def of_event(key: str) -> str:
    return _list(load_managed_event(key))


def _list(event: Event | None) -> str:
    part = queries.outcomes_for(current_user, event, page=page_number())
    differing = {outcome.id for outcome in part.rows if reporting.differences(outcome)}
    return render_template("outcomes/index.html", part=part, differing=differing, event=event)


def edit(number: int) -> Any:
    outcome = load_managed_outcome(number)
    form = offer_parties(OutcomeForm(data=shown(outcome)), outcome.event, outcome)
    if form.validate_on_submit():
        embargo = form.embargo_until.data if form.embargo_until.data != outcome.embargo_until else None
        if form.holds_back(doubts(outcome.between, embargo=embargo, today=today())):
            return page(outcome, form=form), 422
        before = changes.values_of(outcome)
        try:
            operations.update_outcome(
                outcome,
                actor=current_user,
                now=now(),
                seen_version=form.version.data,
                parties=parties_of(form),
                meetings=meetings_of(form),
                **fields_of(form),
            )
            after = changes.values_of(outcome)
            reporting.settle(outcome, [field for field in reporting.COMPARED if after[field] != before[field]])
        except operations.Concluded as error:
            db.session.rollback()
            form.state.errors = [*form.state.errors, error.message]
            return page(load_managed_outcome(number), form=form), 422
        db.session.commit()
        flash(_("Saved."), "success")
        return redirect(url_for("outcomes.edit", number=number))
    return page(outcome, form=form), form.status


def roles(number: int) -> Any:
    """Say what part each party has in the deal."""
    outcome = load_managed_outcome(number)
    hold(outcome)
    form = roles_form(outcome)
    if form.validate_on_submit():
        operations.set_roles(outcome, _roles_of(form, len(outcome.parties)), actor=current_user, now=now())
        db.session.commit()
        flash(_("Saved."), "success")
        return redirect(url_for("outcomes.edit", number=number))
    return render_template("outcomes/roles.html", form=form, outcome=outcome, name=ROLE_FIELD), form.status


def _roles_of(form: Any, parties: int) -> list[Bilingual]:
    def typed(language: str, place: int) -> str:
        return (form[ROLE_FIELD.format(language=language, place=place)].data or "").strip()

    return [Bilingual(typed("ja", place), typed("en", place)) for place in range(parties)]


def add_date(number: int) -> Any:
    outcome = load_managed_outcome(number)
    form = DateClaimForm().offer(_known_sources())
    if not form.validate() or form.on.claimed is None:
        return page(outcome, date_form=form), 422
    on, precision = form.on.claimed
    kind = DateKind(form.kind.data)
    try:
        operations.claim_date(
            outcome,
            actor=current_user,
            now=now(),
            kind=kind,
            on=on,
            precision=precision,
            source=form.cited(),
            shown=form.shown.data,
        )
    except (operations.NotConcluded, operations.FutureDate) as error:
        db.session.rollback()
        field = form.on if isinstance(error, operations.FutureDate) else form.kind
        field.errors = [*field.errors, error.message]
        return page(load_managed_outcome(number), date_form=form), 422
    if form.holds_back(doubts(outcome.between, [Stated(kind, on, precision)], today=today())):
        db.session.rollback()
        return page(load_managed_outcome(number), date_form=form), 422
    db.session.commit()
    return redirect(url_for("outcomes.edit", number=number))


def _known_sources() -> Sequence[Source]:
    return queries.sources_to_cite(queries.citable(current_user))


def remove_date(number: int, claim_id: int) -> Any:
    outcome = load_managed_outcome(number)
    claim = next((claim for claim in outcome.dates if claim.id == claim_id), None)
    operations.remove_date(claim or abort(404), actor=current_user, now=now())
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
        stage=stages.stage_to_note(outcome),
        signed_on=stages.signed_on(outcome),
        form=form or offer_parties(OutcomeForm(formdata=None, data=shown(outcome)), outcome.event, outcome),
        differences=reporting.differences(outcome),
        to_join=joining.to_join(current_user, outcome),
        date_form=date_form or DateClaimForm(formdata=None).offer(_known_sources()),
        evidence_form=evidence_form or EvidenceForm(formdata=None),
    )


def decide(number: int) -> Any:
    """Take what a report says of a field, or keep what the outcome says (`report` is empty)."""
    outcome = load_managed_outcome(number)
    field, wanted = request.form.get("field", ""), request.form.get("report", type=int)
    report = next((each for each in outcome.reports if each.id == wanted), None)
    if field not in reporting.COMPARED or (wanted and (report is None or field not in report.told)):
        raise Unacceptable
    seen = request.form.get("seen", "")
    reporting.decide(outcome, field, report, actor=current_user, now=now(), seen=seen)
    db.session.commit()
    return redirect(url_for("outcomes.edit", number=number))


def join(number: int) -> Any:
    """Make one record of this one and another, which the form names."""
    outcome = load_managed_outcome(number)
    wanted = request.form.get("other", type=int)
    other = next((each for each in joining.to_join(current_user, outcome) if each.id == wanted), None)
    if other is None:
        raise Unacceptable
    kept = joining.join_outcomes(outcome, other, actor=current_user, now=now())
    db.session.commit()
    flash(_("These are one record now. What differs stands below for you to decide."), "success")
    return redirect(url_for("outcomes.edit", number=kept.id))


def offer_parties(form: Any, event: Event | None, outcome: Outcome | None = None) -> Any:
    known = list(queries.participants(event)) if event else []
    if outcome is not None:
        known += [
            party.organisation for party in outcome.parties if party.organisation and party.organisation not in known
        ]
    chosen_first = sorted(known, key=lambda organisation: organisation.id not in (form.parties.data or ()))
    form.parties.choices = [SelectChoice(organisation.id, plain(organisation.name)) for organisation in chosen_first]
    offer_meetings(form, outcome)
    offer_seeds(form.seed, known, outcome.seed_version if outcome is not None else None)
    return form


def offer_meetings(form: Any, outcome: Outcome | None) -> None:
    """The meetings of the outcome's relationship, and those that it names."""
    between = outcome.between if outcome is not None else None
    known = list(with_meetings(between)) if between is not None else []
    known += [meeting for meeting in outcome.meetings if meeting not in known] if outcome is not None else []
    form.meetings.choices = [SelectChoice(meeting.id, meeting_in_words(meeting)) for meeting in known]


def meeting_in_words(meeting: Meeting) -> str:
    day = day_of(meeting)
    return f"{i18n.day(day, style='medium') if day else _('Meeting')} · {plain(meeting.event.name)}"


def meetings_of(form: OutcomeForm) -> list[Meeting]:
    return [db.session.get_one(Meeting, number) for number in form.meetings.data or []]


def parties_of(form: OutcomeForm) -> list[operations.Party]:
    organisations = [db.session.get(Organisation, number) for number in form.parties.data or []]
    return [*(organisation for organisation in organisations if organisation), *form.other_names()]


def fields_of(form: OutcomeForm) -> dict[str, Any]:
    texts = ("subject_ja", "subject_en", "place_ja", "place_en", "currency", "amount_basis", "note")
    grounds = ("attribution_basis_ja", "attribution_basis_en")
    values = ("amount", "amount_confidential", "jobs", "embargo_until")
    return {
        **{name: form[name].data or "" for name in (*texts, *grounds)},
        **{name: form[name].data for name in values},
        "readers": form.named(),
        "seed_version_id": form.seed.data or None,
        "type": OutcomeType(form.type.data),
        "state": OutcomeState(form.state.data),
        "attribution": Attribution(form.attribution.data),
        "visibility": Visibility(form.visibility.data),
    }


def shown(outcome: Outcome) -> dict[str, Any]:
    """What the form starts from."""
    values = {column.key: getattr(outcome, column.key) for column in Outcome.__table__.columns}
    names = [party.name for party in outcome.parties if not party.organisation_id]
    known = [party.organisation_id for party in outcome.parties if party.organisation_id]
    return {
        **values,
        "parties": known,
        "other_parties_ja": "\n".join(name.ja or name.en for name in names),
        "other_parties_en": "\n".join(name.en or name.ja for name in names),
        "readers": "\n".join(reader.email for reader in outcome.readers),
        "meetings": [meeting.id for meeting in outcome.meetings],
        "seed": outcome.seed_version_id or NONE,
    }
