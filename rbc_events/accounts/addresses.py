"""A person moves to another mail address. Both the old and the new one confirm it by a mailed link, so that neither a
stranger at an open screen nor a slip of the pen takes the account away. Functions flush."""

from collections.abc import Callable
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select

from rbc_events.accounts.models import AddressChange, Link, LinkPurpose, User
from rbc_events.accounts.operations import LinkSpent, canonical_email, end_links, find_user, issue_link
from rbc_events.database import conflict_as, db
from rbc_events.errors import Conflict

OLD, NEW = "old", "new"


class AddressInUse(Conflict):
    message = _l("This address can't be used any more. Please choose another one.")


Follower = Callable[[User, str], None]
_followers: list[Follower] = []


def follows_address(follower: Follower) -> Follower:
    """Register what a later feature changes with it where it keeps a person's address: `follower(user, old_address)`
    is called after the account has the new one."""
    _followers.append(follower)
    return follower


def change_of(user: User) -> AddressChange | None:
    return db.session.scalar(select(AddressChange).filter_by(user_id=user.id))


def ask_for_change(user: User, address: str, *, now: datetime) -> tuple[AddressChange, dict[str, str]]:
    """Begin the change, in place of one that waits; gives the tokens of the links for the old and the new address."""
    drop_change(user, now=now)
    change = AddressChange(user_id=user.id, address=canonical_email(address), asked_at=now)
    db.session.add(change)
    db.session.flush()
    tokens = {
        side: issue_link(user, LinkPurpose.CHANGE_EMAIL, now=now, subject=f"{change.id}:{side}") for side in (OLD, NEW)
    }
    return change, tokens


def drop_change(user: User, *, now: datetime) -> None:
    end_links(user, LinkPurpose.CHANGE_EMAIL, now=now)
    db.session.execute(delete(AddressChange).where(AddressChange.user_id == user.id))


def side_of(link: Link) -> tuple[AddressChange, str]:
    """The change that a link confirms, and for which of the two addresses.

    Raises:
        LinkSpent: the change was given up.
    """
    number, _colon, side = link.subject.partition(":")
    change = db.session.get(AddressChange, int(number)) if number.isdigit() else None
    if change is None or change.user_id != link.user_id or side not in (OLD, NEW):
        raise LinkSpent
    return change, side


def confirm_side(link: Link, *, now: datetime) -> bool:
    """Note that one of the two agrees. True if that makes both, and the account has the new address.

    Raises:
        LinkSpent
        AddressInUse: somebody else has got it meanwhile.
    """
    change, side = side_of(link)
    setattr(change, f"{side}_confirmed_at", now)
    db.session.flush()
    if change.old_confirmed_at is None or change.new_confirmed_at is None:
        return False
    user, old = link.user, link.user.email
    if find_user(change.address) is not None:
        raise AddressInUse
    user.email, user.email_confirmed_at = change.address, now
    with conflict_as(AddressInUse, "users.email", "uq_users_email"):
        db.session.flush()
    for follow in _followers:
        follow(user, old)
    drop_change(user, now=now)
    db.session.flush()
    return True
