"""What an operator wants to know of an installation, each with what to do: for the page, `doctor` and `/readyz`."""

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from rbc_events import audit, jobs
from rbc_events.application import settings
from rbc_events.config import STATIC
from rbc_events.database import db
from rbc_events.kept_files import LEFT_FREE
from rbc_events.kept_files import missing as missing_files
from rbc_events.outbox.models import Delivery, OutboxMessage
from rbc_events.private_files import OTHERS
from rbc_events.translating import FOLDER

MIGRATIONS = Path(__file__).parent.parent / "migrations" / "versions"
LATEST_MIGRATION = max(path.stem.partition("_")[0] for path in MIGRATIONS.glob("[0-9]*.py"))

MAIL_WAITS = timedelta(minutes=15)
MAIL_FAILED = timedelta(days=7)
WORKER_SILENT = timedelta(minutes=3)  # one of the workers takes a turn each minute
CLOCKS_APART = timedelta(seconds=5)
GIGABYTE = 1024**3


class State(StrEnum):
    FINE = "fine"
    WATCH = "watch"
    WRONG = "wrong"


@dataclass(frozen=True)
class Found:
    state: State
    words: str
    remedy: str = ""


@dataclass(frozen=True)
class Finding:
    """What was found of one thing."""

    subject: Any
    found: Found


Check = Callable[[datetime], Found]


def look(checks: Iterable[tuple[Any, Check]], *, now: datetime) -> list[Finding]:
    """Look at each. What can't be looked at is a finding too, and hides no other."""
    return [Finding(subject, _look(check, now)) for subject, check in checks]


def _look(check: Check, now: datetime) -> Found:
    try:
        return check(now)
    except Exception as fault:
        db.session.rollback()
        words, _break, _more = str(getattr(fault, "orig", None) or fault).partition("\n")
        return Found(State.WRONG, _("It can't be looked at: %(words)s", words=words))


def database(now: datetime) -> Found:
    present = db.session.scalar(sa.text("SELECT version_num FROM alembic_version"))
    words = _("It has migration %(present)s of %(latest)s.", present=present, latest=LATEST_MIGRATION)
    if present == LATEST_MIGRATION:
        return Found(State.FINE, words)
    return Found(State.WRONG, words, _("Run: rbc-events init"))


def job_queue(now: datetime) -> Found:
    waiting = jobs.huey.pending_count()
    return Found(State.FINE, ngettext("%(num)d job waits.", "%(num)d jobs wait.", waiting))


def worker(now: datetime) -> Found:
    last = jobs.last_turn()
    if last and now - last <= WORKER_SILENT:
        return Found(State.FINE, _("It works."))
    since = f"{last:%Y-%m-%d %H:%M} UTC" if last else _("never")
    return Found(
        State.WRONG,
        _("None has worked in the last minutes (last: %(since)s).", since=since),
        _("Start it: rbc-events worker. Mails, reminders and timetables wait for it."),
    )


def mail(now: datetime) -> Found:
    late = _count(OutboxMessage.state == Delivery.QUEUED, OutboxMessage.due_at < now - MAIL_WAITS)
    failed = _count(OutboxMessage.state == Delivery.FAILED, OutboxMessage.created_at > now - MAIL_FAILED)
    retried = _count(OutboxMessage.state == Delivery.AWAITING_RETRY)
    if late:
        words = ngettext("%(num)d mail waits too long.", "%(num)d mails wait too long.", late)
        return Found(State.WRONG, words, _("See whether the worker runs and what its log says of the mail server."))
    if failed or retried:
        words = _(
            "%(failed)d failed in the last week; %(retried)d wait to be tried again.", failed=failed, retried=retried
        )
        return Found(State.WATCH, words, _("The server's words stand with each mail in the event's list of mails."))
    return Found(State.FINE, _("Nothing waits."))


def _count(*conditions: Any) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(OutboxMessage).where(*conditions)) or 0


def disk(now: datetime) -> Found:
    free = shutil.disk_usage(settings().instance).free
    words = _("%(size)s GB are free.", size=f"{free / GIGABYTE:.1f}")
    if free < LEFT_FREE:
        return Found(State.WRONG, words, _("Make room: files that people send are refused now."))
    return Found(State.WATCH if free < 5 * LEFT_FREE else State.FINE, words)


