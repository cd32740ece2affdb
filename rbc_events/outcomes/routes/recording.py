"""Recording what came of meetings: staff on the page of an event or a relationship, a party on its own page."""

from collections.abc import Sequence
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from wtforms import SelectChoice

from rbc_events.clock import now
from rbc_events.database import db, give_up
from rbc_events.events.access import load_managed_event
from rbc_events.events.models import Event
from rbc_events.i18n import language, plain
from rbc_events.meetings.models import Meeting
from rbc_events.outcomes import operations, reporting
from rbc_events.outcomes.access import today
from rbc_events.outcomes.forms import NewOutcomeForm, PartyReportForm, RelationshipOutcomeForm
from rbc_events.outcomes.models import DateKind, OutcomeState, OutcomeType
from rbc_events.outcomes.plausibility import Stated, doubts
from rbc_events.outcomes.reporting import Reported, report_outcome
from rbc_events.outcomes.routes.outcomes import fields_of, meeting_in_words, meetings_of, offer_parties, parties_of
from rbc_events.relationships import operations as relationships
from rbc_events.relationships.access import load_partnership, load_relationship
from rbc_events.relationships.models import Relationship, RelationshipOrigin
from rbc_events.relationships.operations import side_of
from rbc_events.relationships.queries import with_meetings
from rbc_events.seeds.citing import NONE, offer_seeds
from rbc_events.seeds.models import SeedVersion


def new(key: str) -> Any:
    """Record an outcome of an event, from a meeting where `?meeting=` names one."""
    event = load_managed_event(key)
    meeting = find_meeting(event, request.args.get("meeting", type=int))
    form = offer_parties(NewOutcomeForm(parties=met(meeting)), event)
    form.meetings.choices = [SelectChoice(meeting.id, meeting_in_words(meeting))] if meeting else []
    if form.validate_on_submit() and not form.holds_back(_doubts(form, relationships.find(parties_of(form)))):
        meetings = [meeting] if meeting else []
        reported = _report(form, event.programme, event=event, parties=parties_of(form), meetings=meetings)
        if reported:
            return _recorded(reported)
        event = load_managed_event(key)
    status = 422 if form.is_submitted() else 200
    return render_template("outcomes/new.html", form=form, event=event, relationship=None), status


def new_of_relationship(number: int) -> Any:
    """Record an outcome of a relationship, for one of the programmes or events in which it grew."""
    relationship = load_relationship(number)
    meetings = with_meetings(relationship)
    about = asked_about(meetings)
    form = RelationshipOutcomeForm(meetings=[meeting.id for meeting in meetings[-1:]], seed=about.id if about else NONE)
    form.origin.choices = [SelectChoice(origin.id, _origin_in_words(origin)) for origin in relationship.origins]
    form.meetings.choices = [SelectChoice(meeting.id, meeting_in_words(meeting)) for meeting in meetings]
    known = [party.organisation for party in relationship.parties if party.organisation]
    offer_seeds(form.seed, known, about)
    if form.validate_on_submit() and not form.holds_back(_doubts(form, relationship)):
        origin = db.session.get_one(RelationshipOrigin, form.origin.data)
        reported = _report(
            form,
            origin.programme,
            event=origin.event,
            parties=[side_of(party) for party in relationship.parties],
            meetings=meetings_of(form),
        )
        if reported:
            return _recorded(reported)
        relationship = load_relationship(number)
    status = 422 if form.is_submitted() else 200
    return render_template("outcomes/new.html", form=form, event=None, relationship=relationship), status


def asked_about(meetings: Sequence[Meeting]) -> SeedVersion | None:
    """The version of a seed that the last meeting was about, where its request named one."""
    requests = [meeting.request for meeting in meetings if meeting.request and meeting.request.seed_version]
    return requests[-1].seed_version if requests else None


def _origin_in_words(origin: RelationshipOrigin) -> str:
    return plain((origin.event or origin.programme).name)


def _doubts(form: Any, between: Relationship | None) -> list[str]:
    """What to ask about before this is saved. A day of signing to come is refused, whoever thinks it right."""
    signed = form.signed_on.claimed
    stated = [Stated(DateKind.SIGNED, *signed)] if signed and signed[0] <= today() else []
    embargo = form.embargo_until.data if "embargo_until" in form else None
    return doubts(between, stated, embargo=embargo, today=today())


def _report(form: Any, programme: Any, **given: Any) -> Reported | None:
    """What the form tells, taken down; None with a fault at its field if it can't be."""
    fields = fields_of(form) if "visibility" in form else _fields_of_party(form)
    another = "another" in form and form.another.data
    try:
        reported = report_outcome(
            programme,
            actor=current_user,
            now=now(),
            signed=form.signed_on.claimed,
            another=another,
            **given,
            **fields,
        )
        db.session.commit()
        return reported
    except operations.FutureDate as refused:
        give_up()
        form.signed_on.errors = [*form.signed_on.errors, refused.message]
        return None


def _recorded(reported: Reported) -> Any:
    outcome = reported.outcome
    if not reported.joined:
        flash(_("Recorded. Now add the evidence."), "success")
    elif reporting.differences(outcome):
        flash(_("This deal had been reported before. What differs stands below for you to decide."), "success")
    else:
        flash(_("This deal had been reported before; your report stands beside the earlier one."), "success")
    return redirect(url_for("outcomes.edit", number=outcome.id))


def report(number: int) -> Any:
    """A party tells what was agreed."""
    relationship, side = load_partnership(number)
    form = PartyReportForm()
    if form.validate_on_submit() and not form.holds_back(_doubts(form, relationship)):
        origin = relationship.origins[-1] if relationship.origins else abort(404)
        parties = [side_of(party) for party in relationship.parties]
        if _report(form, origin.programme, event=origin.event, organisation=side, parties=parties):
            flash(_("Thank you. The organisers see it too."), "success")
            return redirect(url_for("relationships.partner", number=number))
        relationship, side = load_partnership(number)
    status = 422 if form.is_submitted() else 200
    return render_template("outcomes/report.html", form=form, relationship=relationship), status


def _fields_of_party(form: PartyReportForm) -> dict[str, Any]:
    """A party writes in its own language. Staff decide what of it others may see."""
    return {
        "type": OutcomeType(form.type.data),
        "state": OutcomeState(form.state.data),
        f"subject_{language()}": form.subject.data or "",
        "amount": form.amount.data,
        "currency": form.currency.data or "",
        "note": form.note.data or "",
    }


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
