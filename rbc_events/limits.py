"""How often strangers may make us send mail or compute: every limit of the installation, in one table.

Strict for what one account, registration or recipient is about; generous for a network address, behind which a whole
venue or an office's proxy may stand. Routes count after authorisation: who may not do a thing uses up nobody's share.
Counted in Redis where RBC_JOBS_URL names one, so that all web processes count together; else in each process.
"""

import logging
from collections.abc import Iterator
from datetime import timedelta
from enum import StrEnum
from ipaddress import ip_address, ip_network
from math import ceil
from time import time

from flask import Flask, current_app, request
from flask_babel import format_timedelta
from flask_babel import gettext as _
from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter

from rbc_events import errors
from rbc_events.application import settings

log = logging.getLogger(__name__)


class Scope(StrEnum):
    SUBJECT = "subject"  # the account, registration or recipient that it is about
    SUBJECT_HERE = "subject_here"  # the subject, counted for each network address by itself
    ADDRESS = "address"


LIMITS: dict[str, dict[Scope, str]] = {
    # Wrong passwords alone. The account's own limit is wide: a stranger elsewhere doesn't lock its owner out.
    "sign_in": {
        Scope.SUBJECT_HERE: "10 per 15 minutes",
        Scope.SUBJECT: "100 per hour",
        Scope.ADDRESS: "300 per hour",
    },
    "passkey": {Scope.ADDRESS: "100 per hour"},  # answers that no passkey of ours gave
    "second_factor": {Scope.SUBJECT: "10 per 15 minutes"},  # wrong codes after a right password
    "password_mail": {Scope.SUBJECT: "3 per hour", Scope.ADDRESS: "100 per hour"},
    "registration": {Scope.SUBJECT: "10 per hour", Scope.ADDRESS: "200 per hour"},  # mails to the contact
    "registration_mail": {Scope.SUBJECT: "5 per hour", Scope.ADDRESS: "100 per hour"},
    "inviting": {Scope.SUBJECT: "30 per hour"},  # by one person
    "invitation": {Scope.SUBJECT: "5 per day"},  # of one delegate, whoever invites
    "inviting_many": {Scope.SUBJECT: "20 per hour"},  # by one person of the staff
    "claim": {Scope.SUBJECT: "5 per day"},  # a registration said to be an organisation's, whose leads are asked
    "typed": {Scope.ADDRESS: "300 per hour"},  # forms of people who have been signed out
    "keeping": {Scope.SUBJECT: "60 per minute"},  # what is typed into a registration's steps
    "case_approval": {Scope.SUBJECT: "30 per day"},  # mails to the parties of one support case
    "calendar": {Scope.SUBJECT: "20 per hour", Scope.ADDRESS: "200 per hour"},
    "upload": {Scope.SUBJECT: "60 per hour", Scope.ADDRESS: "300 per hour"},
    "search": {Scope.SUBJECT: "60 per minute"},  # of somebody signed in
    "refused": {Scope.SUBJECT: "300 per hour"},  # entries of the audit log for what one person may not do
    "public_search": {Scope.ADDRESS: "600 per minute"},
}


class TooMany(errors.DomainError):
    """A limit is reached; `retry_after` seconds from now there is room again."""

    status = 429

    def __init__(self, retry_after: int) -> None:
        super().__init__(_("That was too often. Please try again in %(time)s.", time=_in_words(retry_after)))
        self.retry_after = retry_after

    @property
    def headers(self) -> dict[str, str]:
        return {"Retry-After": str(self.retry_after)}


def init_limits(app: Flask) -> None:
    jobs_url = app.config["RBC"].jobs_url
    storage = jobs_url if jobs_url.startswith("redis") else "memory://"
    app.extensions["rbc_limits"] = FixedWindowRateLimiter(storage_from_string(storage, wrap_exceptions=True))


def refuse_exhausted(what: str, subject: object) -> None:
    """Refuse what is about a subject whose limit is reached, and count nothing.

    Raises:
        TooMany
    """
    try:
        for limit, key in _counted(what, str(subject)):
            if not _counters().test(limit, *key):
                raise TooMany(max(1, ceil(_counters().get_window_stats(limit, *key).reset_time - time())))
    except StorageError:  # without its counters a site answers as without limits, and says so
        log.exception("the limits can't be counted")


def count(what: str, subject: object) -> None:
    """Count one of these, unless the limit is reached.

    Raises:
        TooMany
    """
    refuse_exhausted(what, subject)
    try:
        for limit, key in _counted(what, str(subject)):
            _counters().hit(limit, *key)
    except StorageError:
        log.exception("the limits can't be counted")


def _counters() -> FixedWindowRateLimiter:
    counters: FixedWindowRateLimiter = current_app.extensions["rbc_limits"]
    return counters


def _counted(what: str, subject: str) -> Iterator[tuple[RateLimitItem, tuple[str, ...]]]:
    """Each limit with the key that it is counted under."""
    if not settings().rate_limits:
        return
    for scope, amount in LIMITS[what].items():
        of_subject = (subject,) if scope != Scope.ADDRESS else ()
        here = (network(request.remote_addr or ""),) if scope != Scope.SUBJECT else ()
        yield parse(amount), ("rbc", what, scope.value, *of_subject, *here)


def network(address: str) -> str:
    """The network that counts as one address: of IPv6 the 64 bits that one customer has for themselves."""
    try:
        parsed = ip_address(address)
    except ValueError:  # a server on a local socket has none
        return ""
    return address if parsed.version == 4 else str(ip_network((parsed, 64), strict=False))


def _in_words(seconds: int) -> str:
    """Rounded up: whoever comes back after this time isn't refused again."""
    minutes = ceil(seconds / 60)
    span = timedelta(minutes=minutes) if minutes < 90 else timedelta(hours=ceil(minutes / 60))
    return format_timedelta(span, granularity="minute", threshold=1.5)
