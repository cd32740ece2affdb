"""Requests for meetings: asking, answering, proposing, and the event's rules for them."""

from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from rbc_events.clock import now
from rbc_events.database import ahead_of_writing, db, give_up
from rbc_events.errors import Conflict, DomainError
from rbc_events.events.access import load_managed_event
from rbc_events.events.models import Event
from rbc_events.events.queries import is_over
from rbc_events.meetings import access, arranging, operations, queries, refusals, request_rules
from rbc_events.meetings.forms import (
    AnswerForm,
    ProposalForm,
    RequestForm,
    RulesForm,
)
from rbc_events.meetings.labels import REQUEST_STATES
from rbc_events.meetings.models import MeetingRequest, PartyAnswer, RequestState
from rbc_events.registration.models import Registration
from rbc_events.seeds.citing import NONE, offer_seeds
from rbc_events.seeds.models import Seed
from rbc_events.seeds.operations import current_version
from rbc_events.web import page_number, refuse


def requests(key: str) -> str:
    return _requests_page(access.load_own_registration(key), AnswerForm(formdata=None))


def _requests_page(side: Registration, form: AnswerForm, answering: MeetingRequest | None = None) -> str:
    return render_template(
        "meetings/requests.html",
        event=side.event,
        side=side,
        found=queries.own_requests(side),
        vetoed=queries.vetoed_by(side),
        form=form,
        answering=answering,
        over=is_over(side.event, now().astimezone(side.event.zone).date()),
    )


def request_meeting(key: str, number: int) -> Any:
    with ahead_of_writing():
        side = access.load_own_registration(key)
        other = access.load_partner(side.event, number)
        form = RequestForm(seed=seed_asked_about(request.args.get("seed", type=int), side, other))
        offer_seeds(form.seed, (other.organisation, side.organisation))
        if not form.validate_on_submit():
            return _request_page(side, other, form), 422 if form.errors else 200
    try:
        asked = operations.request_meeting(
            side,
            other,
            actor=current_user,
            now=now(),
            priority=form.priority.data,
            note=form.note.data or "",
            seed_version_id=form.seed.data or None,
        )
    except DomainError as refused:
        status = refuse(refused)
        side = access.load_own_registration(key)
        return _request_page(side, access.load_partner(side.event, number), form), status
    db.session.commit()
    if asked.state == RequestState.MUTUAL:
        flash(_("Both sides want to meet: the meeting is agreed."))
    elif asked.proposed_by_id:
        flash(_("You have accepted. The other side's answer is awaited."))
    else:
        flash(_("Your request has been sent."))
    return redirect(url_for("meetings.requests", key=key))


def seed_asked_about(number: int | None, *sides: Registration) -> int:
    """The version that a seed's page asks about, if the seed is one of these sides' in the catalogue."""
    seed = db.session.get(Seed, number) if number else None
    owners = [side.organisation_id for side in sides]
    if seed is None or seed.published_at is None or seed.organisation_id not in owners:
        return NONE
    return current_version(seed).id


def _request_page(side: Registration, other: Registration, form: RequestForm) -> str:
    existing = queries.open_request(side, other)
    return render_template(
        "meetings/request.html",
        event=side.event,
        side=side,
        other=other,
        form=form,
        existing=existing,
        answered=existing is not None and queries.party_of(existing, side).answer == PartyAnswer.ACCEPTED,
        open_count=queries.open_count(side),
        cap=side.event.request_caps.get(side.organisation.kind),
        vetoed=queries.has_vetoed(side, other),
        closed=refusals.why_closed(side.event, now()),
    )


def answer(key: str, number: int) -> Any:
    with ahead_of_writing():
        asked, side = access.load_own_request(key, number)
        form = AnswerForm()
        if not form.validate_on_submit():
            return _requests_page(side, form, asked), 422
    try:
        told = _decide(asked, side, form)
    except DomainError as refused:
        status = refuse(refused)
        asked, side = access.load_own_request(key, number)
        return _requests_page(side, form, asked), status
    db.session.commit()
    flash(told)
    return redirect(url_for("meetings.requests", key=key))


