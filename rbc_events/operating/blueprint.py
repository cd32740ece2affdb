"""The addresses of `operating`."""

from flask import Blueprint

from rbc_events import audit
from rbc_events.labels import add_labels
from rbc_events.operating import routes
from rbc_events.operating.labels import AUDIT_KINDS

blueprint = Blueprint("operating", __name__)
add = blueprint.add_url_rule

add("/healthz", "alive", routes.alive)
add("/readyz", "ready", routes.ready)
add("/metrics", "metrics", routes.metrics)
add("/manage/operation", "operation", routes.operation)
add("/manage/audit-log", "audit_log", routes.audit_log)
add("/manage/audit-log.csv", "audit_log_file", routes.audit_log_file)

add_labels(AUDIT_KINDS)
audit.confidential("operating.audit_log")
