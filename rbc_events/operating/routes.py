from flask import Response, abort, render_template
from flask_babel import force_locale
from flask_login import current_user

from rbc_events.accounts.access import is_headquarters
from rbc_events.clock import now
from rbc_events.operating import checks
from rbc_events.operating.checks import State


def alive() -> Response:
    """For a service manager: this process answers. It says nothing of what stands behind it."""
    return Response("ok\n", mimetype="text/plain")


def ready() -> Response:
    """For a load balancer: 503 until the database is this version's and it and the job queue answer."""
    with force_locale("en"):
        findings = checks.look(checks.READINESS, now=now())
        wrong = [f"{finding.subject}: not ready" for finding in findings if finding.found.state == State.WRONG]
    return Response("\n".join(wrong or ["ok"]) + "\n", status=503 if wrong else 200, mimetype="text/plain")


def operation() -> str:
    """What runs, what waits and what failed, for headquarters."""
    if not is_headquarters(current_user):
        abort(404)
    return render_template("operating/operation.html", findings=checks.look(checks.HEALTH, now=now()))
