"""The mails that accounts send on their own account: links."""

from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _

from rbc_events.accounts import addresses, operations
from rbc_events.accounts.models import LinkPurpose, User
from rbc_events.application import absolute_url
from rbc_events.i18n import in_language, when
from rbc_events.outbox.operations import queue_text


def account_of(email: str, *, now: datetime, language: str, occasion: str, **names: str) -> User:
    """The account of an address. Where there is none it is made, and a mail brings a link to set its password."""
    user = operations.find_user(email)
    if user is None:
        user = operations.create_user(email, now=now, language=language, **names)
        send_welcome(user, occasion=occasion, now=now)
    return user


def send_welcome(user: User, *, occasion: str, now: datetime) -> None:
    """Tell somebody that they have got a role, with a link to set a password where they have none yet."""
    with in_language(user.language):
        if user.password_hash:
            link = absolute_url("accounts.sign_in")
            text = _("You can sign in to RBC Events with this address:\n\n%(link)s", link=link)
        else:
            token = operations.issue_link(user, LinkPurpose.SET_PASSWORD, now=now, lifetime=timedelta(days=7))
            text = _(
                "You have an account at RBC Events. Please set a password for it:\n\n%(link)s\n\n"
                "The link works once, for 7 days. Afterwards you get a new one by “Forgotten password, or none yet”.",
                link=absolute_url("accounts.set_password", token=token),
            )
        queue_text(
            user.email,
            occasion=f"welcome:{occasion}",
            kind="welcome",
            subject=_("Your work on RBC Events"),
            body=text,
            secret=not user.password_hash,
            now=now,
        )


def send_password_link(email: str, *, now: datetime) -> None:
    """Write the mail if the address has an account; do nothing else, and say nothing, if it doesn't."""
    user = operations.find_user(email)
    if user is None or not user.active:
        return
    token = operations.issue_link(user, LinkPurpose.SET_PASSWORD, now=now)
    with in_language(user.language):
        queue_text(
            user.email,
            occasion=f"password:{operations.token_hash(token)[:16]}",
            kind="password",
            subject=_("Set your password for RBC Events"),
            body=_(
                "Somebody, probably you, asked to set the password of this account.\n\n%(link)s\n\n"
                "The link works once, for 24 hours. If it wasn't you, there is nothing to do.",
                link=absolute_url("accounts.set_password", token=token),
            ),
            secret=True,
            now=now,
        )


def send_sign_in_link(email: str, target: str, *, now: datetime) -> None:
    """Like `send_password_link`: a link that signs in and goes on to `target`, an address of ours."""
    user = operations.find_user(email)
    if user is None or not user.active:
        return
    token = operations.issue_link(user, LinkPurpose.SIGN_IN, now=now)
    link = absolute_url("accounts.sign_in_by_link", token=token, next=target or None)
    with in_language(user.language):
        queue_text(
            user.email,
            occasion=f"sign-in:{operations.token_hash(token)[:16]}",
            kind="sign_in",
            subject=_("Sign in to RBC Events"),
            body=_(
                "With this link you sign in:\n\n%(link)s\n\n"
                "It works once, for 30 minutes. If you didn't ask for it, there is nothing to do.",
                link=link,
            ),
            secret=True,
            now=now,
        )


def tell_of_change(user: User, words: Any, *, now: datetime, to: str = "") -> None:
    """Tell the account's owner, or the address that it had, that something about the sign-in has changed: in lazy
    `words`, which come in the owner's language."""
    with in_language(user.language):
        queue_text(
            to or user.email,
            occasion=f"account:{user.id}:{now.isoformat()}",
            kind="account",
            subject=_("Your account on RBC Events has changed"),
            body=f"{words}\n\n" + _("If it wasn't you, please write to those who sent you this mail."),
            now=now,
        )


def tell_of_sign_in(user: User, browser: str, *, now: datetime) -> None:
    """Tell the account's owner of a sign-in with a browser that was not used for it before."""
    with in_language(user.language):
        words = _(
            "Somebody, probably you, has signed in to your account with a browser that was not used for it before:\n\n"
            "%(browser)s, %(when)s\n\nIf it wasn't you, set a new password, which ends all sign-ins:\n\n%(link)s",
            browser=browser or _("an unknown browser"),
            when=when(now, user.time_zone or "UTC"),
            link=absolute_url("accounts.forgotten"),
        )
        queue_text(
            user.email,
            occasion=f"signed-in:{user.id}:{now.isoformat()}",
            kind="account",
            subject=_("A new sign-in to RBC Events"),
            body=words,
            now=now,
        )


def ask_both_addresses(user: User, address: str, *, now: datetime) -> None:
    """Begin a change of address. The new one gets no mail if it has an account: it is told nothing of this one, and who
    asks learns nothing of it."""
    change, tokens = addresses.ask_for_change(user, address, now=now)
    taken = operations.find_user(change.address) is not None
    recipients = {addresses.OLD: user.email, addresses.NEW: change.address}
    with in_language(user.language):
        for side, recipient in recipients.items():
            if side == addresses.NEW and taken:
                continue
            queue_text(
                recipient,
                occasion=f"address:{operations.token_hash(tokens[side])[:16]}",
                kind="address",
                subject=_("Confirm the change of your address"),
                body=_(
                    "Your account on RBC Events is to move from %(old)s to %(new)s.\n\n%(link)s\n\n"
                    "It moves once this link and the one in the other mailbox have been opened, within 24 hours. If it "
                    "wasn't you, don't open it: nothing changes.",
                    old=user.email,
                    new=change.address,
                    link=absolute_url("accounts.confirm_change", token=tokens[side]),
                ),
                secret=True,
                now=now,
            )
