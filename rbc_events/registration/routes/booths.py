"""On a place's page: whose booth it is."""

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from wtforms import SelectChoice, SelectField

from rbc_events.database import db
from rbc_events.editing import OneOfSeveral, SentForm
from rbc_events.errors import DomainError
from rbc_events.events.access import load_managed_event
from rbc_events.events.models import Place, PlaceKind
from rbc_events.events.routes.managing import find_part
from rbc_events.i18n import plain
from rbc_events.registration.booths import give_booth, holder
from rbc_events.registration.models import Registration
from rbc_events.registration.participation import taking_part


class BoothForm(OneOfSeveral, SentForm):
    organisation = SelectField(
        _l("Booth of"), coerce=int, description=_l("It meets here and nowhere else, and nobody else does.")
    )


def shown(_actor: Any, place: Place) -> BoothForm | None:
    """The form on the place's page; None where a place can't be a booth."""
    return None if place.kind == PlaceKind.VIRTUAL else _form(place, formdata=None)


def _form(place: Place, **options: Any) -> BoothForm:
    now = holder(place)
    form = BoothForm(data={"organisation": now.id if now else 0}, **options)
    sides = db.session.scalars(
        select(Registration).where(taking_part(place.event)).options(joinedload(Registration.organisation))
    ).all()
    held = [now] if now is not None and now not in sides else []
    named = sorted((plain(side.organisation.name), side.id) for side in (*sides, *held))
    form.organisation.choices = [
        SelectChoice(0, _("Nobody's own")),
        *(SelectChoice(number, name) for name, number in named),
    ]
    return form


def give(key: str, place_id: int) -> Any:
    place: Place = find_part(Place, load_managed_event(key), place_id)
    form = _form(place)
    if form.validate_on_submit():
        side = db.session.get(Registration, form.organisation.data) if form.organisation.data else None
        try:
            give_booth(place, side)
        except DomainError as refused:
            db.session.rollback()
            flash(str(refused), "error")
        else:
            db.session.commit()
            flash(_("Saved."), "success")
    else:
        flash(_("Please choose one of the organisations."), "error")
    return redirect(url_for("events.place", key=key, place_id=place_id))