def clock(now: datetime) -> Found:
    """Whether this machine and the database's have the same time."""
    if db.engine.dialect.name != "postgresql":
        return Found(State.FINE, _("The database has this machine's."))
    theirs = db.session.scalar(sa.text("SELECT clock_timestamp()")) or now
    apart = abs(theirs - now)
    words = _("The database's is %(seconds).1f seconds off.", seconds=apart.total_seconds())
    if apart <= CLOCKS_APART:
        return Found(State.FINE, words)
    return Found(State.WRONG, words, _("Set both machines' clocks by a time server."))


def rows(now: datetime) -> Found:
    """Whether SQLite's file is whole. PostgreSQL looks after its own."""
    if db.engine.dialect.name != "sqlite":
        return Found(State.FINE, _("The database looks after them."))
    told = db.session.scalars(sa.text("PRAGMA quick_check(1)")).all()
    lost = db.session.execute(sa.text("PRAGMA foreign_key_check")).first()
    if list(told) == ["ok"] and lost is None:
        return Found(State.FINE, _("They are whole."))
    return Found(State.WRONG, "; ".join(told), _("Restore the last backup, and look at the disk."))


def files(now: datetime) -> Found:
    missing = missing_files()
    if not missing:
        return Found(State.FINE, _("All that rows name are there."))
    words = ngettext("%(num)d is missing: %(first)s", "%(num)d are missing: %(first)s", len(missing), first=missing[0])
    return Found(State.WRONG, words, _("Take them from a backup: RBC_INSTANCE may be another machine's."))


def rights(now: datetime) -> Found:
    instance = settings().instance
    if not instance.stat().st_mode & OTHERS:
        return Found(State.FINE, _("The data are this user's alone."))
    words = _("Others on this machine may read %(path)s.", path=instance)
    return Found(State.WRONG, words, _("Run: chmod go= %(path)s", path=instance))


def audit_log(now: datetime) -> Found:
    verdict = audit.verify()
    if verdict.broken is None:
        return Found(
            State.FINE, ngettext("%(num)d entry, as written.", "%(num)d entries, as written.", verdict.entries)
        )
    words = _("Entry %(number)d is missing or not as it was written.", number=verdict.broken)
    return Found(State.WRONG, words, _("Somebody has written into the database itself: compare it with a backup."))


def parts(now: datetime) -> Found:
    """What isn't in the source and is made at set-up."""
    wanted = (FOLDER / "LC_MESSAGES" / "messages.mo", STATIC / "vendor", STATIC / "fonts")
    missing = [path.name for path in wanted if not path.exists()]
    if not missing:
        return Found(State.FINE, _("Translations, browser packages and fonts are there."))
    return Found(State.WRONG, _("Missing: %(names)s", names=", ".join(missing)), _("Run: make run"))


def proxy(now: datetime) -> Found:
    config = settings()
    if config.production and not config.trusted_proxies:
        return Found(
            State.WATCH,
            _("No proxy is trusted."),
            _("If one stands in front, set RBC_TRUSTED_PROXIES=1: else all visitors count as one."),
        )
    return Found(State.FINE, _("As set: %(number)d.", number=config.trusted_proxies))


READINESS: tuple[tuple[Any, Check], ...] = ((_l("Database"), database), (_l("Job queue"), job_queue))
"""What must be right before visitors are sent to this web process."""

HEALTH: tuple[tuple[Any, Check], ...] = (
    *READINESS,
    (_l("Worker"), worker),
    (_l("Mail"), mail),
    (_l("Disk"), disk),
    (_l("Clock"), clock),
)
"""What a page can look at at once."""

EVERYTHING: tuple[tuple[Any, Check], ...] = (
    *HEALTH,
    (_l("Stored data"), rows),
    (_l("Files"), files),
    (_l("Audit log"), audit_log),
    (_l("Rights"), rights),
    (_l("Built parts"), parts),
    (_l("Proxy"), proxy),
)
"""The same, and what takes a while or is for whoever has the machine."""
