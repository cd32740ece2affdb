"""The steps of a registration. Each is saved for itself, so that one can stop anywhere and go on later."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from wtforms import Form

from rbc_events.clock import now
from rbc_events.database import db
from rbc_events.errors import Conflict
from rbc_events.events.access import may_manage
from rbc_events.events.models import Region, RegionKind
from rbc_events.registration import operations, questionnaire
from rbc_events.registration.access import load_changeable
from rbc_events.registration.completeness import missing
from rbc_events.registration.forms import AttendanceForm, ConsentsForm, OrganisationForm
from rbc_events.registration.models import ConsentKind, Registration, RegistrationState, StatementKind
from rbc_events.registration.profile_forms import ProfileForm, StatementsForm
from rbc_events.registration.questionnaire import questions_form
from rbc_events.registration.routes import blueprint
from rbc_events.registration.routes.registering import step_titles
from rbc_events.registration.slot_grid import slot_grid
from rbc_events.registration.words import CONSENTS


@dataclass(frozen=True)
class Section:
    """A step with one form: how the form is made from the rows, and what keeps its content."""

    form: Callable[[Registration], Any]
    save: Callable[[Registration, Any], None]


def stamp(registration: Registration) -> str:
    """The state that a page was made from."""
    organisation = registration.organisation
    return f"{registration.version}.{organisation.version}.{organisation.profile.version}"


def _organisation_form(registration: Registration) -> OrganisationForm:
    prefectures = select(Region).filter_by(kind=RegionKind.PREFECTURE).order_by(Region.code)
    organisation = registration.organisation
    return OrganisationForm(
        db.session.scalars(prefectures).all(),
        this_year=now().year,
        obj=organisation,
        data={"stamp": stamp(registration)},
        corporate_number=organisation.corporate_number or organisation.claimed_number,
    )


def _profile_form(registration: Registration) -> ProfileForm:
    regions = list(db.session.scalars(select(Region).order_by(Region.code)))
    profile = registration.organisation.profile
    origins = {f"{name}_origin": origin for name, origin in profile.origins.items()}
    return ProfileForm(regions, obj=profile, data={"stamp": stamp(registration)}, **origins)


def _statements_form(registration: Registration) -> StatementsForm:
    return StatementsForm(registration.organisation.statements, stamp=stamp(registration))


def _attendance_form(registration: Registration) -> AttendanceForm:
    busy = {row.slot_id for row in registration.unavailable}
    free = [slot.id for slot in registration.event.slots if slot.id not in busy]
    return AttendanceForm(
        registration,
        data={"stamp": stamp(registration), "free": free},
        attends=registration.attends,
        capacity=registration.capacity,
    )


def _consents_form(registration: Registration) -> ConsentsForm:
    return ConsentsForm(data={kind.value: True for kind in operations.standing_consents(registration)})


def _save_attendance(registration: Registration, form: AttendanceForm) -> None:
    attends = form.attends.data if form.attends is not None else registration.attends
    operations.save_attendance(registration, set(form.free.data), attends=attends, capacity=form.capacity.data)


SECTIONS = {
    "organisation": Section(
        _organisation_form, lambda registration, form: operations.save_organisation(registration, form.fields())
    ),
    "profile": Section(
        _profile_form, lambda registration, form: operations.save_profile(registration, form.fields(), now=now())
    ),
    "offers": Section(
        _statements_form,
        lambda registration, form: operations.save_statements(registration, form.pairs(), form.origins(), now=now()),
    ),
    "availability": Section(_attendance_form, _save_attendance),
    "questions": Section(
        questions_form, lambda registration, form: questionnaire.save_answers(registration, form, now=now())
    ),
    "consents": Section(
        _consents_form,
        lambda registration, form: operations.give_consents(registration, form.wanted(), now=now()),
    ),
}


@blueprint.route("/registrations/<int:number>/<any({}):step>".format(", ".join(SECTIONS)), methods=["GET", "POST"])
def step(number: int, step: str) -> Any:
    registration = load_changeable(number)
    form = SECTIONS[step].form(registration)
    if form.validate_on_submit():
        _refuse_stale(registration, form)
        SECTIONS[step].save(registration, form)
        db.session.commit()
        return redirect(_after(registration, step))
    return render_step(registration, step, form), 422 if form.is_submitted() else 200


def render_step(registration: Registration, step: str, form: Any, **more: Any) -> str:
    return render_template(
        f"registration/{step}.html", form=form, **step_page(registration, step), **_extras(registration, step), **more
    )


def _refuse_stale(registration: Registration, form: Form) -> None:
    """A form made from an older state is refused; one that doesn't say (a script's) is taken as it is."""
    if "stamp" in form and form.stamp.data and form.stamp.data != stamp(registration):
        raise Conflict


def _after(registration: Registration, step: str) -> str:
    if registration.state != RegistrationState.DRAFT or "later" in request.form:
        flash(_("Saved."), "success")
        return url_for("registration.standing", number=registration.id)
    names = [name for name, _title in step_titles(bool(questionnaire.questions_of(registration.event)))]
    following = names[names.index(step) + 1]
    endpoint = {"people": "registration.people", "review": "registration.review"}.get(following)
    if endpoint:
        return url_for(endpoint, number=registration.id)
    return url_for("registration.step", number=registration.id, step=following)


def step_page(registration: Registration, step: str) -> dict[str, Any]:
    """What every step's page shows."""
    return {
        "registration": registration,
        "event": registration.event,
        "step": step,
        "steps": step_titles(bool(questionnaire.questions_of(registration.event))),
        "missing": missing(registration),
        "by_staff": may_manage(current_user, registration.event),
    }


def _extras(registration: Registration, step: str) -> dict[str, Any]:
    if step == "consents":
        return {"texts": [(kind, CONSENTS[kind]) for kind in ConsentKind]}
    if step == "offers":
        return {"kinds": list(StatementKind)}
    if step == "availability":
        return {"grid": slot_grid(registration)}
    return {}
