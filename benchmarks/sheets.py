"""A large sheet imported while others write: how long it takes, how long it keeps them waiting, and its memory.

    python -m benchmarks.sheets [20000]

The sheet has organisations with a summary, four statements and a contact. It is checked and imported as the pages do
it, in a process of its own, then indexed as by the worker, then all of it again with every summary changed; last, all
registrations are exported. Meanwhile somebody else writes every 10 ms and waits 30 s at most, as the application does,
else the benchmark fails.
"""

import argparse
import gc
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from typing import Any

import psutil
from flask import Flask
from sqlalchemy import select

from benchmarks.filling import fill_event
from rbc_events.accounts.models import Role, User
from rbc_events.accounts.operations import create_user, grant
from rbc_events.app import create_app
from rbc_events.clock import now
from rbc_events.config import Config
from rbc_events.database import ahead_of_writing, db
from rbc_events.directory.tasks import index_the_rest
from rbc_events.events.models import Event, Programme, ProgrammeKind, Sector
from rbc_events.i18n import in_language
from rbc_events.jobs import work_for
from rbc_events.migrating import migrate_database
from rbc_events.sheet_export.listing import Asked, written
from rbc_events.sheet_export.lists import REGISTRATIONS
from rbc_events.sheet_import import runs
from rbc_events.sheet_import.describing import look_at
from rbc_events.sheet_import.kept import keep
from rbc_events.sheet_import.models import Purpose, SheetRun
from rbc_events.sheets import write_csv

WAITING = 30.0  # seconds, as the application does
SAID = {
    "summary_en": "Sensors that count visitors at the door of a pharmacy",
    "offers_ja": "人流センサー\n混雑の予測",
    "offers_en": "Sensors for footfall\nPrediction of crowds",
    "needs_ja": "国内の販売代理店\n実証実験の場所",
    "needs_en": "An agent in Japan\nA place for a trial",
}
COLUMNS = [
    "external_key",
    "kind",
    "name_native",
    "country",
    "contact_email",
    "contact_family_latin",
    "summary_ja",
    *SAID,
]
NUMBERS = str.maketrans("0123456789", "abcdefghij")  # a person's name has no digits


class Writer(threading.Thread):
    """Somebody else's writes, each in a transaction of its own; `longest` is the longest that one waited."""

    def __init__(self, path: str) -> None:
        super().__init__(daemon=True)
        self.path, self.longest, self.writes, self.fault = path, 0.0, 0, ""
        self.ended = threading.Event()

    def run(self) -> None:
        with closing(sqlite3.connect(self.path, timeout=WAITING, isolation_level=None)) as connection:
            while not self.ended.wait(0.01):
                begun = time.perf_counter()
                try:
                    connection.execute("BEGIN IMMEDIATE")
                except sqlite3.OperationalError as refused:
                    self.fault = str(refused)
                    return
                connection.execute("UPDATE events SET revision = revision + 1")
                connection.execute("COMMIT")
                self.longest = max(self.longest, time.perf_counter() - begun)
                self.writes += 1


def sheet(rows: int, summary: str) -> bytes:
    return write_csv(COLUMNS, [[*_identity(number), summary, *SAID.values()] for number in range(rows)])


def _identity(number: int) -> tuple[str, ...]:
    person = f"Doe {number}".translate(NUMBERS)
    return f"b-{number}", "foreign_company", f"Sample {number} SA", "FR", f"contact@b{number}.example", person


def measured(name: str, app: Flask, work: Callable[[], Any], *, here: bool = False) -> None:
    """Do it beside the writer, and print what it took; computing time and memory are those of its confined process, or
    of this one."""
    writer = Writer(app.config["SQLALCHEMY_DATABASE_URI"].removeprefix("sqlite:///"))
    watcher = Watcher(here=here)
    writer.start()
    watcher.start()
    begun = time.perf_counter()
    work()
    taken = time.perf_counter() - begun
    for thread in (writer, watcher):
        thread.ended.set()
        thread.join()
    if writer.fault:
        raise SystemExit(f"{name}: somebody else's write failed: {writer.fault}")
    memory = f"{watcher.computed:6.1f} s computed, {watcher.most / 2**20:4.0f} MiB" if watcher.most else ""
    print(f"{name:16}{taken:7.1f} s, others waited {writer.longest:5.2f} s at most {memory}", flush=True)


