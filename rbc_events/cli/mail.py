"""Mail: sending what waits, reading what comes back. Heavy imports happen inside the commands."""

from typing import BinaryIO

import click

from rbc_events.cli import settings


@click.group()
def mail() -> None:
    """Send what waits, and read what comes back."""


@mail.command("send")
def mail_send() -> None:
    """Send the mails that are due now, as the worker does every minute."""
    config = settings.configuration()
    from rbc_events.app import create_app
    from rbc_events.outbox.tasks import deliver

    with create_app(config).app_context():
        tally = deliver()
    click.echo(f"{tally.sent} sent, {tally.postponed} to be tried again, {tally.failed} failed")
    if tally.unreachable:
        raise click.ClickException(tally.unreachable)


@mail.command("read-reply")
@click.argument("file", type=click.File("rb"), default="-")
def mail_read_reply(file: BinaryIO) -> None:
    """Read one mail (an .eml file, or standard input): an answer to an invitation, or a delivery report.

    What can't be used is refused in one line and changes nothing; the status is 0 then too, so that a mail server which
    pipes mails here doesn't answer strangers.
    """
    config = settings.configuration()
    from rbc_events.app import create_app
    from rbc_events.calendars.incoming import MAIL_OCTETS
    from rbc_events.clock import now
    from rbc_events.database import db
    from rbc_events.meetings.calendar_replies import take_mail

    with create_app(config).app_context():
        click.echo(take_mail(file.read(MAIL_OCTETS + 1), now=now()))
        db.session.commit()


@mail.command("fetch-replies")
def mail_fetch_replies() -> None:
    """Read what is new in the mailbox that RBC_INBOX_URL names, as the worker does every two minutes."""
    config = settings.configuration()
    from rbc_events.app import create_app
    from rbc_events.meetings.tasks import fetch_answers

    with create_app(config).app_context():
        click.echo(f"{fetch_answers()} mails read")
