"""Offering times for a meeting, taking the offer back, and the page that a mailed link opens."""

from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from rbc_events.clock import now
from rbc_events.database import ahead_of_writing, db, give_up
from rbc_events.errors import Conflict
from rbc_events.meetings.models import Interpreter, Meeting
from rbc_events.seasons import offering, queries
from rbc_events.seasons.clocks import changes_in_words, on_clocks, zones_of
from rbc_events.seasons.forms import AnswerForm, OfferForm
from rbc_events.seasons.models import AskedParty, OfferState, TimeOffer
from rbc_events.timetable import access
from rbc_events.timetable.problem import interpreters_of
from rbc_events.timetable.wording import Names


def offer(key: str, number: int) -> Any:
    """Offer up to three times to everybody who is to meet."""
    with ahead_of_writing():
        meeting = access.load_meeting(key, number)
        form = OfferForm(meeting, interpreters_of(meeting.event), now=now())
        if not form.validate_on_submit():
            return _offer_page(meeting, form), form.status
    if form.carry_out(lambda: _offer(access.load_meeting(key, number), form), {Conflict: "starts_at"}):
        flash(_("The times have been offered. The first one that suits all is taken."), "success")
        return redirect(url_for("meetings.show", key=key, number=number))
    return _offer_page(access.load_meeting(key, number), form), form.status


def _offer(meeting: Meeting, form: OfferForm) -> None:
    offering.offer_times(
        meeting,
        form.offered(),
        own_place=form.own_place.data,
        own_link=form.own_link.data or "",
        interpreter=db.session.get(Interpreter, form.interpreter.data) if form.interpreter.data else None,
        message=(form.message.data or "").strip(),
        actor=current_user,
        now=now(),
    )


def _offer_page(meeting: Meeting, form: OfferForm) -> str:
    title = Names(meeting.event).of(f"m{meeting.id}")
    earlier = queries.open_offers_of(meeting)
    return render_template(
        "seasons/offer.html", event=meeting.event, meeting=meeting, form=form, title=title, earlier=earlier
    )


def withdraw(key: str, number: int) -> Any:
    """Take the times that are offered for a meeting back."""
    meeting = access.load_meeting(key, number)
    found = queries.latest_offer(meeting) or abort(404)
    offering.withdraw_offer(found)
    db.session.commit()
    flash(_("The times are no longer offered."), "success")
    return redirect(url_for("meetings.show", key=key, number=number))


def answer(token: str) -> Any:
    """Which of the times suit, for whoever has the link. Opening the page changes nothing."""
    asked = offering.find_asked(token)
    g.event, g.event_zone = asked.offer.meeting.event, asked.offer.meeting.event.time_zone
    form = _answer_form(asked)
    if not asked.offer.is_open:
        return _answer_page(asked, form), 410 if form.is_submitted() else 200
    if form.validate_on_submit() and form.carry_out(
        lambda: offering.answer_offer(asked, form.suiting(), now=now()), {offering.TakenMeanwhile: "times"}
    ):
        flash(_("Thank you. Your answer has been kept."), "success")
        return redirect(url_for("seasons.answer", token=token))
    if form.is_submitted():
        give_up()
    return _answer_page(offering.find_asked(token), form), form.status


def _answer_form(asked: AskedParty) -> AnswerForm:
    left = {time.id for time in queries.times_left(asked.offer, now=now())}
    wanted = request.args.get("time", type=int)
    ticked = [time.id for time in asked.suits] if asked.answered_at else [wanted] if wanted else []
    zone = queries.zone_of_party(asked.party)
    choices = [(time.id, on_clocks(time.starts_at, time.ends_at, [zone])[0]) for time in asked.offer.times]
    return AnswerForm(choices, [number for number in ticked if number in left])


def _answer_page(asked: AskedParty, form: AnswerForm) -> str:
    the_offer, meeting = asked.offer, asked.offer.meeting
    zones = zones_of(meeting, queries.zone_of_party(asked.party))
    return render_template(
        "seasons/answer.html",
        event=meeting.event,
        asked=asked,
        offer=the_offer,
        meeting=meeting,
        form=form,
        left={str(time.id) for time in queries.times_left(the_offer, now=now())} if the_offer.is_open else set(),
        clocks={str(time.id): on_clocks(time.starts_at, time.ends_at, zones) for time in the_offer.times},
        changes=changes_in_words(zones, now(), the_offer.times[-1].starts_at),
        settled=_settled(the_offer, zones),
    )


def _settled(the_offer: TimeOffer, zones: list[str]) -> list[str]:
    """When the meeting is that got its time by this offer, as everybody was told; nothing once it is off."""
    begins, ends = the_offer.meeting.published_starts_at, the_offer.meeting.published_ends_at
    if the_offer.state != OfferState.SETTLED or begins is None or ends is None:
        return []
    return on_clocks(begins, ends, zones)
