"""The addresses of `relationships`, and what its templates and others' get of it."""

from typing import Any

from flask import Blueprint

from rbc_events import audit
from rbc_events.i18n import plain
from rbc_events.labels import add_labels
from rbc_events.meetings import meeting_page
from rbc_events.page_parts import Part
from rbc_events.partial_dates import show_partial_date
from rbc_events.relationships import access, labels
from rbc_events.relationships.models import StageReport
from rbc_events.relationships.routes import partners, staff
from rbc_events.seeds import access as seeds
from rbc_events.web import FORM, POST

blueprint = Blueprint("relationships", __name__)
add = blueprint.add_url_rule

add("/relationships", "index", staff.index)
add("/relationships/new", "begin", staff.begin, methods=FORM)
add("/relationships/<int:number>", "show", staff.show)
add("/relationships/<int:number>/stages", "report_stage", staff.report_stage, methods=POST)
add("/relationships/<int:number>/notes", "add_note", staff.add_note, methods=POST)
add("/relationships/<int:number>/tasks", "add_task", staff.add_task, methods=POST)
add("/relationships/<int:number>/tasks/<int:task_id>/done", "finish_task", staff.finish_task, methods=POST)
add("/relationships/<int:number>/next-step", "next_step", staff.next_step, methods=POST)
add("/relationships/<int:number>/state", "change_state", staff.change_state, methods=POST)
add("/events/<key>/meetings/<int:number>/relationship", "take_up", staff.take_up, methods=POST)

add("/partners", "partners", partners.index)
add("/partners/<int:number>", "partner", partners.show)
add("/partners/<int:number>/stages", "partner_stage", partners.report_stage, methods=POST)
add("/partners/<int:number>/notes", "partner_note", partners.add_note, methods=POST)

audit.confidential("relationships.show", "relationships.partner")


@blueprint.app_template_filter()
def party_names(row: Any) -> str:
    """The parties of a relationship or an outcome in a row: Arjuna Therapeutics × National Cancer Center."""
    return " × ".join(plain(party.organisation.name if party.organisation else party.name) for party in row.parties)


@blueprint.app_template_filter()
def reached_on(report: StageReport) -> str:
    """The date of a report of a stage, as precisely as it is known."""
    return show_partial_date(report.on, report.precision) if report.on else ""


seeds.agreements.append(access.bound_to_secrecy)
add_labels(labels.STAGES, labels.STATES, labels.AUDIENCES)
blueprint.context_processor(lambda: {"stage_labels": labels.STAGES})
meeting_page.actions.append(Part("may_take_up", access.may_take_up, "relationships/_take_up.html"))
