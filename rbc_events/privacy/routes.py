"""What is held on a person: to look at, to take along, to have erased."""

import json
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy import select
from wtforms.validators import InputRequired, Length

from rbc_events.accounts.access import require_headquarters, require_sign_in
from rbc_events.application import settings
from rbc_events.clock import now
from rbc_events.database import db
from rbc_events.editing import SentForm
from rbc_events.form_fields import email_field
from rbc_events.outbox.transport import folder_of
from rbc_events.privacy import operations
from rbc_events.privacy.erasing import LastHeadquarters, erase_person
from rbc_events.privacy.exporting import export_person
from rbc_events.privacy.models import ErasureRequest
from rbc_events.privacy.people import find_person
from rbc_events.privacy.showing import in_words


class PersonForm(SentForm):
    address = email_field(_l("E-mail address"), InputRequired(), Length(max=254))


def my_data() -> str:
    """Everything held on the signed-in person, to read."""
    user = require_sign_in()
    asked = db.session.scalar(select(ErasureRequest).where(ErasureRequest.user_id == user.id))
    held = export_person(find_person(user.email))
    return render_template("privacy/my_data.html", parts=in_words(held), asked=asked)


def my_data_file() -> Response:
    """The same as JSON."""
    held = export_person(find_person(require_sign_in().email))
    response = Response(json.dumps(held, ensure_ascii=False, indent=2), mimetype="application/json")
    response.headers.set("Content-Disposition", "attachment", filename="my-data.json")
    return response


def ask() -> Any:
    operations.ask_for_erasure(require_sign_in(), now=now())
    db.session.commit()
    flash(_("The organisers have your request. You are told by them when it is done."), "success")
    return redirect(url_for("privacy.my_data"))


def stay() -> Any:
    operations.take_back(require_sign_in())
    db.session.commit()
    return redirect(url_for("privacy.my_data"))


def people() -> Any:
    """The people who ask to be erased, and those found under an address, with or without an account."""
    require_headquarters()
    form = PersonForm()
    found = find_person(form.address.data) if form.validate_on_submit() else None
    if found is not None and not found.rows:
        form.address.errors = [_("Nobody is known by this address.")]
        found = None
    return _page(form, found), 422 if form.errors else 200


def erase() -> Any:
    require_headquarters()
    form = PersonForm()
    if not form.validate():
        return _page(form, None), 422
    mails = folder_of(settings().mail_url)
    try:
        erase_person(find_person(form.address.data), mails=mails, now=now(), actor=current_user)
    except LastHeadquarters as error:
        db.session.rollback()
        form.address.errors = [str(error)]
        return _page(form, find_person(request.form["address"])), 422
    db.session.commit()
    flash(_("Erased. Meetings and outcomes go on counting without a name."), "success")
    return redirect(url_for("privacy.people"))


def _page(form: PersonForm, found: Any) -> str:
    asked = select(ErasureRequest).where(ErasureRequest.done_at.is_(None)).order_by(ErasureRequest.asked_at)
    return render_template("privacy/people.html", form=form, found=found, requests=db.session.scalars(asked).all())
