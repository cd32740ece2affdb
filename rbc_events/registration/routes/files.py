"""Uploaded files: a logo, a presentation, answers. Only raster logos are shown in the page; all else is downloaded."""

from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from rbc_events import confined, kept_files, limits
from rbc_events.accounts.access import require
from rbc_events.clock import now
from rbc_events.database import ahead_of_writing, db, give_up
from rbc_events.editing import hold
from rbc_events.errors import Unacceptable
from rbc_events.registration import uploads
from rbc_events.registration.access import (
    load_changeable,
    load_of_organisation,
    may_change_organisation,
    may_see_upload,
)
from rbc_events.registration.models import Registration, Upload, UploadKind
from rbc_events.registration.routes.steps import step_page
from rbc_events.sent_files import content_of


def files(number: int) -> Any:
    """The logo and the presentation of the organisation."""
    return _take(number) if request.method == "POST" else _page(load_changeable(number))


def _take(number: int) -> Any:
    """Keep the file that was sent. It is examined before anything is locked."""
    with ahead_of_writing():
        load_of_organisation(number)
    sent = request.files.get("file")
    kind = UploadKind.LOGO if request.form.get("kind") == "logo" else UploadKind.DECK
    try:
        limits.count("upload", number)
        content = uploads.examine(content_of(sent, uploads.MOST_BYTES[kind], uploads.TooLarge), kind)
        registration = load_of_organisation(number)
        hold(registration.organisation)  # two uploads at once keep to the limit together
        uploads.keep(registration.organisation, kind, content, (sent and sent.filename) or "", now=now())
        db.session.commit()
    except (Unacceptable, limits.TooMany, confined.Busy) as refused:
        give_up()
        status = {limits.TooMany: 429, confined.Busy: 503}.get(type(refused), 422)
        return _page(load_changeable(number), fault=(kind, str(refused))), status, getattr(refused, "headers", {})
    flash(_("Saved."), "success")
    return redirect(url_for("registration.files", number=number))


def _page(registration: Registration, *, fault: tuple[UploadKind, str] | None = None) -> str:
    organisation = registration.organisation
    return render_template(
        "registration/files.html",
        logo=uploads.current(organisation, UploadKind.LOGO),
        deck=uploads.current(organisation, UploadKind.DECK),
        fault=fault,
        most_bytes=uploads.MOST_BYTES,
        may_change=may_change_organisation(current_user, registration),
        **step_page(registration, "files"),
    )


def remove_file(number: int, upload_id: int) -> Any:
    registration = load_of_organisation(number)
    upload = db.session.get(Upload, upload_id)
    if upload is None or upload.organisation_id != registration.organisation_id or upload.kind == UploadKind.ANSWER:
        abort(404)
    uploads.remove(upload)
    db.session.commit()
    return redirect(url_for("registration.files", number=number))


def upload(upload_id: int) -> Response:
    """A file, to who may see it. A logo is a picture in the page; everything else is saved, never opened in it."""
    found = db.session.get(Upload, upload_id)
    if found is None:
        abort(404)
    require(may_see_upload(current_user, found))
    return kept_files.send(found, inline=found.kind == UploadKind.LOGO)
