"""The pages on which staff make programmes and events. They hang on the blueprint of `routes`."""

from typing import Any
from zoneinfo import ZoneInfo

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from rbc_events.accounts.access import require_headquarters, require_staff
from rbc_events.database import db
from rbc_events.errors import DomainError
from rbc_events.events import operations, queries
from rbc_events.events.access import load_managed_event
from rbc_events.events.forms import BlockForm, EventForm, ProgrammeForm
from rbc_events.events.models import BlockKind, Event, Mode, Programme, ProgrammeKind, Shape

KEY_TAKEN: dict[type[DomainError], str] = {operations.KeyTaken: "key"}


def index() -> str:
    """Where staff begin: the programmes, and the events that they work on."""
    require_staff()
    events = queries.viewed_events(current_user)
    return render_template("events/manage.html", events=events, programmes=queries.programmes())


def new_programme() -> Any:
    require_headquarters()
    form = ProgrammeForm()
    if form.validate_on_submit() and form.carry_out(
        lambda: operations.create_programme(**programme_fields(form)), KEY_TAKEN
    ):
        flash(_("The programme is there. Now add its events."), "success")
        return redirect(url_for("events.new_event", programme_key=form.key.data))
    return render_template("events/programme_form.html", form=form, programme=None), form.status


def edit_programme(key: str) -> Any:
    require_headquarters()
    programme = find_programme(key)
    form = ProgrammeForm(obj=programme)
    if form.validate_on_submit() and form.carry_out(
        lambda: operations.update_programme(programme, seen_version=form.version.data, **programme_fields(form)),
        KEY_TAKEN,
    ):
        flash(_("Saved."), "success")
        return redirect(url_for("events.managing"))
    return render_template("events/programme_form.html", form=form, programme=programme), form.status


def new_event(programme_key: str) -> Any:
    require_headquarters()
    programme = find_programme(programme_key)
    form = EventForm().offer(queries.sectors(), queries.regions())
    if form.validate_on_submit() and form.carry_out(
        lambda: operations.create_event(programme, **event_fields(form)), KEY_TAKEN
    ):
        flash(_("The event is there. Next, its days and places."), "success")
        return redirect(url_for("events.days", key=form.key.data))
    return render_template("events/event_form.html", form=form, programme=programme, event=None), form.status


def edit_event(key: str) -> Any:
    event = load_managed_event(key)
    form = EventForm(data=shown(event)).offer(queries.sectors(), queries.regions())
    if form.validate_on_submit() and form.carry_out(
        lambda: operations.update_event(event, seen_version=form.version.data, **event_fields(form)),
        {**KEY_TAKEN, operations.BlocksOutside: "starts_on"},
    ):
        flash(_("Saved."), "success")
        return redirect(url_for("events.edit_event", key=event.key))
    return render_template("events/event_form.html", form=form, programme=event.programme, event=event), form.status


def days(key: str) -> Any:
    """The event's days with their blocks of slots, and a form to add one."""
    event = load_managed_event(key)
    form = BlockForm(day=event.starts_on)
    if form.validate_on_submit() and form.carry_out(
        lambda: operations.add_block(event, **block_fields(form, event)),
        {operations.OutsideDays: "day", operations.PastMidnight: "slots", DomainError: "starts"},
    ):
        flash(_("Added."), "success")
        return redirect(url_for("events.days", key=key))
    return render_template("events/days.html", form=form, event=event), form.status


def find_programme(key: str) -> Programme:
    return db.session.scalar(select(Programme).where(Programme.key == key)) or abort(404)


def find_part(kind: Any, event: Event, number: int) -> Any:
    """A block or place of this very event."""
    return db.session.scalar(select(kind).where(kind.id == number, kind.event_id == event.id)) or abort(404)


def programme_fields(form: ProgrammeForm) -> dict[str, Any]:
    names = ("key", "fiscal_year", "name_ja", "name_en", "description_ja", "description_en")
    return {
        **{name: form[name].data or "" for name in names},
        "kind": ProgrammeKind(form.kind.data),
        "follow_up_months": list(form.follow_up_months.data),
        "people_years": form.people_years.data,
    }


def event_fields(form: EventForm) -> dict[str, Any]:
    both = ("name", "description", "venue", "address")
    texts = ("key", "reply_address", *(f"{name}_{code}" for name in both for code in ("ja", "en")))
    instants = ("registration_opens_at", "registration_closes_at", "requests_close_at")
    plain = ("sector_id", "time_zone", "starts_on", "ends_on", "pitch_on", "visible")
    zone = ZoneInfo(form.time_zone.data)
    return {
        **{name: form[name].data or "" for name in texts},
        **{name: form[name].data for name in plain},
        **{name: form[name].instant(zone) for name in instants},
        "shape": Shape(form.shape.data),
        "mode": Mode(form.mode.data),
        "hosts": queries.regions_by_code(form.hosts.data or []),
    }


def shown(event: Event) -> dict[str, Any]:
    """What the form starts from: the columns, hosts as codes, instants as the event's own clock shows them."""
    values = {column.key: getattr(event, column.key) for column in Event.__table__.columns}
    instants = ("registration_opens_at", "registration_closes_at", "requests_close_at")
    local = {name: values[name].astimezone(event.zone) for name in instants if values[name] is not None}
    return {**values, **local, "hosts": [host.code for host in event.hosts]}


def block_fields(form: BlockForm, event: Event) -> dict[str, Any]:
    names = ("slot_minutes", "slots", "gap_minutes")
    texts = {name: form[name].data or "" for name in ("name_ja", "name_en")}
    starts_at = form.starting().replace(tzinfo=event.zone)
    return {
        **{name: form[name].data for name in names},
        **texts,
        "starts_at": starts_at,
        "kind": BlockKind(form.kind.data),
    }