class Watcher(threading.Thread):
    """The most memory that any one process had that this one started, or this one itself, and the most computing
    time since then."""

    def __init__(self, *, here: bool) -> None:
        super().__init__(daemon=True)
        self.here, self.before = here, sum(psutil.Process().cpu_times()[:2]) if here else 0.0
        self.most, self.computed, self.ended = 0, 0.0, threading.Event()

    def run(self) -> None:
        while not self.ended.wait(0.05):
            for process in [psutil.Process()] if self.here else psutil.Process().children(recursive=True):
                with suppress(psutil.NoSuchProcess):
                    self.most = max(self.most, process.memory_info().rss)
                    self.computed = max(self.computed, sum(process.cpu_times()[:2]) - self.before)


def work_on(run_id: int) -> None:
    runs.work(run_id, clock=now)
    done = db.session.get_one(SheetRun, run_id)
    if not done.faultless:
        raise SystemExit(f"{done.purpose} ended as {done.state}: {str(done.report)[:300]}")
    db.session.commit()


def ask_for(event: Event, actor: User, content: bytes) -> int:
    """Keep a sheet as an upload does."""
    table = look_at(content, "sheet.csv")
    chosen = {column["name"]: column["name"] for column in table["columns"]}
    digest = keep(event, content, now=now())
    run = runs.keep_run(event, "organisations", digest, actor=actor, now=now(), chosen=chosen, **table)
    number = run.id
    db.session.commit()
    return int(number)


def ask_again(run_id: int, actor: User) -> None:
    run = db.session.get_one(SheetRun, run_id)
    runs.ask_again(run, Purpose.IMPORT, run.chosen, actor=actor, now=now())
    db.session.commit()


def measure(app: Flask, rows: int) -> None:
    sector = Sector(key="healthcare", name_ja="ヘルスケア", name_en="Healthcare")
    programme = Programme(key="bench", kind=ProgrammeKind.RBC, fiscal_year=2026, name_en="Benchmark")
    actor = create_user("headquarters@sample.example", now=now())
    grant(actor, Role.HEADQUARTERS)
    db.session.add_all([sector, programme])
    db.session.flush()
    fill_event(programme, sector, 1, 0)
    db.session.commit()
    event = db.session.scalars(select(Event)).one()
    for name, summary in (("", "人の流れを数えるセンサー"), (" changed", "混雑を予測するセンサー")):
        run = ask_for(event, actor, sheet(rows, summary))
        measured(f"check{name}", app, lambda run=run: work_on(run))  # type: ignore[misc]
        ask_again(run, actor)
        measured(f"import{name}", app, lambda run=run: work_on(run))  # type: ignore[misc]
        measured(f"index{name}", app, index_the_rest.call_local)
    gc.collect()
    gc.freeze()  # as the web server, in which lists are written, does at its start
    for ending in ("xlsx", "csv"):
        work = lambda ending=ending: take_out(event, actor, ending)  # type: ignore[misc]  # noqa: E731
        measured(f"export {ending}", app, work, here=True)


def take_out(event: Event, actor: User, ending: str) -> None:
    with ahead_of_writing(), in_language("ja"):
        written(REGISTRATIONS, Asked(event, actor, {}), ending)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=int, nargs="?", default=20_000)
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory(prefix="rbc-bench-") as folder:
        settings = {"RBC_INSTANCE": folder, "RBC_ENV": "test", "RBC_SECRET_KEY": "a key for the benchmark alone, long"}
        config = Config.from_environment(settings)
        migrate_database(config)
        app = create_app(config)
        work_for(app)
        with app.app_context():
            measure(app, rows)


if __name__ == "__main__":
    main()