def _decide(asked: MeetingRequest, side: Registration, form: AnswerForm) -> str:
    """Answer as the form says; gives the words for whoever answered."""
    note, priority = form.note.data or "", form.priority.data
    if form.decision.data == "decline":
        operations.decline(asked, side, actor=current_user, now=now(), reason=note)
        return _("You have declined the request. The other side has been told.")
    if form.decision.data == "counter":
        operations.counter_propose(asked, side, actor=current_user, now=now(), note=note, priority=priority)
        return _("Your condition has been sent. The other side decides now.")
    operations.accept(asked, side, actor=current_user, now=now(), priority=priority)
    if asked.state == RequestState.MUTUAL:
        return _("You have accepted. The time will come with the timetable.")
    return _("You have accepted. The other side's answer is awaited.")


def withdraw(key: str, number: int) -> Any:
    with ahead_of_writing():
        asked, side = access.load_own_request(key, number)
    operations.withdraw(asked, side, now=now())
    db.session.commit()
    flash(_("The request has been withdrawn."))
    return redirect(url_for("meetings.requests", key=key))


def veto(key: str, number: int) -> Any:
    side = access.load_own_registration(key)
    vetoed = request.form.get("vetoed") == "1"
    request_rules.set_veto(side, access.load_partner(side.event, number), vetoed=vetoed, now=now())
    db.session.commit()
    flash(_("Requests from this organisation will not reach you.") if vetoed else _("It can reach you again."))
    return redirect(url_for("meetings.requests", key=key))


def event_requests(key: str) -> str:
    event = load_managed_event(key)
    wanted = request.args.get("state", "")
    state = RequestState(wanted) if wanted in list(RequestState) else None
    return render_template(
        "meetings/event_requests.html",
        event=event,
        part=queries.event_requests(event, state, page=page_number()),
        counts=queries.request_counts(event),
        states=REQUEST_STATES,
        state=state,
    )


def propose(key: str) -> Any:
    with ahead_of_writing():
        event = load_managed_event(key)
        form = ProposalForm(list(queries.approved_registrations(event)))
        if not form.validate_on_submit():
            page = render_template("meetings/propose.html", event=event, form=form)
            return page, 422 if form.errors else 200
    arranged = form.way.data == "arrange"
    first, second = (db.session.get_one(Registration, side) for side in (form.first.data, form.second.data))
    try:
        if arranged:
            arranging.arrange_meeting(event, first, second, actor=current_user, now=now(), consent=form.note.data)
        else:
            arranging.propose_meeting(event, first, second, actor=current_user, now=now(), note=form.note.data or "")
    except Conflict as refused:
        give_up()
        form.second.errors = [str(refused)]
        return render_template("meetings/propose.html", event=load_managed_event(key), form=form), 409
    db.session.commit()
    flash(_("The meeting is agreed and waits for a time.") if arranged else _("Both sides have been asked."))
    return redirect(url_for("meetings.event_requests", key=key))


def rules(key: str) -> Any:
    event = load_managed_event(key)
    form = RulesForm(data=_rules_of(event))
    if form.validate_on_submit():
        request_rules.set_rules(
            event,
            requests_close_at=_in_zone(form.requests_close_at.data, event),
            request_days=form.request_days.data,
            request_caps={kind: cap for kind, cap in form.caps.data.items() if cap},
        )
        db.session.commit()
        flash(_("The rules have been saved."))
        return redirect(url_for("meetings.event_requests", key=key))
    give_up()
    return render_template("meetings/rules.html", event=event, form=form), form.status


def _rules_of(event: Event) -> dict[str, Any]:
    closes = event.requests_close_at
    return {
        "requests_close_at": closes.astimezone(event.zone).replace(tzinfo=None) if closes else None,
        "request_days": event.request_days,
        "caps": event.request_caps,
    }


def _in_zone(local: datetime | None, event: Event) -> datetime | None:
    return local.replace(tzinfo=event.zone) if local else None
