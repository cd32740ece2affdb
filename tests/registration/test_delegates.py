"""Delegates and their accounts."""

from datetime import datetime

from rbc_events.registration import operations
from rbc_events.registration.delegates import join
from rbc_events.registration.models import RegistrationState
from tests.factories import make_delegate, make_registration, make_user
from tests.world import World


def test_who_registers_from_another_zone_reads_times_in_it(world: World, now: datetime) -> None:
    registration = make_registration(world.event, state=RegistrationState.DRAFT)
    registration.organisation.profile.time_zone = "Europe/Stockholm"
    user, chosen = registration.delegates[0].user, make_user()
    chosen.time_zone = "Europe/Paris"
    make_delegate(registration, chosen)
    operations.send_in(registration, actor=None, by_staff=False, now=now)
    assert (user.time_zone, chosen.time_zone) == ("Europe/Stockholm", "Europe/Paris")


def test_nobody_sets_the_zone_of_an_account_by_naming_its_address(world: World, now: datetime) -> None:
    """Only once the person has opened the link that was mailed there."""
    registration = make_registration(world.event, state=RegistrationState.DRAFT)
    registration.organisation.profile.time_zone = "Europe/Stockholm"
    named, invited = make_user(), make_user()
    for user in (named, invited):
        make_delegate(registration, user).user = None
    operations.send_in(registration, actor=None, by_staff=False, now=now)
    assert (named.time_zone, invited.time_zone) == ("", "")
    join(registration.delegates[-1], invited, now=now)
    assert (named.time_zone, invited.time_zone) == ("", "Europe/Stockholm")
