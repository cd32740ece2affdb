"""Our partners: what an organisation sees of its relationships, and what it may add to them."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from rbc_events.accounts.access import require_sign_in
from rbc_events.clock import now
from rbc_events.database import db, give_up
from rbc_events.page_parts import contents
from rbc_events.registration.models import Organisation
from rbc_events.relationships import operations, queries, relationship_page
from rbc_events.relationships.access import load_partnership, own_organisations
from rbc_events.relationships.forms import NoteForm, StageForm
from rbc_events.relationships.models import NoteAudience, Relationship
from rbc_events.relationships.routes.staff import record_stage
from rbc_events.web import page_number

TO_PARTNERS = (NoteAudience.OWN, NoteAudience.PARTIES)


def index() -> str:
    own = own_organisations(require_sign_in())
    return render_template(
        "relationships/partners.html",
        part=queries.partnerships(own, page_number()),
        own=set(own),
        parts=relationship_page.of_partners,
        **contents(current_user, own, relationship_page.of_partners),
    )


def show(number: int) -> str:
    return _page(*load_partnership(number))


def _page(relationship: Relationship, side: Organisation, **forms: Any) -> str:
    queries.read_whole(relationship)
    return render_template(
        "relationships/partner.html",
        relationship=relationship,
        side=side,
        meetings=queries.with_meetings(relationship),
        stages=[each for each in relationship.stages if each.organisation_id in (None, side.id)],
        notes=queries.notes_for(relationship, side),
        stage_form=forms.get("stage") or StageForm(formdata=None),
        note_form=forms.get("note") or NoteForm(*TO_PARTNERS, formdata=None),
        parts=relationship_page.of_side,
        **contents(current_user, (relationship, side), relationship_page.of_side),
    )


def report_stage(number: int) -> Any:
    relationship, side = load_partnership(number)
    form = StageForm()
    if form.validate():
        try:
            record_stage(relationship, form, organisation=side)
            db.session.commit()
            flash(_("Thank you. The organisers see it too."), "success")
            return redirect(url_for("relationships.partner", number=number))
        except operations.ImplausibleDate as refused:
            give_up()
            form.on.errors = [*form.on.errors, refused.message]
    return _page(*load_partnership(number), stage=form), 422


def add_note(number: int) -> Any:
    relationship, side = load_partnership(number)
    form = NoteForm(*TO_PARTNERS)
    if not form.validate():
        return _page(relationship, side, note=form), 422
    operations.add_note(
        relationship,
        form.text.data,
        audience=NoteAudience(form.audience.data),
        actor=current_user,
        now=now(),
        organisation=side,
    )
    db.session.commit()
    return redirect(url_for("relationships.partner", number=number))
