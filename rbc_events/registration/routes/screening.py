"""Screening: the list of registrations, one registration's page, decisions, scores and quotas."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from wtforms import RadioField, SelectChoice, TextAreaField
from wtforms.validators import InputRequired, NumberRange, Optional

from rbc_events import cells
from rbc_events.accounts.access import is_headquarters
from rbc_events.clock import now
from rbc_events.database import db
from rbc_events.editing import EditForm, SentForm, hold
from rbc_events.errors import Conflict
from rbc_events.events.access import load_managed_event
from rbc_events.form_fields import IntegerField, VersionField, reads
from rbc_events.outbox.failing import failing_among
from rbc_events.registration import claims, life, queries, screening, taking_back
from rbc_events.registration import duplicates as doubles
from rbc_events.registration.access import load_screened
from rbc_events.registration.completeness import unreadable_abroad
from rbc_events.registration.consent_texts import CONSENTS
from rbc_events.registration.fields import tidy
from rbc_events.registration.labels import LABELS
from rbc_events.registration.models import OrganisationKind, Registration, RegistrationState
from rbc_events.registration.operations import may_return
from rbc_events.registration.pairing import groups_of, set_group
from rbc_events.registration.participation import consents_lacking, current_consents
from rbc_events.registration.questionnaire import answers_of, questions_of, unanswered
from rbc_events.registration.quotas import set_quotas
from rbc_events.registration.routes.pairing import GroupForm, group_form
from rbc_events.registration.screening import Decision
from rbc_events.registration.slot_grid import free_times
from rbc_events.web import page_number

DECISION_WORDS = {
    Decision.APPROVE: _l("Approve"),
    Decision.WAITLIST: _l("Put on the waiting list"),
    Decision.ASK_BACK: _l("Ask back"),
    Decision.DECLINE: _l("Turn down"),
}


class DecisionForm(SentForm):
    version = VersionField()
    message = TextAreaField(
        _l("Message to the organisation"),
        [reads(cells.text(2000, lines=True))],
        filters=[tidy],
        description=_l("It stands in the mail and on their page. Needed for asking back and for the waiting list."),
        render_kw={"rows": 4},
    )


class ScoreForm(SentForm):
    score = RadioField(
        _l("Score"), [InputRequired()], choices=[SelectChoice(n, str(n)) for n in range(1, 6)], coerce=int
    )
    comment = TextAreaField(
        _l("Comment, for staff"), [reads(cells.text(2000, lines=True))], filters=[tidy], render_kw={"rows": 2}
    )


class QuotasForm(EditForm):
    """One number a kind; empty is no limit."""

    def places(self) -> dict[OrganisationKind, int | None]:
        return {kind: self[kind.value].data for kind in OrganisationKind}


for _kind in OrganisationKind:
    setattr(QuotasForm, _kind.value, IntegerField(LABELS[_kind], [Optional(), NumberRange(0, 10_000)]))


def index(key: str) -> str:
    event = load_managed_event(key)
    wanted = queries.Wanted(
        state=request.args.get("state", ""),
        kind=request.args.get("kind", ""),
        words=request.args.get("q", "")[:100],
        sort=request.args.get("sort", "waiting" if request.args.get("state") == "waitlisted" else "submitted"),
        page=page_number(),
    )
    return render_template(
        "registration/index.html",
        event=event,
        part=queries.registrations(event, wanted),
        wanted=wanted,
        numbers=queries.numbers(event),
        claiming=claims.waiting_at(event),
        unseen=queries.unseen(event),
        states=list(RegistrationState),
        kinds=list(OrganisationKind),
    )


def screen(key: str, number: int) -> Any:
    _event, registration = load_screened(key, number)
    return _screen_page(registration, DecisionForm(version=registration.version), _score_form(registration))


def decide(key: str, number: int, decision: str) -> Any:
    _event, registration = load_screened(key, number)
    form = DecisionForm()
    chosen = Decision(decision)
    if chosen in screening.WITH_MESSAGE and not tidy(form.message.data):
        form.message.errors = [screening.NoMessage.message]
        return _screen_page(registration, form, _score_form(registration))
    if not form.validate_on_submit():
        return _screen_page(registration, form, _score_form(registration))
    version = -1 if form.version.data is None else form.version.data
    try:
        screening.decide(
            registration, chosen, message=form.message.data, version=version, actor=current_user, now=now()
        )
    except Conflict as refused:
        return _refused(key, number, form, refused)
    db.session.commit()
    flash(
        _("%(name)s: %(state)s", name=registration.organisation.name_native, state=LABELS[registration.state]),
        "success",
    )
    return redirect(url_for("registration.screen", key=key, number=number))


def take_back(key: str, number: int) -> Any:
    """Take the last decision back."""
    _event, registration = load_screened(key, number)
    form = DecisionForm()
    version = -1 if form.version.data is None else form.version.data
    if not form.validate_on_submit():
        return _screen_page(registration, form, _score_form(registration))
    try:
        taking_back.take_back(registration, version=version, actor=current_user, now=now())
    except Conflict as refused:
        return _refused(key, number, form, refused)
    db.session.commit()
    state = LABELS[registration.state]
    flash(_("Taken back. %(name)s: %(state)s", name=registration.organisation.name_native, state=state), "success")
    return redirect(url_for("registration.screen", key=key, number=number))


def _refused(key: str, number: int, form: DecisionForm, refused: Conflict) -> Any:
    """The registration's page as it is now, with the reason of the refusal and the message that was typed, so that
    whoever decides again has seen both."""
    db.session.rollback()
    _event, registration = load_screened(key, number)
    flash(str(refused), "error")
    form.version.raw_data, form.version.data = None, registration.version
    page, _status = _screen_page(registration, form, _score_form(registration))
    return page, 409


def move_waiting(key: str, number: int, way: str) -> Any:
    """Move an organisation on the waiting list of its kind."""
    _event, registration = load_screened(key, number)
    screening.move_on_waiting_list(registration, -1 if way == "up" else 1, actor=current_user)
    db.session.commit()
    kind = registration.organisation.kind.value
    return redirect(url_for("registration.index", key=key, state=RegistrationState.WAITLISTED.value, kind=kind))


def score(key: str, number: int) -> Any:
    _event, registration = load_screened(key, number)
    form = ScoreForm()
    if not form.validate_on_submit():
        return _screen_page(registration, DecisionForm(formdata=None, version=registration.version), form)
    screening.give_score(
        registration, reviewer=current_user, score=form.score.data, comment=form.comment.data, now=now()
    )
    db.session.commit()
    flash(_("Your score has been saved."), "success")
    return redirect(url_for("registration.screen", key=key, number=number))


def quotas(key: str) -> Any:
    event = load_managed_event(key)
    hold(event)
    numbers = queries.numbers(event)
    form = QuotasForm(data={kind.value: places for kind, places in numbers.quotas.items()})
    if form.validate_on_submit():
        set_quotas(event, form.places())
        db.session.commit()
        flash(_("Saved."), "success")
        return redirect(url_for("registration.index", key=key))
    page = render_template("registration/quotas.html", event=event, form=form, numbers=numbers)
    return page, form.status


def group(key: str, number: int) -> Any:
    """Put the organisation into a group."""
    _event, registration = load_screened(key, number)
    hold(registration)
    form = group_form(registration)
    if form.validate_on_submit():
        set_group(registration, form.group_name.data)
        db.session.commit()
        flash(_("Saved."), "success")
        return redirect(url_for("registration.screen", key=key, number=number))
    decision = DecisionForm(formdata=None, version=registration.version)
    page, _status = _screen_page(registration, decision, _score_form(registration), form)
    return page, form.status


def _score_form(registration: Registration) -> ScoreForm:
    mine = next((row for row in registration.reviews if row.reviewer_id == current_user.id), None)
    return ScoreForm(formdata=None, obj=mine)


def _screen_page(
    registration: Registration, form: DecisionForm, score_form: ScoreForm, grouping: GroupForm | None = None
) -> Any:
    back = taking_back.decision_to_take_back(registration)
    page = render_template(
        "registration/screen.html",
        back=back,
        taking_back=taking_back.foresee(back) if back is not None else [],
        event=registration.event,
        registration=registration,
        failing=failing_among(delegate.email for delegate in registration.delegates),
        form=form,
        score_form=score_form,
        group_form=grouping or group_form(registration),
        groups=groups_of(registration.event),
        reviews=queries.reviews_of(registration),
        position=queries.waiting_position(registration),
        decisions=[
            (decision, DECISION_WORDS[decision], life.foresee(registration, life.Step(decision), now=now()))
            for decision in screening.decisions_for(registration)
        ],
        lacking=consents_lacking(registration),
        may_withdraw=life.possible(registration, life.Step.WITHDRAW),
        withdrawing=life.foresee(registration, life.Step.WITHDRAW, now=now()),
        may_return=may_return(registration, now(), by_staff=True),
        questions=questions_of(registration.event),
        answers=answers_of(registration),
        consents=current_consents(registration),
        consent_texts=CONSENTS,
        claim=claims.claim_of(registration.organisation),
        headquarters=is_headquarters(current_user),
        doubles=doubles.likely_doubles(registration.organisation),
        unreadable=unreadable_abroad(registration),
        unanswered=unanswered(registration),
        free_times=free_times(registration),
        following=queries.next_to_screen(registration),
    )
    return page, 422 if form.errors or score_form.errors else 200
