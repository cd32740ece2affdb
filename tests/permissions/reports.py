from typing import Any

from tests.permissions.expectations import STAFF, Expectation
from tests.world import World


def a_chart(_world: World) -> dict[str, Any]:
    return {"key": "funnel-year"}


def a_sheet(_world: World) -> dict[str, Any]:
    return {"key": "chart-2-19", "extension": "xlsx"}


EXPECTED = {
    "reports.index": Expectation(STAFF),
    "reports.chart": Expectation(STAFF, a_chart),
    "reports.data": Expectation(STAFF, a_sheet),
}
