"""Mailed links: one that was used ends the others that lead to the same."""

from typing import Any

import pytest

from rbc_events.accounts import operations
from rbc_events.accounts.models import LinkPurpose, User
from rbc_events.clock import now as the_time
from rbc_events.database import db
from tests.factories import make_user

NEW = {"password": "another long password", "again": "another long password"}


@pytest.fixture
def user(app: Any) -> User:
    return make_user()


def issue(user: User, purpose: LinkPurpose = LinkPurpose.SET_PASSWORD, subject: str = "") -> str:
    return operations.issue_link(user, purpose, now=the_time(), subject=subject)


def works(token: str, purpose: LinkPurpose) -> bool:
    try:
        operations.find_link(token, purpose, now=the_time())
    except operations.LinkSpent:
        return False
    return True


@pytest.mark.slow
def test_a_password_set_by_one_link_ends_the_other_links(client: Any, user: User) -> None:
    first, second, third = issue(user), issue(user), issue(user)
    assert client.post(f"/password/{second}", data=NEW).status_code == 302
    for token in (first, second, third):
        assert client.get(f"/password/{token}").status_code == 410
        assert client.post(f"/password/{token}", data=NEW).status_code == 410


@pytest.mark.parametrize("purpose", sorted(operations.WAYS_IN))
def test_a_new_password_ends_every_mailed_way_in(user: User, purpose: LinkPurpose) -> None:
    token, others = issue(user, purpose, "new@people.example"), issue(make_user(), purpose)
    operations.set_password(user, "another long password", now=the_time())
    assert not works(token, purpose)
    assert works(others, purpose), "another person's link stands"


def test_a_link_ends_those_for_the_same_registration_and_leaves_those_for_others(user: User) -> None:
    purpose = LinkPurpose.CONFIRM_EMAIL
    used, same, other = (issue(user, purpose, f"registration:{number}") for number in (1, 1, 2))
    operations.use_link(used, purpose, now=the_time())
    assert (works(same, purpose), works(other, purpose)) == (False, True)


def test_of_two_that_use_a_link_at_once_one_gets_it(user: User, monkeypatch: Any) -> None:
    token = issue(user)
    seen_by_both = operations.find_link(token, LinkPurpose.SET_PASSWORD, now=the_time())
    db.session.commit()
    monkeypatch.setattr(operations, "find_link", lambda *_arguments, **_named: seen_by_both)
    operations.use_link(token, LinkPurpose.SET_PASSWORD, now=the_time())
    with pytest.raises(operations.LinkSpent):
        operations.use_link(token, LinkPurpose.SET_PASSWORD, now=the_time())
