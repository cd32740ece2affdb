"""The addresses of `cases`, and what its templates and others' get of it."""

from flask import Blueprint

from rbc_events import audit
from rbc_events.cases import queries
from rbc_events.cases.routes import approvals, cases, writing
from rbc_events.events import event_page
from rbc_events.page_parts import Part
from rbc_events.relationships import relationship_page
from rbc_events.seeds import seed_page
from rbc_events.web import FORM, POST

blueprint = Blueprint("cases", __name__)
add = blueprint.add_url_rule

add("/cases", "index", cases.index)
add("/cases/<key>", "show", cases.show)
add("/cases/<key>/pictures/<int:number>", "picture", writing.picture)
add("/manage/cases/new", "new", cases.new, methods=FORM)
add("/manage/cases/<key>", "edit", cases.edit, methods=FORM)
add("/manage/cases/<key>/publish", "publish", cases.publish, methods=POST)
add("/manage/cases/<key>/withdraw", "withdraw", cases.withdraw, methods=POST)
add("/manage/cases/<key>/facts", "facts", writing.fact_list, methods=FORM)
add("/manage/cases/<key>/facts/<int:number>", "fact", writing.fact, methods=FORM)
add("/manage/cases/<key>/facts/<int:number>/remove", "remove_fact", writing.remove_fact, methods=POST)
add("/manage/cases/<key>/facts/<int:number>/up", "move_fact", writing.move_fact, methods=POST)
add("/manage/cases/<key>/picture", "new_picture", writing.new_picture, methods=FORM)
add("/manage/cases/<key>/picture/remove", "remove_picture", writing.remove_picture, methods=POST)

add("/manage/cases/<key>/approvals", "approvals", approvals.approvals, methods=FORM)
add("/manage/cases/<key>/approvals/<int:number>/taken-back", "taken_back", approvals.taken_back, methods=POST)
add("/partners/consents/<int:number>/take-back", "partner_takes_back", approvals.partner_takes_back, methods=POST)
add("/case-approvals/<token>", "approval", approvals.approval, methods=FORM)
add("/case-approvals/<token>/take-back", "take_back", approvals.take_back, methods=POST)
add("/case-approvals/<token>/picture", "approval_picture", approvals.approval_picture)

audit.confidential("cases.edit", "cases.facts", "cases.approvals")

sources = Part("sources_of_page", queries.sources_of, "cases/_sources_of.html")
event_page.main.append(sources)
event_page.of_programme.append(sources)
seed_page.of_readers.append(Part("cases", queries.cases_of_seed, "cases/_of_seed.html"))
relationship_page.of_side.append(Part("consents", queries.own_consents_here, "cases/_own_consents.html"))
relationship_page.of_partners.append(Part("consents", queries.own_consents, "cases/_own_consents.html"))
