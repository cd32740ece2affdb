"""Why a run of the scheduler left a meeting out, and what it would take to let it in."""

from typing import Any

from flask import redirect, render_template, request, url_for

from rbc_events.clock import now
from rbc_events.database import db
from rbc_events.timetable import explaining, tasks
from rbc_events.timetable.access import load_run_that_left_out
from rbc_events.timetable.models import ScheduleRun
from rbc_events.timetable.wording import Names


def why(key: str, number: int, meeting: int) -> str:
    """Why a plan leaves a meeting out: at each time, and the cheapest change that would let it in."""
    run = load_run_that_left_out(key, number, meeting)
    names, reasons = Names(run.event), explaining.against(run, f"m{meeting}")
    return render_template(
        "timetable/why.html",
        **_cheapest(run, meeting, names),
        title=names.of(f"m{meeting}"),
        slots=[(names.of(slot), names.all_in_words(found)) for slot, found in reasons.items()],
    )


def cheapest_change(key: str, number: int, meeting: int) -> Any:
    """Have the cheapest change looked for in the background; what is known of it, for the page to ask again."""
    run = load_run_that_left_out(key, number, meeting)
    if request.method == "POST":
        if not explaining.is_looked_for(run, f"m{meeting}", now=now()):
            explaining.ask(run, f"m{meeting}", now=now())
            db.session.commit()
            tasks.find_cheapest_change(run.id, f"m{meeting}")
        return redirect(url_for("timetable.left_out_why", key=key, number=number, meeting=meeting))
    return render_template("timetable/_cheapest.html", **_cheapest(run, meeting, Names(run.event)))


def _cheapest(run: ScheduleRun, meeting: int, names: Names) -> dict[str, Any]:
    return {
        "event": run.event,
        "run": run,
        "meeting": meeting,
        "change": explaining.cheapest_change(run, f"m{meeting}", names),
        "looked_for": explaining.is_looked_for(run, f"m{meeting}", now=now()),
        "asked": f"m{meeting}" in run.explanations,
    }
