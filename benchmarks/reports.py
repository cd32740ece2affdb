"""The report of many years: the time of each page, picture and file, and of the whole report as PDF.

    python -m benchmarks.reports [--events 200] [--organisations 20000] [--outcomes 5000]

The database is SQLite, filled anew in a temporary folder: the events in ten fiscal years, each organisation registered
at one and with answers to the questionnaire, half of them having met, every fourth outcome reported by both sides.
Of five requests to the application in this process it is the median.
"""

import argparse
import gc
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import insert

from benchmarks.filling import session_cookie
from rbc_events.accounts import operations as accounts
from rbc_events.accounts.models import Role
from rbc_events.agendas.fonts import build_fonts
from rbc_events.app import create_app
from rbc_events.config import STATIC
from rbc_events.database import db, in_batches, refresh_statistics
from rbc_events.events.models import Event, Mode, Programme, ProgrammeKind, Sector, Shape
from rbc_events.i18n import in_language
from rbc_events.meetings.models import Meeting, MeetingRequest, MeetingState, RequestState
from rbc_events.migrating import migrate_database
from rbc_events.outcomes.models import DateKind, Outcome, OutcomeDate, OutcomeState, OutcomeType
from rbc_events.partial_dates import Precision
from rbc_events.registration.models import (
    Answer,
    Organisation,
    OrganisationKind,
    Question,
    Registration,
    RegistrationState,
)
from rbc_events.registration.questions import add_standard_questions
from rbc_events.relationships.models import Relationship, RelationshipMeeting
from rbc_events.reports.printing import prepare_report, print_report
from rbc_events.reports.selecting import select_everything

NOW = datetime(2026, 11, 22, tzinfo=UTC)
YEARS = range(2017, 2027)
MOST_PAGE_MS, MOST_REPORT_S = 500, 10
PAGES = (
    "/reports",
    "/reports?year=2021",
    "/reports?by=event",
    "/reports?by=region",
    "/reports/charts/funnel-year.svg",
    "/reports/charts/chart-2-18.svg",
    "/reports/data/funnel-event.xlsx",
    "/reports/data/chart-2-17.csv",
)


def add_rows(model: Any, rows: Iterator[dict[str, Any]]) -> None:
    for batch in in_batches(list(rows)):
        db.session.execute(insert(model), batch)


def fill_events(number: int) -> list[Event]:
    sectors = [Sector(key=f"sector-{each}", name_ja=f"分野{each}", name_en=f"Sector {each}") for each in range(8)]
    kinds = (ProgrammeKind.RBC, ProgrammeKind.GOI)
    programmes = [
        Programme(key=f"{kind}-{year}", kind=kind, fiscal_year=year, name_ja=f"{kind} {year}", name_en=f"{kind} {year}")
        for year in YEARS
        for kind in kinds
    ]
    events = [
        Event(
            key=f"event-{each}",
            programme=programmes[each % len(programmes)],
            sector=sectors[each % len(sectors)],
            shape=Shape.CONFERENCE,
            mode=Mode.HYBRID,
            name_ja=f"見本イベント{each}",
            name_en=f"Sample event {each}",
            is_sample=True,
        )
        for each in range(number)
    ]
    db.session.add_all([*sectors, *programmes, *events])
    db.session.flush()
    for event in events:
        add_standard_questions(event)
    return events


