"""The pages of an event's places."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from rbc_events.database import db
from rbc_events.editing import hold
from rbc_events.errors import DomainError
from rbc_events.events import event_page, places
from rbc_events.events.access import load_managed_event
from rbc_events.events.forms import ClosingForm, OnePlaceForm, PlaceForm, PlacesForm
from rbc_events.events.models import Event, Place, PlaceKind
from rbc_events.events.operations import OutsideDays
from rbc_events.events.routes.managing import find_part
from rbc_events.page_parts import contents


def every_place(key: str) -> Any:
    event = load_managed_event(key)
    form = PlacesForm()
    if form.validate_on_submit() and form.carry_out(
        lambda: places.add_places(event, **_texts(form), count=form.count.data, kind=PlaceKind(form.kind.data)),
        {DomainError: "name_en"},
    ):
        flash(_("Added."), "success")
        return redirect(url_for("events.places", key=key))
    return render_template("events/places.html", form=form, event=event), form.status


def place(key: str, place_id: int) -> Any:
    """Another name or link, and whether it is used."""
    event = load_managed_event(key)
    changed: Place = find_part(Place, event, place_id)
    hold(changed)
    form = OnePlaceForm(obj=changed, data={"is_open": changed.open})
    if form.validate_on_submit() and form.carry_out(
        lambda: places.change_place(changed, **_texts(form), is_open=form.is_open.data), {DomainError: "name_en"}
    ):
        flash(_("Saved. Those who were told of this place can be told again under “Invitations”."), "success")
        return redirect(url_for("events.places", key=key))
    return _page(event, changed, form, ClosingForm(formdata=None, day=event.starts_on)), form.status


def close(key: str, place_id: int) -> Any:
    """Hours of a day in which nobody meets there."""
    event = load_managed_event(key)
    closed: Place = find_part(Place, event, place_id)
    form = ClosingForm()
    if form.validate_on_submit() and form.carry_out(
        lambda: places.close_place(closed, form.day.data, starts=form.starts.data, ends=form.ends.data),
        {OutsideDays: "day", DomainError: "ends"},
    ):
        flash(_("Closed then. Meetings that stand there stay until you move them or make the timetable."), "success")
        return redirect(url_for("events.place", key=key, place_id=place_id))
    unchanged = OnePlaceForm(formdata=None, obj=closed, data={"is_open": closed.open})
    return _page(event, closed, unchanged, form), form.status


def open_again(key: str, place_id: int, closure_id: int) -> Any:
    place = find_part(Place, load_managed_event(key), place_id)
    for closure in place.closures:
        if closure.id == closure_id:
            places.open_again(closure)
            db.session.commit()
            flash(_("Open again then."), "success")
            break
    return redirect(url_for("events.place", key=key, place_id=place_id))


def _page(event: Event, place: Place, form: OnePlaceForm, closing: ClosingForm) -> str:
    parts = contents(current_user, place, event_page.place)
    return render_template(
        "events/place.html", form=form, closing=closing, event=event, place=place, parts=event_page.place, **parts
    )


def _texts(form: PlaceForm) -> dict[str, str]:
    return {name: form[name].data or "" for name in ("name_ja", "name_en", "join_url")}
