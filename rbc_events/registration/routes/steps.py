"""The steps of a registration. Each is saved on its own, so that one can stop anywhere and go on later.

What is typed is kept meanwhile as a draft (`static/js/keeping.js`, `registration/unsaved.py`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from rbc_events import limits, typed
from rbc_events.clock import now
from rbc_events.database import ahead_of_writing, db, give_up
from rbc_events.editing import hold
from rbc_events.errors import Conflict
from rbc_events.events.access import may_manage
from rbc_events.events.models import Region, RegionKind
from rbc_events.i18n import clock_time, own_zone
from rbc_events.registration import life, operations, profiles, questionnaire
from rbc_events.registration.access import load_changeable, load_of_organisation, may_change_organisation, signed_in
from rbc_events.registration.attendance_form import AttendanceForm
from rbc_events.registration.autosave import drop_entries, entries_of, keep_entries
from rbc_events.registration.completeness import missing, wishes
from rbc_events.registration.consent_texts import CONSENTS
from rbc_events.registration.forms import ConsentsForm, OrganisationForm
from rbc_events.registration.models import (
    ConsentKind,
    Registration,
    RegistrationState,
    StatementKind,
    UnsavedEntries,
)
from rbc_events.registration.nights import leaves_out_nights
from rbc_events.registration.participation import current_consents
from rbc_events.registration.profile_forms import ProfileForm, StatementsForm
from rbc_events.registration.questionnaire import questions_form
from rbc_events.registration.quotas import QuotaFull
from rbc_events.registration.routes.registering import step_titles, step_url
from rbc_events.registration.slot_grid import slot_grid
from rbc_events.registration.uploads import Full
from rbc_events.typed import OF_THE_FORM


@dataclass(frozen=True)
class Section:
    """A step with one form.

    `form` makes the form from the rows, with `formdata` over them if there is any; `save` writes what it says. `kept`:
    whether what is typed is kept as a draft, which consents are not. `organisations`: whether it is about what the
    organisation says of itself at every event, rather than about the registration.
    """

    form: Callable[..., Any]
    save: Callable[[Registration, Any], None]
    kept: bool = True
    organisations: bool = False


def stamp(registration: Registration) -> str:
    """The state that a page was made from."""
    organisation = registration.organisation
    return f"{registration.version}.{organisation.version}.{organisation.profile.version}"


def _organisation_form(registration: Registration, **options: Any) -> OrganisationForm:
    prefectures = select(Region).filter_by(kind=RegionKind.PREFECTURE).order_by(Region.code)
    organisation = registration.organisation
    return OrganisationForm(
        db.session.scalars(prefectures).all(),
        this_year=now().year,
        obj=organisation,
        data={"stamp": stamp(registration)},
        corporate_number=organisation.corporate_number or organisation.claimed_number,
        **options,
    )


def _profile_form(registration: Registration, **options: Any) -> ProfileForm:
    regions = list(db.session.scalars(select(Region).order_by(Region.code)))
    organisation, profile = registration.organisation, registration.organisation.profile
    origins = {f"{name}_origin": origin for name, origin in profile.origins.items()}
    return ProfileForm(regions, organisation, obj=profile, data={"stamp": stamp(registration)}, **origins, **options)


def _statements_form(registration: Registration, **options: Any) -> StatementsForm:
    return StatementsForm(registration.organisation.statements, stamp=stamp(registration), **options)


def _attendance_form(registration: Registration, **options: Any) -> AttendanceForm:
    busy = {row.slot_id for row in registration.unavailable}
    free = [slot.id for slot in registration.event.slots if slot.id not in busy]
    return AttendanceForm(
        registration,
        own_zone(),
        data={"stamp": stamp(registration), "free": free, "days_only": leaves_out_nights(registration)},
        time_zone=registration.organisation.profile.time_zone,
        attends=registration.attends,
        capacity=registration.capacity,
        **options,
    )


def _consents_form(registration: Registration) -> ConsentsForm:
    return ConsentsForm(data={kind.value: True for kind in current_consents(registration)})


def _save_attendance(registration: Registration, form: AttendanceForm) -> None:
    attends = form.attends.data if form.attends is not None else registration.attends
    operations.save_attendance(
        registration,
        set(form.free.data),
        attends=attends,
        capacity=form.capacity.data,
        zone=form.time_zone.data,
        days_only=form.days_only is not None and form.days_only.data,
        actor=current_user if current_user.is_authenticated else None,
    )


def _give_consents(registration: Registration, form: ConsentsForm) -> None:
    operations.give_consents(registration, form.wanted(), actor=signed_in(), now=now())


SECTIONS = {
    "organisation": Section(
        _organisation_form,
        lambda registration, form: profiles.save_organisation(registration, form.fields(), now=now()),
        organisations=True,
    ),
    "profile": Section(
        _profile_form,
        lambda registration, form: profiles.save_profile(registration, form.fields(), now=now()),
        organisations=True,
    ),
    "offers": Section(
        _statements_form,
        lambda registration, form: profiles.save_statements(registration, form.pairs(), form.origins(), now=now()),
        organisations=True,
    ),
    "availability": Section(_attendance_form, _save_attendance),
    "questions": Section(
        questions_form, lambda registration, form: questionnaire.save_answers(registration, form, now=now())
    ),
    "consents": Section(
        _consents_form,
        lambda registration, form: _give_consents(registration, form),
        kept=False,
    ),
}


STEP = f"<any({', '.join(SECTIONS)}):step>"


def _examine_files(number: int, step: str) -> tuple[dict[str, str], limits.TooMany | None]:
    """{field: fault} of the files that were sent, and the limit if it is reached; then no file is looked into. Nothing
    is locked meanwhile."""
    files = {name: file for name, file in request.files.items() if file.filename}
    if not files:
        return {}, None
    with ahead_of_writing():
        _load_for(step, number)
    try:
        limits.count("upload", number)
    except limits.TooMany as reached:
        return dict.fromkeys(files, ""), reached
    return questionnaire.faults_of_files(files), None


def step(number: int, step: str) -> Any:
    faults, too_often = _examine_files(number, step)
    registration = _load_for(step, number)
    if SECTIONS[step].organisations and not may_change_organisation(current_user, registration):
        return render_template("registration/of_organisation.html", **step_page(registration, step))
    hold(registration.organisation)
    unsaved = entries_of(registration, step) if request.method == "GET" and typed.waiting() is None else None
    form = _form_with(registration, step, unsaved) if unsaved else SECTIONS[step].form(registration)
    form.faults_of_files = faults
    if "show" in request.form:  # the times by the chosen clock; nothing is saved
        give_up()
        return render_step(load_changeable(number), step, form)
    if form.validate_on_submit():
        try:
            if too_often:
                raise too_often
            SECTIONS[step].save(registration, form)
        except (Full, QuotaFull, limits.TooMany) as refused:
            db.session.rollback()
            flash(str(refused), "error")
            page = render_step(load_changeable(number), step, form)
            status = 409 if isinstance(refused, Conflict) else getattr(refused, "status", 422)
            return page, status, getattr(refused, "headers", {})
        drop_entries(registration, step)
        db.session.commit()
        return redirect(_after(registration, step))
    return render_step(registration, step, form, unsaved=unsaved), form.status


def _load_for(step: str, number: int) -> Registration:
    """The registration, for who may change what the step is about. Everybody else who may change the registration may
    look at it."""
    if SECTIONS[step].organisations and request.method == "POST":
        return load_of_organisation(number)
    return load_changeable(number)


def _form_with(registration: Registration, step: str, unsaved: UnsavedEntries) -> Any:
    """The form with what was typed into it last, as a form about the rows as they are now."""
    typed = MultiDict((name, value) for name, value in unsaved.entries)
    typed["stamp"] = stamp(registration)
    form = SECTIONS[step].form(registration, formdata=typed)
    form.remember()
    return form


def keep(number: int, step: str) -> Any:
    """Keep what is typed into a step while it is filled in; or drop it, by the page's own button."""
    registration = _load_for(step, number)
    if not SECTIONS[step].kept:
        abort(404)
    limits.count("keeping", registration.id)
    if "drop" in request.form:
        drop_entries(registration, step)
        db.session.commit()
        return redirect(url_for("registration.step", number=number, step=step))
    form = SECTIONS[step].form(registration)
    if not form.require_fresh():
        raise Conflict
    named = [
        (name, value) for name, value in request.form.items(multi=True) if name in form and name not in OF_THE_FORM
    ]
    keep_entries(registration, step, named, now=now())
    db.session.commit()
    return _("Draft saved at %(time)s.", time=clock_time(now()))


