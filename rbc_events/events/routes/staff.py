"""Who works on programmes and events: headquarters give and take away roles, and those who get one are told by mail."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms import EmailField, SelectChoice, SelectField
from wtforms.validators import Email, InputRequired, Length

from rbc_events.accounts import mails, operations
from rbc_events.accounts.access import require_headquarters
from rbc_events.accounts.models import Grant, Role, User
from rbc_events.clock import now
from rbc_events.database import db
from rbc_events.errors import Conflict
from rbc_events.events import queries
from rbc_events.events.models import Event, Region
from rbc_events.form_fields import person_name
from rbc_events.i18n import plain

NAMES = ("family_kanji", "given_kanji", "family_latin", "given_latin")


class OwnRole(Conflict):
    message = _l("Nobody takes headquarters' role from themselves: somebody has to keep it.")


def appoint(
    email: str,
    role: Role,
    *,
    now: datetime,
    region_code: str | None = None,
    event_id: int | None = None,
    language: str = "ja",
    **names: str,
) -> User:
    """Give a role to whoever has this address, with an account where there is none, and tell them by mail.

    The role that somebody has already is not given twice, and nobody is told twice.
    """
    user = operations.find_user(email)
    if user is None:
        user = operations.create_user(email, now=now, language=language, **names)
    held = {(grant.role, grant.region_code, grant.event_id) for grant in user.grants}
    if (role, region_code, event_id) not in held:
        given = operations.grant(user, role, region_code=region_code, event_id=event_id)
        mails.send_welcome(user, occasion=f"grant:{given.id}", now=now)
    return user


def dismiss(grant: Grant, *, actor: User) -> None:
    """Take a role away; the account stays.

    Raises:
        OwnRole: it is the actor's own as headquarters.
    """
    if grant.role == Role.HEADQUARTERS and grant.user_id == actor.id:
        raise OwnRole
    grant.user.grants.remove(grant)
    db.session.flush()


def staff() -> Sequence[User]:
    """Everybody who has a role, by address."""
    return db.session.scalars(select(User).where(User.active, User.grants.any()).order_by(User.email)).all()


class AppointForm(FlaskForm):
    email = EmailField(_l("E-mail address"), [InputRequired(), Length(max=254), Email()])
    family_kanji = person_name(_l("Family name (kanji)"))
    given_kanji = person_name(_l("Given name (kanji)"))
    family_latin = person_name(_l("Family name (Latin letters)"))
    given_latin = person_name(_l("Given name (Latin letters)"))
    language = SelectField(
        _l("Language of mails"), choices=[SelectChoice("ja", "日本語"), SelectChoice("en", "English")], default="ja"
    )
    responsibility = SelectField(_l("Responsible for"), [InputRequired()])

    def __init__(self, regions: Sequence[Region], events: Sequence[Event]) -> None:
        super().__init__()
        self.responsibility.choices = [
            SelectChoice("", _("Please choose")),
            SelectChoice("headquarters", _("Everything (headquarters)")),
            *(SelectChoice(f"event:{each.id}", plain(each.name), optgroup=_("An event")) for each in events),
            *(SelectChoice(f"region:{each.code}", plain(each.name), optgroup=_("A region")) for each in regions),
        ]

    def scope(self) -> dict[str, Any]:
        """The role and what it is for, as `appoint` takes them."""
        kind, _colon, number = str(self.responsibility.data).partition(":")
        if kind == "event":
            return {"role": Role.COORDINATOR, "event_id": int(number)}
        if kind == "region":
            return {"role": Role.COORDINATOR, "region_code": number}
        return {"role": Role.HEADQUARTERS}


def index() -> Any:
    require_headquarters()
    events, regions = queries.managed_events(current_user), queries.regions()
    form = AppointForm(regions, events)
    if form.validate_on_submit():
        names: dict[str, Any] = {name: (form[name].data or "").strip() for name in NAMES}
        appoint(form.email.data, now=now(), language=form.language.data, **form.scope(), **names)
        db.session.commit()
        flash(_("The role is given; a mail tells how to sign in."), "success")
        return redirect(url_for("events.staff"))
    page = render_template(
        "events/staff.html",
        form=form,
        people=staff(),
        regions={region.code: region.name for region in regions},
        events={event.id: event.name for event in events},
    )
    return page, 422 if form.errors else 200


def remove(number: int) -> Any:
    require_headquarters()
    grant = db.session.get(Grant, number)
    if grant is None:
        abort(404)
    dismiss(grant, actor=current_user)
    db.session.commit()
    flash(_("The role has been taken away."), "success")
    return redirect(url_for("events.staff"))