def fill_organisations(events: list[Event], number: int) -> None:
    """Organisation N registers at event N modulo events; its registration has the same number."""
    kinds = (OrganisationKind.FOREIGN_COMPANY, OrganisationKind.LOCAL_COMPANY)
    name = "Sample organisation {}"
    ids = range(1, number + 1)
    made = {"country": "FR", "created_at": NOW}
    add_rows(
        Organisation, ({"id": each, "kind": kinds[each % 2], "name_native": name.format(each)} | made for each in ids)
    )
    sent = {"state": RegistrationState.APPROVED, "created_at": NOW, "submitted_at": NOW, "decided_at": NOW}
    of = {each: events[each % len(events)].id for each in ids}
    add_rows(Registration, ({"id": each, "organisation_id": each, "event_id": of[each]} | sent for each in ids))
    questions: dict[int, dict[str, Question]] = {}
    for question in db.session.query(Question):
        questions.setdefault(question.event_id, {})[question.key] = question
    answers = (("industry", 3), ("parent_region", 4), ("collaboration_status", 4), ("collaboration_partners", 7),
               ("collaboration_challenges", 3))  # fmt: skip
    rows = []
    for each in range(1, number + 1):
        own = questions[events[each % len(events)].id]
        for key, options in answers:
            chosen = own[key].options[each // 7 % options]["key"]
            value = [chosen] if own[key].kind == "choices" else chosen
            rows.append({"registration_id": each, "question_id": own[key].id, "value": value})
    add_rows(Answer, iter(rows))


def fill_meetings(events: list[Event], number: int) -> None:
    """Every second organisation asks and meets; the meeting, its request and its relationship have one number."""
    ids = range(1, number // 2 + 1)
    of = {each: events[each % len(events)] for each in ids}
    at = {each: datetime(of[each].programme.fiscal_year, 11, 1 + each % 28, 3, tzinfo=UTC) for each in ids}
    add_rows(MeetingRequest, ({"id": each, "event_id": of[each].id, "asked_by_id": each, "state": RequestState.MUTUAL,
                               "pair": f"{each}:0", "created_at": NOW} for each in ids))  # fmt: skip
    add_rows(Meeting, ({"id": each, "event_id": of[each].id, "request_id": each, "uid": f"{each}@benchmark",
                        "state": MeetingState.HELD, "published_starts_at": at[each],
                        "published_ends_at": at[each] + timedelta(minutes=30)} for each in ids))  # fmt: skip
    add_rows(Relationship, ({"id": each, "parties_key": f"o{each}+n:x", "created_at": NOW} for each in ids))
    add_rows(RelationshipMeeting, ({"relationship_id": each, "meeting_id": each} for each in ids))


def fill_outcomes(events: list[Event], number: int, meetings: int) -> None:
    types, states = list(OutcomeType), list(OutcomeState)
    rows, dates = [], []
    for each in range(1, number + 1):
        event = events[each % len(events)]
        rows.append({"id": each, "programme_id": event.programme_id, "event_id": event.id, "recorded_at": NOW,
                     "relationship_id": each if each <= meetings else None, "type": types[each % len(types)],
                     "state": states[each % len(states)]})  # fmt: skip
        signed = date(event.programme.fiscal_year + each % 3, 12, 1)
        dates.append({"outcome_id": each, "kind": DateKind.SIGNED, "on": signed, "precision": Precision.DAY})
    add_rows(Outcome, iter(rows))
    add_rows(OutcomeDate, iter(dates))


class Taken(NamedTuple):
    """Seconds by the clock, of them this process's own computing, and of them waiting for a core that others had."""

    clock: float
    own: float
    waiting: float


def taken(work: Callable[[], Any], times: int = 5) -> Taken:
    """The one of several times that is the median by the clock."""
    found = []
    for _time in range(times):
        begin, computed, waited = time.perf_counter(), time.process_time(), waited_for_a_core()
        work()
        clock, own = time.perf_counter() - begin, time.process_time() - computed
        found.append(Taken(clock, own, waited_for_a_core() - waited))
    return sorted(found)[times // 2]


def waited_for_a_core() -> float:
    """The seconds that this thread was ready and another ran; only Linux says so, elsewhere 0."""
    counted = Path("/proc/thread-self/schedstat")
    return int(counted.read_text().split()[1]) / 1e9 if counted.exists() else 0.0


def ask(client: Any, path: str) -> None:
    response = client.get(path)
    if response.status_code != 200:
        raise SystemExit(f"{path} answered {response.status_code}")


def measure(events: int, organisations: int, outcomes: int) -> None:
    app = create_app()
    migrate_database(app.config["RBC"])
    build_fonts(STATIC / "fonts")
    with app.app_context():
        made = fill_events(events)
        fill_organisations(made, organisations)
        fill_meetings(made, organisations)
        fill_outcomes(made, outcomes, organisations // 2)
        staff = accounts.create_user("headquarters@sample.example", now=NOW)
        accounts.grant(staff, Role.HEADQUARTERS)
        db.session.commit()
        cookie = session_cookie(app, staff)
        db.session.commit()
        refresh_statistics()
    name, _equals, value = cookie.partition("=")
    gc.collect()
    gc.freeze()  # as `wsgi.py` does: no request walks through what was loaded
    client = app.test_client()
    client.set_cookie(name, value)
    print(f"{events} events, {organisations} organisations, {outcomes} outcomes")
    for path in PAGES:
        ask(client, path)
        clock, own, waiting = (each * 1000 for each in taken(lambda path=path: ask(client, path)))
        parts = f"{own:>8.0f} ms computing{waiting:>8.0f} ms waiting for a core"
        print(f"{clock:>8.0f} ms{parts}  {path} (at most {MOST_PAGE_MS})")
    for code in ("ja", "en"):
        with app.app_context(), in_language(code):
            clock, own, _waiting = taken(printed, times=1)
        print(f"{clock:>8.1f} s {own:>8.1f} s  computing  report as PDF, {code} (at most {MOST_REPORT_S})")


def printed() -> bytes:
    return print_report(prepare_report(select_everything(None)), now=NOW)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=200)
    parser.add_argument("--organisations", type=int, default=20_000)
    parser.add_argument("--outcomes", type=int, default=5_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rbc-bench-") as folder:
        os.environ |= {"RBC_INSTANCE": str(Path(folder)), "RBC_ENV": "test", "RBC_RATE_LIMITS": "0"}
        os.environ["RBC_SECRET_KEY"] = "a key for the benchmark alone, long enough"
        measure(asked.events, asked.organisations, asked.outcomes)


if __name__ == "__main__":
    main()
