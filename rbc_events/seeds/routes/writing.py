"""The pages on which a university writes and publishes its seeds."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from rbc_events.accounts.access import require_sign_in
from rbc_events.clock import now
from rbc_events.database import db, give_up
from rbc_events.editing import hold
from rbc_events.errors import DomainError
from rbc_events.page_parts import contents
from rbc_events.seeds import operations, queries, seed_page
from rbc_events.seeds.access import load_own_organisation, load_own_seed, read_at
from rbc_events.seeds.forms import ResearcherForm, SeedForm, shown
from rbc_events.seeds.models import Disclosure, SeedResearcher

REFUSALS: dict[type[DomainError], str] = {operations.NotReady: "summary_en"}


def mine() -> str:
    require_sign_in()
    organisations, parts = queries.own_organisations(current_user), seed_page.of_own_list
    return render_template(
        "seeds/mine.html",
        seeds=queries.own_seeds(current_user),
        organisations=organisations,
        parts=parts,
        **contents(current_user, organisations, parts),
    )


def new(number: int) -> Any:
    """A new seed of an organisation."""
    organisation = load_own_organisation(number)
    form = SeedForm(queries.fields())
    if form.validate_on_submit():
        seed = operations.add_seed(organisation, form.fields(), actor=current_user, now=now())
        db.session.commit()
        return redirect(url_for("seeds.people", number=seed.id))
    return render_template("seeds/form.html", form=form, seed=None, organisation=organisation), form.status


def edit(number: int) -> Any:
    seed = load_own_seed(number)
    hold(seed)
    form = SeedForm(queries.fields(), data=shown(seed))
    if form.validate_on_submit() and form.carry_out(
        lambda: operations.change_seed(
            seed, form.fields(), actor=current_user, now=now(), seen_version=form.version.data
        ),
        REFUSALS,
    ):
        flash(_("Saved."), "success")
        return redirect(url_for("seeds.show", number=number))
    return render_template("seeds/form.html", form=form, seed=seed, organisation=seed.organisation), form.status


def preview(number: int) -> str:
    """The seed as readers of one stage read it."""
    seed, wanted = load_own_seed(number), request.args.get("stage", "")
    if wanted not in list(Disclosure):
        abort(404)
    stage = Disclosure(wanted)
    return render_template(
        "seeds/show.html", read=read_at(stage, seed), seed=seed, writes=True, preview=stage, parts=()
    )


def publish(number: int) -> Any:
    seed = load_own_seed(number)
    try:
        operations.publish_seed(seed, now=now())
        db.session.commit()
        flash(_("The seed is in the catalogue now."), "success")
    except operations.NotReady as error:
        give_up()
        flash(str(error), "error")
    return redirect(url_for("seeds.show", number=number))


def withdraw(number: int) -> Any:
    operations.withdraw_seed(load_own_seed(number), now=now())
    db.session.commit()
    flash(_("The seed is no longer in the catalogue."), "success")
    return redirect(url_for("seeds.show", number=number))


def people(number: int) -> Any:
    """The researchers: who they are, and one more."""
    seed = load_own_seed(number)
    form = ResearcherForm()
    if form.validate_on_submit():
        operations.put_researcher(seed, None, form.fields())
        db.session.commit()
        return redirect(url_for("seeds.people", number=number))
    return render_template("seeds/people.html", form=form, seed=seed), form.status


def person(number: int, person_id: int) -> Any:
    found = _person(number, person_id)
    hold(found)
    form = ResearcherForm(obj=found)
    if form.validate_on_submit():
        operations.put_researcher(found.seed, found, form.fields())
        db.session.commit()
        return redirect(url_for("seeds.people", number=number))
    return render_template("seeds/person.html", form=form, seed=found.seed), form.status


def remove_person(number: int, person_id: int) -> Any:
    found = _person(number, person_id)
    db.session.delete(found)
    db.session.commit()
    return redirect(url_for("seeds.people", number=number))


def _person(number: int, person_id: int) -> SeedResearcher:
    seed = load_own_seed(number)
    return next((each for each in seed.researchers if each.id == person_id), None) or abort(404)
