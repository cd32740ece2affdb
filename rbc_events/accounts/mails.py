"""The mails that accounts send on their own account: links."""

from datetime import datetime, timedelta

from flask_babel import gettext as _

from rbc_events.accounts import operations
from rbc_events.accounts.models import LinkPurpose, User
from rbc_events.application import absolute_url
from rbc_events.i18n import in_language
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
