from flask import render_template, request
from flask_login import current_user

from rbc_events.accounts.access import is_headquarters, require_staff
from rbc_events.events.queries import viewed_events
from rbc_events.outcomes.models import OutcomeState
from rbc_events.reports import queries


def index() -> str:
    """The figures of what the actor manages: `?year=` and `?event=` narrow them down."""
    require_staff()
    managed = viewed_events(current_user)
    year, key = request.args.get("year", type=int), request.args.get("event", "")
    chosen = [
        event
        for event in managed
        if (not year or event.programme.fiscal_year == year) and (not key or event.key == key)
    ]
    scope = queries.Scope(
        event_ids=[event.id for event in chosen],
        programme_ids=queries.programmes_without_event(year) if is_headquarters(current_user) and not key else [],
    )
    return render_template(
        "reports/index.html",
        scope=chosen,
        managed=managed,
        years=sorted({event.programme.fiscal_year for event in managed}, reverse=True),
        year=year,
        key=key,
        kinds=queries.registrations_by_kind(scope),
        sectors=queries.registrations_by_sector(scope),
        regions=queries.registrations_by_region(scope),
        funnel=queries.funnel(scope),
        outcomes=queries.outcomes_by_type(scope),
        states=list(OutcomeState),
    )
