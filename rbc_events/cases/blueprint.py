"""The addresses of `cases`, and what its templates and others' get of it."""

from flask import Blueprint

from rbc_events.cases.routes import cases
from rbc_events.web import FORM, POST

blueprint = Blueprint("cases", __name__)
add = blueprint.add_url_rule

add("/cases", "index", cases.index)
add("/cases/<key>", "show", cases.show)
add("/manage/cases/new", "new", cases.new, methods=FORM)
add("/manage/cases/<key>", "edit", cases.edit, methods=FORM)
add("/manage/cases/<key>/publish", "publish", cases.publish, methods=POST)
add("/manage/cases/<key>/withdraw", "withdraw", cases.withdraw, methods=POST)
