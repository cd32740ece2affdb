from typing import Any

from rbc_events.database import db
from rbc_events.durable import Step
from rbc_events.reports.report_runs import ask_for_report
from tests.factories import NOW
from tests.permissions.expectations import STAFF, Expectation
from tests.world import World


def a_chart(_world: World) -> dict[str, Any]:
    return {"key": "funnel-year"}


def a_sheet(_world: World) -> dict[str, Any]:
    return {"key": "chart-2-19", "extension": "xlsx"}


def a_run(world: World) -> dict[str, Any]:
    """Each person has a printed report of their own, done."""
    for person in world.people.values():
        run = ask_for_report(person, language="en", fiscal_year=None, event=None, now=NOW)
        run.state, run.content = Step.DONE, b"%PDF-1.7"
    db.session.commit()
    return {}


def a_run_under_way(world: World) -> dict[str, Any]:
    for person in world.people.values():
        ask_for_report(person, language="en", fiscal_year=None, event=None, now=NOW)
    db.session.commit()
    return {}


EXPECTED = {
    "reports.index": Expectation(STAFF),
    "reports.chart": Expectation(STAFF, a_chart),
    "reports.data": Expectation(STAFF, a_sheet),
    "reports.printing_start": Expectation(STAFF),
    "reports.printing_progress": Expectation(STAFF, a_run),
    "reports.printing_stop": Expectation(STAFF, a_run_under_way),
    "reports.printed": Expectation(STAFF, a_run),
}
