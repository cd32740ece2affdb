"""Who or what drops out: what would become of the meetings, taking it over, and telling those affected."""

from collections.abc import Iterator
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from wtforms import SelectChoice

from rbc_events.clock import now
from rbc_events.database import ahead_of_writing, db, give_up
from rbc_events.errors import Conflict
from rbc_events.events.access import load_managed_event
from rbc_events.events.models import Event
from rbc_events.i18n import language, plain
from rbc_events.timetable.dropping_out import ALL_PLACES, Absence, Result, drop_out, tell
from rbc_events.timetable.forms import DroppingOutForm
from rbc_events.timetable.history import stand_in_words
from rbc_events.timetable.problem import interpreters_of
from rbc_events.timetable.queries import names_of_organisations, names_of_staff
from rbc_events.timetable.wording import Names


def form_and_preview(key: str) -> Any:
    with ahead_of_writing():
        event = load_managed_event(key)
        form = _form(event)
        if not form.validate_on_submit():
            return _page(event, form), 422 if form.errors else 200
    takes_over, told = "take_over" in request.form, False
    absence = Absence(form.what.data, form.slots())
    try:
        result = drop_out(event, absence, again=form.again.data == "again", reason=form.reason.data,
                          actor=current_user, now=now(), revision=form.revision.data)  # fmt: skip
        if takes_over and form.tell.data and event.published_at is not None:
            tell(event, result, now=now(), reason=form.reason.data)
            told = True
    except Conflict as refused:
        give_up()
        form.what.errors = [str(refused)]
        form.revision.raw_data, form.revision.data = None, event.revision
        return _page(event, form), 409
    lines = _lines(event, result)
    if not takes_over:
        give_up()
        return _page(load_managed_event(key), form, result, lines)
    db.session.commit()
    flash(
        _("It is taken over, and those affected are told.")
        if told
        else _("It is taken over. Participants are told when you publish it."),
        "success",
    )
    return redirect(url_for("timetable.show", key=key))


def _form(event: Event) -> DroppingOutForm:
    first, last = event.slots[0].id if event.slots else None, event.slots[-1].id if event.slots else None
    shown = {"what": request.args.get("what", ""), "first": first, "last": last, "revision": event.revision}
    return DroppingOutForm(event, list(_things(event)), data=shown)


def _things(event: Event) -> Iterator[SelectChoice]:
    for number, name in sorted(names_of_organisations(event).items(), key=lambda row: plain(row[1]).casefold()):
        yield SelectChoice(f"o{number}", plain(name), optgroup=_("Organisations"))
    for person in interpreters_of(event):
        yield SelectChoice(f"i{person.id}", person.name_in(language()) or person.email, optgroup=_("Interpreters"))
    for number, who in names_of_staff(event).items():
        yield SelectChoice(f"u{number}", who, optgroup=_("Coordinators who sit in"))
    for place in event.places:
        yield SelectChoice(f"p{place.id}", plain(place.name), optgroup=_("Places"))
    yield SelectChoice(ALL_PLACES, _("All places in this time"), optgroup=_("Places"))


def _lines(event: Event, result: Result) -> list[tuple[str, str, str]]:
    """Of each meeting who meets, where they would have met, and what becomes of it."""
    names = Names(event)
    return [
        (
            names.of(f"m{outcome.meeting}"),
            _with_interpreter(outcome.before, names),
            _("called off") if outcome.called_off else _with_interpreter(outcome.after, names),
        )
        for outcome in result.outcomes
    ]


def _with_interpreter(stand: dict[str, Any] | None, names: Names) -> str:
    where = stand_in_words(stand, names)
    return names.list_of([where, f"i{stand['interpreter']}"]) if stand and stand["interpreter"] else where


def _page(
    event: Event, form: DroppingOutForm, result: Result | None = None, lines: list[tuple[str, str, str]] | None = None
) -> str:
    return render_template("timetable/dropping_out.html", event=event, form=form, result=result, lines=lines)
