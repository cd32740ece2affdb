"""Checks a plan and its certificate with code of its own: nothing here is shared with what solves."""

from rbc_events.scheduling.check.certificate import check, unverified, unverified_conflict

__all__ = ["check", "unverified", "unverified_conflict"]
