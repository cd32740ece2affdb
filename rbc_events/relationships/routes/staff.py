"""The pages on which staff follow what becomes of meetings."""

from collections.abc import Sequence
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import or_, select

from rbc_events.accounts.access import is_headquarters, require, require_headquarters, require_staff
from rbc_events.accounts.models import User
from rbc_events.clock import now
from rbc_events.database import Bilingual, db, give_up
from rbc_events.editing import hold
from rbc_events.events import queries as events
from rbc_events.events.access import may_manage
from rbc_events.events.models import Programme
from rbc_events.i18n import TOKYO, plain
from rbc_events.meetings.access import load_meeting
from rbc_events.page_parts import contents
from rbc_events.partial_dates import Precision
from rbc_events.registration.models import Organisation
from rbc_events.relationships import operations, queries, relationship_page
from rbc_events.relationships.access import load_relationship, may_take_up
from rbc_events.relationships.forms import BeginForm, NextStepForm, NoteForm, StageForm, StateForm, TaskForm
from rbc_events.relationships.labels import STAGES, STATES
from rbc_events.relationships.models import NoteAudience, Relationship, RelationshipState, RelationshipTask, StageKind
from rbc_events.web import page_number


def index() -> str:
    """All that the actor looks after, as a list or as a board."""
    require_staff()
    choice, today = queries.Choice.from_parameters(request.args), now().astimezone(TOKYO).date()
    as_board = request.args.get("view") == "board"
    return render_template(
        "relationships/index.html",
        choice=choice,
        filters=_filters(),
        as_board=as_board,
        headquarters=is_headquarters(current_user),
        board=queries.board(current_user, choice, today=today) if as_board else None,
        found=None if as_board else queries.listed(current_user, choice, today=today, page=page_number()),
        today=today,
    )


def _filters() -> list[tuple[str, str, list[tuple[str, Any]]]]:
    """Each filter with its title and its options."""
    worked_on = events.viewed_events(current_user)
    programmes = {event.programme.key: plain(event.programme.name) for event in worked_on}
    hosts = {host.code: plain(host.name) for event in worked_on for host in event.hosts}
    return [
        ("programme", _("Programme"), list(programmes.items())),
        ("event", _("Event"), [(event.key, plain(event.name)) for event in worked_on]),
        ("sector", _("Sector"), [(sector.key, plain(sector.name)) for sector in events.sectors()]),
        ("region", _("Host region"), sorted(hosts.items())),
        ("reached", _("Stage reached"), [(kind.value, label) for kind, label in STAGES.items()]),
        ("state", _("State"), [*((state.value, label) for state, label in STATES.items()), ("all", _("All"))]),
    ]


def begin() -> Any:
    """A relationship that grew outside any meeting here: headquarters name its parties."""
    require_headquarters()
    form = BeginForm(events.programmes())
    if form.validate_on_submit():
        programme = db.session.scalars(select(Programme).filter_by(key=form.programme.data)).one()
        sides = [_known(name) or name for name in form.names()]
        try:
            relationship = operations.find_or_begin(sides, actor=current_user, now=now())
            operations.grew_in(relationship, programme)
            db.session.commit()
            return redirect(url_for("relationships.show", number=relationship.id))
        except operations.TooFew as refused:
            give_up()
            form.parties_ja.errors = [*form.parties_ja.errors, refused.message]
    return render_template("relationships/begin.html", form=form), 422 if form.is_submitted() else 200


def _known(name: Bilingual) -> Organisation | None:
    """The organisation of this very name, if there is one and no other has it."""
    called = or_(Organisation.name_native.in_([name.ja, name.en]), Organisation.name_latin.in_([name.ja, name.en]))
    found = db.session.scalars(select(Organisation).where(called, Organisation.merged_into_id.is_(None)).limit(2)).all()
    return found[0] if len(found) == 1 else None


def take_up(key: str, number: int) -> Any:
    """What came of a meeting: its relationship, begun if need be. Each side comes to its own page of it."""
    meeting = load_meeting(key, number)
    require(may_manage(current_user, meeting.event) or may_take_up(current_user, meeting))
    relationship = operations.take_up_meeting(meeting, actor=current_user, now=now())
    db.session.commit()
    page = "relationships.show" if may_manage(current_user, meeting.event) else "relationships.partner"
    return redirect(url_for(page, number=relationship.id))


