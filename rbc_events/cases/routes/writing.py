"""The facts with their sources, and the picture, of a support case, as rows that staff write on pages."""

from typing import Any

from flask import Response, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from rbc_events import confined, kept_files, limits
from rbc_events.cases import facts, operations, pictures, queries
from rbc_events.cases.access import load_case, load_managed_case, load_shown_picture, may_view_case
from rbc_events.cases.forms import FactForm, PictureForm
from rbc_events.cases.models import CaseFact, CasePicture, SupportCase
from rbc_events.clock import now
from rbc_events.database import ahead_of_writing, db, give_up
from rbc_events.errors import Unacceptable
from rbc_events.sent_files import content_of


def fact_list(key: str) -> Any:
    """The facts of the case; POST adds one."""
    case = load_managed_case(key)
    form = FactForm().offer(queries.sources_to_cite(current_user))
    if form.validate_on_submit():
        facts.add_fact(case, form.cited(), **fields_of(form))
        db.session.commit()
        return redirect(url_for("cases.facts", key=key, _anchor="add"))
    return render_template("cases/facts.html", case=case, form=form), 422 if form.is_submitted() else 200


def fact(key: str, number: int) -> Any:
    found = load_fact(load_managed_case(key), number)
    form = FactForm(data={**_columns(found), "source": found.source_id})
    form.offer(queries.sources_to_cite(current_user))
    if form.validate_on_submit():
        facts.update_fact(found, form.cited(), **fields_of(form))
        db.session.commit()
        return redirect(url_for("cases.facts", key=key))
    return render_template("cases/fact.html", case=found.case, fact=found, form=form), form.status


def remove_fact(key: str, number: int) -> Any:
    facts.remove_fact(load_fact(load_managed_case(key), number))
    db.session.commit()
    return redirect(url_for("cases.facts", key=key))


def move_fact(key: str, number: int) -> Any:
    facts.move_up(load_fact(load_managed_case(key), number))
    db.session.commit()
    return redirect(url_for("cases.facts", key=key))


def load_fact(case: SupportCase, number: int) -> CaseFact:
    found = db.session.get(CaseFact, number)
    return found if found is not None and found.case_id == case.id else abort(404)


def _columns(found: CaseFact) -> dict[str, Any]:
    return {column.key: getattr(found, column.key) for column in CaseFact.__table__.columns}


def fields_of(form: FactForm) -> dict[str, Any]:
    return {
        name: form[name].data for name in ("label_ja", "label_en", "text_ja", "text_en", "fiscal_year", "preferred")
    }


def new_picture(key: str) -> Any:
    """Show a picture with the case, in place of the one before."""
    with ahead_of_writing():
        case = load_managed_case(key)
        if (form := PictureForm()).is_submitted() is False or not form.validate():
            return _picture_page(case, form), 422 if form.is_submitted() else 200
        actor = current_user.id
    try:
        limits.count("upload", f"pictures of {actor}")
        content = content_of(form.picture.data, pictures.MOST_BYTES, pictures.TooLarge)
        drawn = pictures.draw_anew(content)
        alt = {"alt_ja": form.alt_ja.data, "alt_en": form.alt_en.data}
        name = form.picture.data.filename or ""
        pictures.keep_picture(load_managed_case(key), drawn, file_name=name, now=now(), **alt)
        db.session.commit()
    except (Unacceptable, limits.TooMany, confined.Busy) as refused:
        give_up()
        form.picture.errors = [*form.picture.errors, str(refused)]
        status = {limits.TooMany: 429, confined.Busy: 503}.get(type(refused), 422)
        return _picture_page(load_managed_case(key), form), status
    flash(_("Saved."), "success")
    return redirect(url_for("cases.show", key=key, draft=1))


def _picture_page(case: SupportCase, form: PictureForm) -> str:
    return render_template("cases/picture.html", case=case, form=form)


def remove_picture(key: str) -> Any:
    pictures.remove_picture(load_managed_case(key))
    db.session.commit()
    return redirect(url_for("cases.show", key=key, draft=1))


def picture(key: str, number: int) -> Response:
    """The picture of a public case; staff get that of the draft too."""
    case = load_case(key)
    found = db.session.get(CasePicture, number)
    if found is not None and found.case_id == case.id and may_view_case(current_user, case):
        return kept_files.send(found, inline=True)
    shown = load_shown_picture(case, operations.public_text(case))
    return kept_files.send(shown, inline=True) if shown.id == number else abort(404)
