from flask import Blueprint, render_template
from flask_login import current_user

from rbc_events.clock import now
from rbc_events.events import queries
from rbc_events.events.access import load_event, may_manage

blueprint = Blueprint("events", __name__)


@blueprint.get("/events")
def index() -> str:
    return render_template("events/index.html", events=queries.events_for(current_user), now=now())


@blueprint.get("/events/<key>")
def show(key: str) -> str:
    event = load_event(key)
    return render_template("events/show.html", event=event, now=now(), manages=may_manage(current_user, event))
