from hmac import compare_digest
from typing import Any

from flask import Response, abort, render_template, request
from flask_babel import force_locale
from flask_login import current_user

from rbc_events.accounts.access import is_headquarters
from rbc_events.application import settings
from rbc_events.clock import now
from rbc_events.i18n import select_zone
from rbc_events.operating import audit_log as log
from rbc_events.operating import checks
from rbc_events.operating.checks import State
from rbc_events.operating.forms import AuditFilter
from rbc_events.operating.metrics import measure
from rbc_events.web import page_number


def alive() -> Response:
    """For a service manager: this process answers. It says nothing of what stands behind it."""
    return Response("ok\n", mimetype="text/plain")


def ready() -> Response:
    """For a load balancer: 503 until the database is this version's and it and the job queue answer."""
    with force_locale("en"):
        findings = checks.look(checks.READINESS, now=now())
        wrong = [f"{finding.subject}: not ready" for finding in findings if finding.found.state == State.WRONG]
    return Response("\n".join(wrong or ["ok"]) + "\n", status=503 if wrong else 200, mimetype="text/plain")


def metrics() -> Response:
    """For Prometheus, where the installation has a token for it."""
    token = settings().metrics_token
    sent = request.headers.get("Authorization", "").encode()
    if not token or not compare_digest(sent, f"Bearer {token}".encode()):
        abort(404)
    return Response(measure(now=now()), mimetype="text/plain; version=0.0.4")


def operation() -> str:
    """What runs, what waits and what failed, for headquarters."""
    _require_headquarters()
    return render_template("operating/operation.html", findings=checks.look(checks.HEALTH, now=now()))


def _require_headquarters() -> None:
    if not is_headquarters(current_user):
        abort(404)


def audit_log() -> Any:
    """Who did what, the latest first, narrowed as the address says."""
    _require_headquarters()
    form = AuditFilter(request.args)
    right = form.validate()
    part = log.entries(form.data if right else {}, zone=select_zone(), page=page_number())
    asked = {name: value for name, value in request.args.items() if name in form and value}
    page = render_template(
        "operating/audit_log.html", form=form, part=part, people=log.people_of(part.rows), asked=asked
    )
    return page, 200 if right else 422


def audit_log_file() -> Any:
    """The same as a sheet."""
    _require_headquarters()
    form = AuditFilter(request.args)
    if not form.validate():
        abort(422)
    response = Response(log.sheet(form.data, zone=select_zone()), mimetype="text/csv")
    response.headers["Content-Disposition"] = "attachment; filename=audit-log.csv"
    return response
