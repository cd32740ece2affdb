"""Every background task, for the worker: importing a feature's tasks registers them with the queue."""

from rbc_events.jobs import huey

__all__ = ["huey"]
