from typing import Any

from rbc_events.clock import now
from rbc_events.durable import Step
from rbc_events.sheet_import.kept import keep
from rbc_events.sheet_import.runs import find_run, keep_run
from tests.permissions.expectations import MANAGERS, Expectation
from tests.world import World


def sheets(world: World) -> dict[str, Any]:
    return {"key": world.event.key, "kind": "organisations"}


def a_sheet(world: World) -> dict[str, Any]:
    digest = keep(world.event, b"external_key,kind\na,b\n", now=now())
    if find_run(world.event, "organisations", digest) is None:
        table = {"rows": 0, "columns": [], "chosen": {}}
        run = keep_run(world.event, "organisations", digest, actor=world.people["headquarters"], now=now(), **table)
        run.state, run.report = Step.DONE, {"rows": 0, "changes": {}, "faults": []}
    return {**sheets(world), "digest": digest}


EXPECTED = {
    "sheet_import.upload": Expectation(MANAGERS, sheets),
    "sheet_import.template": Expectation(MANAGERS, lambda world: {**sheets(world), "ending": "csv"}),
    "sheet_import.keys": Expectation(MANAGERS, lambda world: {"key": world.event.key, "ending": "csv"}),
    "sheet_import.check": Expectation(MANAGERS, a_sheet),
    "sheet_import.faults": Expectation(MANAGERS, lambda world: {**a_sheet(world), "ending": "csv"}),
    "sheet_import.progress": Expectation(MANAGERS, a_sheet),
}
