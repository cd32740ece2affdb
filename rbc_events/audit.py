"""The audit log: who signed in or failed to, got a role, saw what is confidential, changed, took out or was
refused what.

Entries are only ever added (the database refuses to change or delete one), and each holds a hash over itself and the
hash before it, so that one changed behind the database's back is found: see `verify`. They name people by the numbers
of their accounts and records by addresses of pages: no name, no mail address, no token. So they outlive an erasure.

Nobody calls this at each place. What a request commits is an entry of the same transaction; what it answered, where
that counts, is one before the answer leaves. A feature says as data which of its pages are `confidential`, what isn't
worth an entry (`leave_out`), and for which rows' coming and going there is one (`watch`).
"""

import hashlib
import json
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from flask import Response, g, has_request_context, request
from flask_login import current_user
from sqlalchemy import event, func, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from rbc_events import limits
from rbc_events.clock import now
from rbc_events.database import Model, choice, db, follows, write_anew

log = logging.getLogger(__name__)

PENDING, WRITTEN = "audit entries to write", "audit entries just written"
TURN = 1_380_139_859  # PostgreSQL's locks of this kind have numbers: this one is nobody else's
READS = frozenset({"GET", "HEAD", "OPTIONS"})


class Kind(StrEnum):
    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGNED_OUT = "signed_out"
    ROLE_GIVEN = "role_given"
    ROLE_TAKEN = "role_taken"
    SAW = "saw"
    CHANGED = "changed"
    EXPORTED = "exported"
    REFUSED = "refused"


class AuditEntry(Model):
    """One thing that somebody did. Its texts are the program's: none was typed by anybody."""

    __tablename__ = "audit_entries"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # without a gap: one left out is missed
    at: Mapped[datetime] = mapped_column(index=True)
    kind: Mapped[Kind] = mapped_column(choice(Kind))
    # No foreign key: the entry stays as it is whatever becomes of the account. None: a visitor, a command or a task.
    actor_id: Mapped[int | None] = mapped_column(index=True)
    action: Mapped[str]  # the endpoint; empty outside of a request
    page: Mapped[str]  # the address without what follows "?"; where a token stands in it, only its pattern
    about: Mapped[str]  # more of it, as "role=coordinator account=12 event=3"
    chain: Mapped[str]  # SHA-256 over this entry and the chain of the one before it


_confidential: set[str] = set()
_left_out: set[str] = set()
_named: dict[str, Kind] = {}


def confidential(*endpoints: str) -> None:
    """Pages of which each look by somebody signed in is an entry."""
    _confidential.update(endpoints)


def leave_out(*endpoints: str) -> None:
    """What is sent or taken too often, or matters too little, for an entry of its own."""
    _left_out.update(endpoints)


def name(endpoint: str, kind: Kind) -> None:
    """Say what committing at an endpoint is, where it isn't just a change."""
    _named[endpoint] = kind


def watch(model: type, added: Kind, removed: Kind, about: Callable[[Any], dict[str, object]]) -> None:
    """Have an entry for each row of the model that a session adds or removes."""
    for occasion, kind in (("after_insert", added), ("after_delete", removed)):

        def note(_mapper: Any, _connection: Any, row: Any, kind: Kind = kind) -> None:
            record(kind, actor_id=_actor(), **about(row))

        event.listen(model, occasion, note)


def record(kind: Kind, *, actor_id: int | None, **about: object) -> None:
    """Have an entry written when the present transaction commits, and not if it doesn't. `about`: numbers and words of
    the program's own, never what somebody typed."""
    words = " ".join(f"{each}={value}" for each, value in about.items() if value is not None)
    entry = {"kind": kind, "actor_id": actor_id, "action": "", "page": "", "about": words}
    if has_request_context() and request.url_rule is not None:
        entry |= {"action": request.endpoint or "", "page": _page()}
    db.session.info.setdefault(PENDING, []).append(entry)


def _page() -> str:
    rule = request.url_rule
    return rule.rule if rule is not None and "token" in rule.arguments else request.path


def _actor() -> int | None:
    return current_user.id if has_request_context() and current_user.is_authenticated else None


def init_audit(app: Any) -> None:
    """Once everything is imported: entries are chained by the last thing that a transaction does before it commits. So
    whoever waits for another's entry holds nothing that the other waits for."""
    app.after_request(_note_answer)
    if not event.contains(Session, "before_commit", _write):
        event.listen(Session, "before_commit", _write)


