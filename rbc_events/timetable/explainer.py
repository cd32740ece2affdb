"""The process that looks for the cheapest change with which a meeting would get in: `... explainer m12 10`.

On standard input a problem and a plan, a line of JSON each; on standard output what was found, as one JSON object.
"""

import json
import sys

from rbc_events.scheduling.explaining import explain
from rbc_events.scheduling.formats.plan_json import change_to_plain, read_plan
from rbc_events.scheduling.formats.problem_json import read_problem
from rbc_events.scheduling.formats.strict_json import load


def main(request: str, time_limit: float) -> None:
    problem = read_problem(load(sys.stdin.buffer.readline()))
    plan = read_plan(load(sys.stdin.buffer.readline()))
    explanation = explain(problem, plan, request, time_limit=time_limit)
    found = {
        "possible": explanation.possible,
        "proved": explanation.proved,
        "lost": explanation.lost,
        "losers": explanation.losers(problem),
        "changes": [change_to_plain(change) for change in explanation.changes],
    }
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
