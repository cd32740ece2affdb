from flask import Blueprint, Response, render_template
from flask_login import current_user
from sqlalchemy import text

from rbc_events.clock import now
from rbc_events.database import db
from rbc_events.events import queries

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
def index() -> str:
    return render_template("home/index.html", events=queries.events_for(current_user), now=now())


@blueprint.get("/healthz")
def health() -> Response:
    """For a load balancer: answers 200 while the database answers."""
    db.session.execute(text("SELECT 1"))
    return Response("ok\n", mimetype="text/plain")