def render_step(registration: Registration, step: str, form: Any, **more: Any) -> str:
    shown = {**step_page(registration, step), **_extras(registration, step, form), **more}
    return render_template(f"registration/{step}.html", form=form, **shown)


def _after(registration: Registration, step: str) -> str:
    if registration.state != RegistrationState.DRAFT or "later" in request.form:
        flash(_("Saved."), "success")
        return url_for("registration.status", number=registration.id)
    titles = step_titles(bool(questionnaire.questions_of(registration.event)))
    lacking = [str(what) for name, what in missing(registration) if name == step]
    if lacking:
        flash(_("Saved. Still missing in “%(step)s”: %(what)s", step=dict(titles)[step], what="; ".join(lacking)))
    names = [name for name, _title in titles]
    return step_url(registration, names[names.index(step) + 1])


def step_page(registration: Registration, step: str) -> dict[str, Any]:
    """What every step's page shows."""
    return {
        "registration": registration,
        "event": registration.event,
        "step": step,
        "steps": step_titles(bool(questionnaire.questions_of(registration.event))),
        "missing": missing(registration),
        "wishes": wishes(registration),
        "by_staff": may_manage(current_user, registration.event),
        "kept": step in SECTIONS and SECTIONS[step].kept,
        "unfinished": {each.step for each in registration.unsaved},
    }


def _extras(registration: Registration, step: str, form: Any) -> dict[str, Any]:
    if step == "consents":
        leaving = life.possible(registration, life.Step.TAKE_BACK_CONSENT)
        foreseen = life.foresee(registration, life.Step.TAKE_BACK_CONSENT, now=now()) if leaving else []
        return {"texts": [(kind, CONSENTS[kind]) for kind in ConsentKind], "without_consent": foreseen}
    if step == "offers":
        return {"kinds": list(StatementKind)}
    if step == "availability":
        return {"grid": slot_grid(registration, form.time_zone.data)}
    return {}
