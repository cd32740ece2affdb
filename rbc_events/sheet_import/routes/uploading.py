"""Giving a sheet: its template, and the upload."""

from typing import Any

from flask import redirect, render_template, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf.file import FileRequired
from sqlalchemy import select

from rbc_events import confined
from rbc_events.clock import now
from rbc_events.database import ahead_of_writing, db
from rbc_events.editing import SentForm
from rbc_events.errors import Unacceptable
from rbc_events.events.access import load_managed_event
from rbc_events.events.models import Event
from rbc_events.form_fields import UploadField
from rbc_events.registration.models import Organisation, Registration
from rbc_events.sent_files import content_of
from rbc_events.sheet_import.describing import Described, look_at
from rbc_events.sheet_import.faults import READING, SHEET_FAULTS, unreadable_message
from rbc_events.sheet_import.guessing import guess_columns, header_words, same_as_usual
from rbc_events.sheet_import.kept import keep
from rbc_events.sheet_import.kind import Importer
from rbc_events.sheet_import.remembering import office_of, remembered_words
from rbc_events.sheet_import.routes.loading import OFFERED, file_response, load_importer, offered_columns
from rbc_events.sheet_import.runs import keep_run
from rbc_events.sheet_import.tasks import begin
from rbc_events.sheet_import.templates import template_of
from rbc_events.sheets import Fault, Unreadable, write_csv, write_xlsx
from rbc_events.sheets.limits import MOST_BYTES


class SheetTooLarge(Unacceptable):
    message = SHEET_FAULTS[Fault.TOO_LARGE]


class SheetForm(SentForm):
    chosen = FileRequired(_l("Please choose a file."))
    sheet = UploadField(_l("Sheet (.xlsx or .csv)"), [chosen], most_bytes=MOST_BYTES)


def upload(key: str, kind: str) -> Any:
    """Take the file, keep it for a day, check it, and go on to what was found."""
    with ahead_of_writing():
        importer = load_importer(kind, load_managed_event(key))
    form = SheetForm()
    if form.validate_on_submit():
        try:
            content = content_of(form.sheet.data, MOST_BYTES, SheetTooLarge)
            table = confined.run(READING, look_at, content, form.sheet.data.filename or "", set(header_words(importer)))
        except Unreadable as error:
            form.sheet.errors = [unreadable_message(error)]
        except Unacceptable as refused:
            form.sheet.errors = [str(refused)]
        except confined.Exceeded:
            form.sheet.errors = [unreadable_message(Unreadable(Fault.TAKES_TOO_MUCH))]
        except confined.Busy as busy:
            form.sheet.errors = [str(busy)]
        else:
            event = load_managed_event(key)
            digest = _begin(event, load_importer(kind, event), content, table)
            return redirect(url_for("sheet_import.check", key=key, kind=kind, digest=digest))
    event = load_managed_event(key)
    importer = load_importer(kind, event)
    page = render_template(
        "sheet_import/upload.html",
        event=event,
        importer=importer,
        importers=OFFERED,
        form=form,
        columns=offered_columns(importer),
    )
    return page, 422 if form.is_submitted() else 200


def _begin(event: Event, importer: Importer, content: bytes, table: Described) -> str:
    """Keep the file and have it checked with the columns as they seem to be; returns its hash."""
    digest = keep(event, content, now=now())
    remembered = remembered_words(office_of(current_user, event), importer.kind)
    names = [column["name"] for column in table["columns"]]
    chosen = guess_columns(importer, names, remembered)
    same = same_as_usual(importer, chosen, names)
    run = keep_run(event, importer.kind, digest, actor=current_user, now=now(), chosen=chosen, same=same, **table)
    db.session.commit()
    begin(run)
    return digest


def template(key: str, kind: str, ending: str) -> Any:
    """A sheet with the columns' names, lists to choose from, and a row that shows how it is filled in."""
    importer = load_importer(kind, load_managed_event(key))
    return file_response(kind, ending, template_of(importer, offered_columns(importer), ending))


def keys(key: str, ending: str) -> Any:
    """The event's organisations with the keys by which other sheets name them."""
    event = load_managed_event(key)
    rows = db.session.execute(
        select(Organisation.key, Organisation.name_native, Organisation.name_latin, Organisation.country)
        .join(Registration, Registration.organisation_id == Organisation.id)
        .where(Registration.event_id == event.id)
        .order_by(Organisation.key)
    ).all()
    names = ["external_key", "name_native", "name_latin", "country"]
    cells = [[cell or "" for cell in row] for row in rows]
    return file_response("keys", ending, write_xlsx(names, cells) if ending == "xlsx" else write_csv(names, cells))