def _write(session: Any) -> None:
    if session.in_nested_transaction():  # of a savepoint nothing is sure yet
        return
    session.flush()
    _note_change()
    if pending := session.info.pop(PENDING, None):
        session.info[WRITTEN] = append(session, pending)


def _note_change() -> None:
    """What a request commits is a change, unless it has said already what it is. One entry a request."""
    if not has_request_context() or request.method in READS or db.session.info.get(PENDING) or g.get("audited"):
        return
    if request.endpoint not in _left_out:
        record(_named.get(request.endpoint or "", Kind.CHANGED), actor_id=_actor())


def append(session: Any, entries: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Write entries at the chain's end, one writer at a time until the transaction ends; gives them as they stand."""
    if session.get_bind().dialect.name == "postgresql":  # on SQLite whoever writes is alone
        session.execute(select(func.pg_advisory_xact_lock(TURN)))
    number, chain = session.execute(_END).first() or (0, "")
    rows = []
    for entry in entries:
        number += 1
        row = {"id": number, "at": now(), **entry}
        chain = row["chain"] = link(chain, row)
        rows.append(row)
    session.execute(insert(AuditEntry), rows)
    return rows


_END = select(AuditEntry.id, AuditEntry.chain).order_by(AuditEntry.id.desc()).limit(1)


def link(before: str, row: dict[str, Any]) -> str:
    """The hash of an entry that follows the one with the hash `before`."""
    said = [row[each] for each in ("id", "kind", "actor_id", "action", "page", "about")]
    words = json.dumps([before, row["at"].astimezone(UTC).isoformat(), *said], ensure_ascii=False)
    return hashlib.sha256(words.encode()).hexdigest()


@follows("after_commit")
def _tell(session: Any) -> None:
    """Each entry is also a line of the log. Its chain's beginning there bears witness to the table."""
    for row in session.info.pop(WRITTEN, ()):
        _line(row | {"at": row["at"].isoformat(), "chain": row["chain"][:16]})
        if has_request_context():
            g.audited = True


@follows("after_rollback")
def _forget(session: Any) -> None:
    session.info.pop(PENDING, None)
    session.info.pop(WRITTEN, None)


def _line(entry: dict[str, Any]) -> None:
    log.info("audit %s", json.dumps(entry, ensure_ascii=False))


def _note_answer(response: Response) -> Response:
    """Note what was seen, taken out or refused, before it leaves: what can't be noted isn't given."""
    kind = _kind_of_answer(response)
    if kind is None or g.get("audited"):
        return response
    actor_id = _actor()
    if kind is Kind.REFUSED and not _worth_an_entry(actor_id):
        _line({"kind": kind, "actor_id": actor_id, "page": _page(), "about": f"status={response.status_code}"})
    elif actor_id is not None:
        write_anew()
        record(kind, actor_id=actor_id, **({"status": response.status_code} if kind is Kind.REFUSED else {}))
        db.session.commit()
    return response


def _kind_of_answer(response: Response) -> Kind | None:
    if response.status_code in {403, 429}:
        return Kind.REFUSED
    if response.status_code != 200 or request.endpoint in _left_out:
        return None
    if response.headers.get("Content-Disposition", "").startswith("attachment"):
        return Kind.EXPORTED
    return Kind.SAW if request.endpoint in _confidential and request.method == "GET" else None


def _worth_an_entry(actor_id: int | None) -> bool:
    """A stranger, and whoever is refused again and again, gets lines of the log alone: these can be thrown away."""
    if actor_id is None:
        return False
    try:
        limits.count("refused", actor_id)
    except limits.TooMany:
        return False
    return True


@dataclass(frozen=True)
class Verdict:
    """What was found of the chain: how many entries stand, the last one's hash, and the first that is not as it was."""

    entries: int
    end: str
    broken: int | None = None


def verify(known: dict[int, str] | None = None) -> Verdict:
    """Go through the whole chain. `known`: {number: beginning of its hash} as noted elsewhere at some time, without
    which the end could be cut off, or everything written anew, by whoever owns the database."""
    awaited, count, chain = dict(known or {}), 0, ""
    columns = AuditEntry.__table__.columns
    whole = select(*columns).order_by(AuditEntry.id).execution_options(yield_per=1000)
    for row in db.session.execute(whole).mappings():
        chain = link(chain, dict(row))
        count += 1
        if row["id"] != count or row["chain"] != chain or not chain.startswith(awaited.pop(count, "")):
            return Verdict(count, chain, broken=count)
    return Verdict(count, chain, broken=min(awaited, default=None))
