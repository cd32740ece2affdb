"""Uploaded files: a logo, a presentation, answers. Only raster logos are shown in the page; all else is downloaded."""

from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from rbc_events import kept_files, limits
from rbc_events.accounts.access import require
from rbc_events.clock import now
from rbc_events.database import db
from rbc_events.editing import hold
from rbc_events.errors import Unacceptable
from rbc_events.registration import uploads
from rbc_events.registration.access import (
    load_changeable,
    load_of_organisation,
    may_change_organisation,
    may_see_upload,
)
from rbc_events.registration.models import Upload, UploadKind
from rbc_events.registration.routes.steps import step_page


def files(number: int) -> Any:
    """The logo and the presentation of the organisation."""
    registration = load_changeable(number) if request.method == "GET" else load_of_organisation(number)
    hold(registration.organisation)  # two uploads at once keep to the limit together
    fault: tuple[UploadKind, object] | None = None
    status, headers = 200, dict[str, str]()
    if request.method == "POST":
        sent = request.files.get("file")
        kind = UploadKind.LOGO if request.form.get("kind") == "logo" else UploadKind.DECK
        try:
            limits.count("upload", registration.id)
            content = sent.read(uploads.MOST_BYTES[kind] + 1) if sent else b""
            uploads.keep(registration.organisation, kind, content, (sent and sent.filename) or "", now=now())
            db.session.commit()
            flash(_("Saved."), "success")
            return redirect(url_for("registration.files", number=number))
        except (Unacceptable, limits.TooMany) as refused:
            db.session.rollback()
            registration = load_changeable(number)
            fault = (kind, refused.message)
            status, headers = getattr(refused, "status", 422), getattr(refused, "headers", {})
    organisation = registration.organisation
    page = render_template(
        "registration/files.html",
        logo=uploads.current(organisation, UploadKind.LOGO),
        deck=uploads.current(organisation, UploadKind.DECK),
        fault=fault,
        may_change=may_change_organisation(current_user, registration),
        **step_page(registration, "files"),
    )
    return page, status, headers


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
