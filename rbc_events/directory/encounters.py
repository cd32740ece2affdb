"""What the directory asks of meetings: who has agreed to meet whom, and who is not to be recommended to whom.

Meetings know the directory and not the other way round, so they add their answers here, in their `blueprint.py`.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Select

from rbc_events.registration.models import Registration

# Whether two registrations have agreed to meet: one that says so is enough.
agreements: list[Callable[[Registration, Registration], bool]] = []
# The numbers of registrations that aren't recommended to this one.
not_recommended: list[Callable[[Registration], Select[Any]]] = []


def have_agreed_to_meet(one: Registration, other: Registration) -> bool:
    return any(agreed(one, other) for agreed in agreements)
