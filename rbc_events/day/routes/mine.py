"""One's own day on a phone, also without network: what participants say of a meeting, interpreters of their hours."""

from typing import Any

from flask import Response, abort, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from rbc_events.clock import now, read_date
from rbc_events.config import STATIC
from rbc_events.database import ahead_of_writing, db
from rbc_events.day import my_day
from rbc_events.day.access import load_item, load_mine
from rbc_events.day.forms import HoursForm, NoteForm, RatedNoteForm
from rbc_events.day.my_day import Item
from rbc_events.events.access import load_event
from rbc_events.i18n import language, plain
from rbc_events.meetings import recording
from rbc_events.meetings.models import Interpreter
from rbc_events.web import asset

LATE = (5, 10, 15, 30)


def show(key: str) -> str:
    event, mine = load_mine(key)
    days = my_day.days_of(event, mine, current_user)
    today = now().astimezone(event.zone).date()
    day = my_day.day_to_show(days, read_date(request.args.get("day", "")), today)
    items = my_day.items_of(event, mine, current_user, day, now=now()) if day else []
    coming = [item for item in items if not item.over and not item.called_off]
    ready = [item for item in coming if item.on] or coming[:1]
    return render_template(
        "day/mine.html",
        event=event,
        mine=mine,
        days=days,
        day=day,
        ready=ready,
        later=sorted((item for item in items if item not in ready), key=lambda item: item.over),
        late=LATE,
        now=now(),
    )


def _back(key: str) -> Any:
    return redirect(url_for("day.mine", key=key))


def late(key: str, number: int) -> Any:
    """Running late, can't come, or on time after all."""
    with ahead_of_writing():
        item, said = load_item(key, number, now=now()), request.form.get("said", "")
        if item.own is None or said not in ("on_time", "not_coming", *map(str, LATE)):
            abort(422)
    if said == "on_time":
        my_day.say_on_time(item.own)
    else:
        my_day.say_late(item.own, int(said) if said.isdigit() else None, actor=current_user, now=now())
    db.session.commit()
    flash(_("Said. The staff see it, and the other side on their own day."), "success")
    return _back(key)


def note(key: str, number: int) -> Any:
    item = load_item(key, number, now=now())
    form = _note_form(item)
    if form.validate_on_submit():
        my_day.keep_note(
            item.meeting,
            text=form.text.data or "",
            next_step=form.next_step.data or "",
            actor=current_user,
            now=now(),
        )
        if item.own is not None and isinstance(form, RatedNoteForm):
            recording.rate(item.own, form.rating.data or None, now=now())
        db.session.commit()
        flash(_("Saved."), "success")
        return _back(key)
    return render_template("day/note.html", event=item.meeting.event, item=item, form=form), form.status


def _note_form(item: Item) -> NoteForm:
    kept = {"text": item.note.text, "next_step": item.note.next_step} if item.note else {"text": "", "next_step": ""}
    if item.own is None or not recording.may_be_rated(item.meeting, now=now()):
        return NoteForm(data=kept)
    return RatedNoteForm(data={**kept, "rating": item.own.rating or 0})


def hours(key: str) -> Any:
    """An interpreter's times off."""
    event, mine = load_mine(key)
    if not mine.interpreting:
        abort(403)
    person = mine.interpreting[0]
    slots = [slot for slot in event.slots if slot.starts_at > now()]
    numbers = [slot.id for slot in slots]
    off = [row.slot_id for row in person.unavailable if row.slot_id in numbers]
    form = HoursForm(slots, event.time_zone, data={"slots_off": off})
    if form.validate_on_submit():
        my_day.change_hours(person, form.slots_off.data or [], seen=numbers)
        db.session.commit()
        flash(_("Saved. The staff see which of your meetings this concerns."), "success")
        return _back(key)
    return render_template("day/hours.html", event=event, form=form, slots=slots), form.status


def cannot(key: str, number: int) -> Any:
    """An interpreter can't interpret a meeting: its slots are times off from now on."""
    with ahead_of_writing():
        item = load_item(key, number, now=now())
        person = _interprets(item)
    meeting = item.meeting
    starts_at, ends_at = meeting.published_starts_at, meeting.published_ends_at
    if starts_at is None or ends_at is None or item.over:
        abort(409)
    taken = [slot.id for slot in meeting.event.slots if slot.starts_at < ends_at and slot.ends_at > starts_at]
    my_day.change_hours(person, taken, seen=taken)
    db.session.commit()
    flash(_("Said. The staff look for somebody else; until then the meeting stays in your day."), "success")
    return _back(key)


def _interprets(item: Item) -> Interpreter:
    person = item.meeting.published_interpreter
    if person is None or (person.user_id != current_user.id and person.email != current_user.email):
        abort(403)
    return person


def manifest(key: str) -> Response:
    """By which a phone puts the day among its programs."""
    event = load_event(key)
    icon = {"src": asset("img/mark.svg"), "sizes": "any", "type": "image/svg+xml"}
    said = {
        "name": f"{_('My day')} · {plain(event.name)}",
        "short_name": _("My day"),
        "lang": language(),
        "start_url": url_for("day.mine", key=key),
        "scope": url_for("events.show", key=key),
        "display": "standalone",
        "background_color": "#faf9f5",
        "theme_color": "#0b5a7a",
        "icons": [icon],
    }
    response = jsonify(said)
    response.mimetype = "application/manifest+json"
    return response


def worker() -> Response:
    """The service worker, which keeps the last day that was seen; here, since it serves the addresses below its own."""
    return Response((STATIC / "js" / "day-worker.js").read_bytes(), mimetype="text/javascript")
