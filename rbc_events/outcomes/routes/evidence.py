"""Evidence of an outcome: added with its file, downloaded by staff alone, verified by somebody else."""

from typing import Any

from flask import Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from rbc_events import confined, kept_files, limits
from rbc_events.clock import now
from rbc_events.database import ahead_of_writing, db, give_up
from rbc_events.errors import Unacceptable
from rbc_events.file_types import FileType
from rbc_events.outcomes import evidence, queries
from rbc_events.outcomes.access import load_managed_outcome
from rbc_events.outcomes.forms import EvidenceForm
from rbc_events.outcomes.models import Evidence, EvidenceFile, EvidenceKind
from rbc_events.outcomes.routes.outcomes import page
from rbc_events.sent_files import content_of


def add(number: int) -> Any:
    """Add what the outcome rests on: a public source, a file, or a description of what is kept elsewhere."""
    with ahead_of_writing():
        load_managed_outcome(number)
        actor = current_user.id
        form = EvidenceForm()
        valid = form.validate()
    if not valid:
        return page(load_managed_outcome(number), evidence_form=form), 422
    try:
        limits.count("upload", f"evidence of {actor}")
        content = content_of(form.file.data or None, evidence.MOST_BYTES, evidence.TooLarge)
        found = evidence.examine(content) if content else None
        _add(number, form, content, found)
        db.session.commit()
    except (Unacceptable, limits.TooMany, confined.Busy) as refused:
        give_up()
        form.file.errors = [*form.file.errors, str(refused)]
        status = {limits.TooMany: 429, confined.Busy: 503}.get(type(refused), 422)
        return page(load_managed_outcome(number), evidence_form=form), status, getattr(refused, "headers", {})
    return redirect(url_for("outcomes.edit", number=number))


def _add(number: int, form: EvidenceForm, content: bytes, found: FileType | None) -> None:
    outcome = load_managed_outcome(number)
    link = form.url.data
    source = queries.find_or_add_source(form.description.data, form.description.data, link) if link else None
    piece = evidence.add_evidence(
        outcome,
        kind=EvidenceKind(form.kind.data),
        description=form.description.data,
        now=now(),
        actor=current_user,
        source=source,
    )
    if found is not None:
        evidence.keep_file(piece, content, form.file.data.filename or "", found, now=now())


def remove(number: int, evidence_id: int) -> Any:
    outcome = load_managed_outcome(number)
    piece = db.session.get(Evidence, evidence_id)
    if piece is None or piece.outcome_id != outcome.id:
        abort(404)
    evidence.remove_evidence(piece, actor=current_user, now=now())
    db.session.commit()
    return redirect(url_for("outcomes.edit", number=number))


def file(number: int, file_id: int) -> Response:
    outcome = load_managed_outcome(number)
    found = db.session.get(EvidenceFile, file_id)
    if found is None or found.evidence.outcome_id != outcome.id:
        abort(404)
    return kept_files.send(found)


def verify(number: int) -> Any:
    outcome = load_managed_outcome(number)
    try:
        evidence.verify_outcome(outcome, actor=current_user, now=now(), seen=request.form.get("seen"))
        db.session.commit()
    except Unacceptable as refused:
        give_up()
        flash(str(refused), "error")
        return page(load_managed_outcome(number)), 422
    flash(_("Verified."), "success")
    return redirect(url_for("outcomes.edit", number=number))
