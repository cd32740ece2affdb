"""The page that a mailed link opens, and those on which staff read what was answered."""

from itertools import groupby
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from rbc_events.accounts.access import require_staff
from rbc_events.clock import now
from rbc_events.database import db
from rbc_events.follow_ups import operations, queries
from rbc_events.follow_ups.forms import CHALLENGES, AnswerForm
from rbc_events.follow_ups.models import FollowUp, FollowUpState
from rbc_events.i18n import TOKYO, language
from rbc_events.outcomes.labels import OUTCOME_TYPES
from rbc_events.paging import read_counted_part
from rbc_events.relationships.access import load_relationship, viewed_relationships
from rbc_events.relationships.labels import STAGES
from rbc_events.web import page_number

A_PAGE = 50


def answer(token: str) -> Any:
    """What one side is asked, in its language. Opening the page changes nothing; the link works once."""
    row = operations.find_open(token)
    form = AnswerForm(first_met=queries.first_met(row.relationship), today=now().astimezone(TOKYO).date())
    if form.validate_on_submit():
        operations.answer(row, form.fields(), now=now())
        db.session.commit()
        return render_template("follow_ups/thanks.html")
    others = [party for party in row.relationship.parties if party.organisation_id != row.organisation_id]
    page = render_template("follow_ups/answer.html", form=form, row=row, others=others)
    return page, 422 if form.is_submitted() else 200


def index() -> str:
    """What was asked about the relationships that the actor looks after; `?state=` narrows it down."""
    require_staff()
    wanted = request.args.get("state", "")
    state = FollowUpState(wanted) if wanted in list(FollowUpState) else None
    mine = viewed_relationships(current_user)
    part = read_counted_part(queries.listed(mine, state), page_number(), A_PAGE)
    answered, asked = queries.response_rate(mine)
    return render_template("follow_ups/index.html", part=part, state=state, answered=answered, asked=asked)


def of_relationship(number: int) -> str:
    """What the sides say, side by side, the last time first."""
    relationship = load_relationship(number)
    rows = db.session.scalars(queries.listed(queries.is_one(relationship))).all()
    ordered = sorted(rows, key=lambda row: (-row.month, row.organisation_id))
    return render_template(
        "follow_ups/relationship.html",
        relationship=relationship,
        months=[(month, list(sides)) for month, sides in groupby(ordered, key=lambda row: row.month)],
        stages=STAGES,
        types=OUTCOME_TYPES,
        challenges={option["key"]: option[language()] for option in CHALLENGES},
    )


def take_over(number: int) -> Any:
    row = db.session.get(FollowUp, number) or abort(404)
    load_relationship(row.relationship_id)
    if row.answer is None:
        abort(404)
    recorded = operations.take_over(row.answer, actor=current_user, now=now())
    db.session.commit()
    flash(_("Recorded. Please add the evidence.") if recorded else _("Recorded."), "success")
    return redirect(url_for("follow_ups.of_relationship", number=row.relationship_id))
