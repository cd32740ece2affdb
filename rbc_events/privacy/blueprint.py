"""The addresses of what is held on people: one's own data, and erasure by headquarters."""

from flask import Blueprint

from rbc_events import audit
from rbc_events.privacy import routes
from rbc_events.web import FORM, POST

blueprint = Blueprint("privacy", __name__)
add = blueprint.add_url_rule

add("/settings/my-data", "my_data", routes.my_data)
add("/settings/my-data.json", "my_data_file", routes.my_data_file)
add("/settings/my-data/erase", "ask", routes.ask, methods=POST)
add("/settings/my-data/stay", "stay", routes.stay, methods=POST)
add("/manage/people", "people", routes.people, methods=FORM)
add("/manage/people/erase", "erase", routes.erase, methods=POST)

audit.confidential("privacy.people")