def show(number: int) -> str:
    return _page(load_relationship(number))


def _page(relationship: Relationship, **forms: Any) -> str:
    queries.read_whole(relationship)
    staff = queries.staff()
    task_form = forms.get("task") or TaskForm(formdata=None)
    task_form.assigned_to.offer(staff)
    return render_template(
        "relationships/show.html",
        relationship=relationship,
        meetings=queries.with_meetings(relationship),
        today=now().astimezone(TOKYO).date(),
        stage_form=forms.get("stage") or StageForm(formdata=None),
        note_form=forms.get("note") or NoteForm(NoteAudience.STAFF, NoteAudience.PARTIES, formdata=None),
        task_form=task_form,
        step_form=forms.get("step") or _step_form(relationship, staff, formdata=None),
        state_form=forms.get("state") or StateForm(obj=relationship, formdata=None),
        parts=relationship_page.of_staff,
        **contents(current_user, relationship, relationship_page.of_staff),
    )


def _step_form(relationship: Relationship, staff: Sequence[User], **options: Any) -> NextStepForm:
    form = NextStepForm(obj=relationship, **options)
    known = [*staff] if relationship.keeper in (None, *staff) else [relationship.keeper, *staff]
    form.keeper_id.offer(known)
    return form


def report_stage(number: int) -> Any:
    relationship, form = load_relationship(number), StageForm()
    if form.validate():
        try:
            record_stage(relationship, form)
            db.session.commit()
            return _back(number)
        except operations.ImplausibleDate as refused:
            give_up()
            form.on.errors = [*form.on.errors, refused.message]
    return _page(load_relationship(number), stage=form), 422


def record_stage(relationship: Relationship, form: StageForm, organisation: Organisation | None = None) -> None:
    """What the form says, as staff's word or as that of a party."""
    on, precision = form.on.claimed or (None, Precision.DAY)
    operations.report_stage(
        relationship,
        StageKind(form.kind.data),
        actor=current_user,
        now=now(),
        organisation=organisation,
        note=form.note.data or "",
        on=on,
        precision=precision,
    )


def add_note(number: int) -> Any:
    relationship, form = load_relationship(number), NoteForm(NoteAudience.STAFF, NoteAudience.PARTIES)
    if not form.validate():
        return _page(relationship, note=form), 422
    audience = NoteAudience(form.audience.data)
    operations.add_note(relationship, form.text.data, audience=audience, actor=current_user, now=now())
    db.session.commit()
    return _back(number)


def add_task(number: int) -> Any:
    relationship, form = load_relationship(number), TaskForm()
    form.assigned_to.offer(queries.staff())
    if not form.validate():
        return _page(relationship, task=form), 422
    assigned = db.session.get(User, form.assigned_to.data) if form.assigned_to.data else None
    operations.add_task(relationship, text=form.task.data, due_on=form.due_on.data, assigned_to=assigned)
    db.session.commit()
    return _back(number)


def finish_task(number: int, task_id: int) -> Any:
    relationship = load_relationship(number)
    task = db.session.get(RelationshipTask, task_id)
    if task is None or task.relationship_id != relationship.id:
        abort(404)
    operations.finish_task(task, actor=current_user, now=now())
    db.session.commit()
    return _back(number)


def next_step(number: int) -> Any:
    relationship = load_relationship(number)
    hold(relationship)
    form = _step_form(relationship, queries.staff())
    if not form.validate():
        give_up()
        return _page(load_relationship(number), step=form), form.status
    operations.plan_next_step(
        relationship,
        text=form.next_step.data or "",
        on=form.next_step_on.data,
        keeper=db.session.get(User, form.keeper_id.data) if form.keeper_id.data else None,
        seen_version=form.version.data,
    )
    db.session.commit()
    flash(_("Saved."), "success")
    return _back(number)


def change_state(number: int) -> Any:
    relationship = load_relationship(number)
    hold(relationship)
    form = StateForm(obj=relationship)
    if not form.validate():
        give_up()
        return _page(load_relationship(number), state=form), form.status
    state = RelationshipState(form.state.data)
    operations.change_state(relationship, state, reason=form.state_reason.data or "", seen_version=form.version.data)
    db.session.commit()
    flash(_("Saved."), "success")
    return _back(number)


def _back(number: int) -> Any:
    return redirect(url_for("relationships.show", number=number))
