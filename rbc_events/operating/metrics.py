"""Figures for Prometheus. All are asked of the database, the queue and the disk, so each web process says the same."""

import shutil
from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from rbc_events import jobs
from rbc_events.accounts.models import SignIn
from rbc_events.application import settings
from rbc_events.audit import AuditEntry
from rbc_events.database import db
from rbc_events.outbox.models import Delivery, OutboxMessage


class _Figures(Collector):
    def __init__(self, now: datetime) -> None:
        self.now = now

    def collect(self) -> Iterator[Metric]:
        yield self._mails()
        yield _gauge("rbc_jobs_waiting", "Jobs in the queue", jobs.huey.pending_count())
        last = jobs.last_turn()
        if last is not None:
            silent = (self.now - last).total_seconds()
            yield _gauge("rbc_worker_silent_seconds", "Since a worker last took a turn, to the minute", silent)
        yield _gauge("rbc_disk_free_bytes", "Free where files are kept", shutil.disk_usage(settings().instance).free)
        entries = db.session.scalar(sa.select(sa.func.max(AuditEntry.id))) or 0
        yield _gauge("rbc_audit_entries", "Entries of the audit log", entries)
        standing = sa.select(sa.func.count()).select_from(SignIn).where(SignIn.expires_at > self.now)
        yield _gauge("rbc_sign_ins", "Browsers in which somebody is signed in", db.session.scalar(standing) or 0)

    def _mails(self) -> Metric:
        counted = sa.select(OutboxMessage.state, sa.func.count()).group_by(OutboxMessage.state)
        numbers = {row[0]: row[1] for row in db.session.execute(counted)}
        family = GaugeMetricFamily("rbc_mails", "Mails of the outbox by their state", labels=["state"])
        for state in Delivery:
            family.add_metric([state.value], numbers.get(state, 0))
        return family


def _gauge(name: str, about: str, value: float) -> Metric:
    return GaugeMetricFamily(name, about, value=value)


def measure(*, now: datetime) -> bytes:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures(now))
    return generate_latest(registry)
