"""Pages that make setting up short: an event like another, a day like another, another plan of a block."""

from datetime import date
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import BooleanField, DateField, SelectChoice, SelectField, StringField
from wtforms.validators import InputRequired, Optional

from rbc_events.accounts.access import require_headquarters
from rbc_events.clock import now
from rbc_events.database import db
from rbc_events.editing import EditForm, SentForm, hold
from rbc_events.errors import DomainError
from rbc_events.events import copying, operations
from rbc_events.events.access import load_managed_event
from rbc_events.events.forms import KEY, NAME, NamedForm
from rbc_events.events.models import Block, Programme
from rbc_events.events.routes.managing import KEY_TAKEN, BlockForm, find_part
from rbc_events.i18n import plain


class CopyForm(NamedForm):
    programme_id = SelectField(_l("Programme"), coerce=int)
    key = StringField(_l("Short name in addresses"), KEY)
    starts_on = DateField(_l("First day"), [Optional()], description=_l("All days, slots and deadlines move with it."))
    people = BooleanField(
        _l("With its people"),
        description=_l("Organisations that took part come along as drafts, with their delegates; interpreters too."),
    )


class BlockChangeForm(EditForm):
    name_ja = StringField(_l("Name (Japanese)"), NAME)
    name_en = StringField(_l("Name (English)"), NAME)
    day, starts = BlockForm.day, BlockForm.starts
    slot_minutes, slots, gap_minutes = BlockForm.slot_minutes, BlockForm.slots, BlockForm.gap_minutes
    starting = BlockForm.starting


class DayForm(SentForm):
    to = DateField(_l("To"), [InputRequired()])


def copy_event(key: str) -> Any:
    require_headquarters()
    event = load_managed_event(key)
    form = CopyForm(data=copying.suggested(event))
    form.programme_id.choices = [
        SelectChoice(each.id, f"{plain(each.name) or each.key} ({each.fiscal_year})")
        for each in copying.programmes_for(event)
    ]
    if form.validate_on_submit() and form.carry_out(
        lambda: copying.copy_event(
            event,
            programme=db.session.get_one(Programme, form.programme_id.data),
            key=form.key.data,
            name_ja=form.name_ja.data or "",
            name_en=form.name_en.data or "",
            starts_on=form.starts_on.data,
            people=form.people.data,
            now=now(),
        ),
        KEY_TAKEN,
    ):
        flash(_("The event is there, not announced yet. Please check its dates."), "success")
        return redirect(url_for("events.edit_event", key=form.key.data))
    return render_template("events/copy.html", form=form, event=event), form.status


def copy_day(key: str, day: str) -> Any:
    event = load_managed_event(key)
    form = DayForm()
    try:
        source = date.fromisoformat(day)
    except ValueError:
        abort(404)
    if form.validate_on_submit() and form.to.data is not None:
        try:
            copied = copying.copy_day(event, source, form.to.data)
        except DomainError as refused:
            db.session.rollback()
            flash(str(refused), "error")
        else:
            db.session.commit()
            flash(ngettext("%(num)d block has been copied.", "%(num)d blocks have been copied.", copied), "success")
    return redirect(url_for("events.days", key=key))


def block(key: str, block_id: int) -> Any:
    """Another name, time or number of slots."""
    event = load_managed_event(key)
    changed: Block = find_part(Block, event, block_id)
    hold(changed)
    starts_at, minutes, slots, gap = copying.plan_of(changed)
    local = starts_at.astimezone(event.zone)
    form = BlockChangeForm(
        data={
            "name_ja": changed.name_ja,
            "name_en": changed.name_en,
            "day": local.date(),
            "starts": local.time(),
            "slot_minutes": minutes,
            "slots": slots,
            "gap_minutes": gap,
        }
    )
    if form.validate_on_submit() and form.carry_out(
        lambda: copying.change_block(
            changed,
            starts_at=form.starting().replace(tzinfo=event.zone),
            slot_minutes=form.slot_minutes.data,
            slots=form.slots.data,
            gap_minutes=form.gap_minutes.data,
            name_ja=form.name_ja.data or "",
            name_en=form.name_en.data or "",
        ),
        {operations.OutsideDays: "day", operations.PastMidnight: "slots", DomainError: "starts"},
    ):
        flash(_("Saved."), "success")
        return redirect(url_for("events.days", key=key))
    return render_template("events/block.html", form=form, event=event, block=changed), form.status


def announce(key: str) -> Any:
    """Show the event to everybody from now on."""
    event = load_managed_event(key)
    operations.announce(event)
    db.session.commit()
    flash(_("Everybody can see the event now."), "success")
    return redirect(url_for("events.show", key=key))
