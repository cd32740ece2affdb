"""An installation's and an event's own notices, colours and logo: shown to everybody, edited by staff."""

import hashlib
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from rbc_events import file_types
from rbc_events.accounts.access import require_headquarters
from rbc_events.application import settings
from rbc_events.database import ahead_of_writing, db
from rbc_events.editing import hold
from rbc_events.events.access import load_event, load_managed_event
from rbc_events.events.models import Event, Site
from rbc_events.events.site import save_site, shown_site, site_row, style_sheet, with_years
from rbc_events.events.site_form import SiteForm

MOST_BYTES = 2 * 1024 * 1024
WIDEST = 600  # pixels
A_YEAR = 31_536_000  # seconds


def notice(kind: str) -> str:
    return _notice(kind, None)


def notice_of_event(key: str, kind: str) -> str:
    return _notice(kind, load_event(key))


def _notice(kind: str, event: Event | None) -> str:
    text = with_years(getattr(shown_site(event), kind), event, settings().people_years)
    return render_template("events/notice.html", kind=kind, text=text, event=event)


def style(number: int) -> Response:
    """A site's colour as a style sheet; the address holds the colour, so that a browser may keep it for ever."""
    row = _row(number)
    if not row.colour:
        abort(404)
    return _kept(row, style_sheet(row.colour).encode(), "text/css")


def logo(number: int) -> Response:
    row = _row(number)
    if not row.logo:
        abort(404)
    return _kept(row, row.logo, row.logo_type)


def _row(number: int) -> Site:
    row = db.session.get(Site, number)
    if row is None:
        abort(404)
    if row.event is not None:
        load_event(row.event.key)  # not before it is announced
    return row


def _kept(row: Site, content: bytes, media_type: str) -> Response:
    response = Response(content, mimetype=media_type)
    if row.event is None or row.event.visible:
        response.cache_control.public, response.cache_control.max_age = True, A_YEAR
    return response


def edit() -> Any:
    """The installation's."""
    require_headquarters()
    return _edit(None, url_for("events.site"))


def edit_of_event(key: str) -> Any:
    event = load_managed_event(key)
    return _edit(event, url_for("events.site_of_event", key=key))


def _edit(event: Event | None, here: str) -> Any:
    with ahead_of_writing():
        drawn, fault = _drawn_logo()
    row = site_row(event)
    if row is not None:
        hold(row)
    form = SiteForm(named=event is None, obj=row)
    good = form.validate_on_submit()
    if fault:
        form.logo.errors = [fault]
    elif good:
        save_site(event, {**form.fields(), **_logo_fields(form, drawn)})
        db.session.commit()
        flash(_("Saved."), "success")
        return redirect(here)
    page = render_template("events/site_form.html", form=form, event=event, row=row)
    return page, 422 if fault else form.status


def _drawn_logo() -> tuple[file_types.Picture | None, str]:
    """The picture that was sent, drawn anew; or why it can't be taken. Nothing is locked meanwhile."""
    sent = request.files.get("logo")
    content = sent.read(MOST_BYTES + 1) if sent else b""
    if not content:
        return None, ""
    if len(content) > MOST_BYTES:
        return None, _("The logo is too large: it may have 2 MB.")
    try:
        return file_types.draw_anew(content, widest=WIDEST), ""
    except file_types.NotAPicture as fault:
        return None, str(fault)


def _logo_fields(form: SiteForm, drawn: file_types.Picture | None) -> dict[str, Any]:
    if drawn is not None:
        digest = hashlib.sha256(drawn.content).hexdigest()[:12]
        return {"logo": drawn.content, "logo_type": drawn.type.media_type, "logo_hash": digest}
    return {"logo": None, "logo_type": "", "logo_hash": ""} if form.no_logo.data else {}
