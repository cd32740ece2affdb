"""Looking after an installation: backups, and what is wrong with it. Heavy imports happen inside the commands."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from rbc_events.cli import settings

FILE = click.Path(dir_okay=False, path_type=Path)


@contextmanager
def told_in_words() -> Iterator[None]:
    from rbc_events.operating.archive import UnusableArchive
    from rbc_events.operating.restore import NotRestored

    with settings.told_in_one_line():
        try:
            yield
        except (UnusableArchive, NotRestored, OSError) as error:
            raise click.ClickException(str(error)) from None


@click.command()
@click.argument("file", type=FILE)
@click.option("--for", "public_key", default="", metavar="age1…", help="Encrypt it for the owner of this public key.")
def backup(file: Path, public_key: str) -> None:
    """Write a backup: all rows at one moment and the files that people gave, while the site goes on.

    It is read again before it takes the place of an older FILE. The secret key (RBC_SECRET_KEY) isn't in it: keep that
    where you keep the other settings.
    """
    config = settings.configuration()
    from rbc_events.app import create_app
    from rbc_events.clock import now
    from rbc_events.operating.backup import back_up

    with told_in_words():
        made = back_up(create_app(config), file, public_key=public_key, now=now())
    click.echo(f"{file}: {sum(made['rows'].values())} rows of {len(made['rows'])} tables, version {made['version']}")
    for name in made["missing_files"]:
        click.echo(f"A row names a file that isn't there: {name}", err=True)


@click.command("backup-key")
@click.argument("file", type=FILE)
def backup_key(file: Path) -> None:
    """Make a pair of keys: the private one into FILE, the public one to be seen.

    Keep FILE elsewhere than the backups: without it nobody can open them.
    """
    from rbc_events.operating.archive import make_key

    with told_in_words():
        public_key = make_key(file)
    click.echo(public_key)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="The private key's file.")
def restore(file: Path, key: Path | None) -> None:
    """Fill an empty installation from a backup, of SQLite or PostgreSQL, and bring it up to this version."""
    config = settings.configuration()
    from rbc_events.migrating import create_app, taking_turns
    from rbc_events.operating import restore as restoring

    with told_in_words(), taking_turns(config):
        made = restoring.restore(create_app(config), file, private_key=key)
    click.echo(f"Restored: {sum(made['rows'].values())} rows, as they were at {made['made_at']}.")


@click.command()
def doctor() -> None:
    """Look at all that can be wrong with an installation, and say what to do.

    The status is 1 where something is wrong.
    """
    config = settings.configuration()
    from flask_babel import force_locale

    from rbc_events.app import create_app
    from rbc_events.clock import now
    from rbc_events.database import reading
    from rbc_events.operating.checks import EVERYTHING, State, look

    app = create_app(config)
    with app.app_context(), force_locale("en"), reading():
        findings = look(EVERYTHING, now=now())
        for finding in findings:
            click.echo(f"{finding.found.state:<6} {finding.subject}: {finding.found.words}")
            if finding.found.remedy:
                click.echo(f"       → {finding.found.remedy}")
    if any(finding.found.state == State.WRONG for finding in findings):
        raise SystemExit(1)


@click.group()
def audit() -> None:
    """The audit log: who did what."""


@audit.command()
@click.option("--known", metavar="NUMBER:HASH", multiple=True, help="An entry that you noted earlier, or a log's line.")
def verify(known: tuple[str, ...]) -> None:
    """Look whether every entry is as it was written. The status is 1 where one isn't.

    Keep what this says elsewhere, and give it again with --known: so you also see whether the end was cut off.
    """
    config = settings.configuration()
    from rbc_events.app import create_app
    from rbc_events.audit import verify as verified
    from rbc_events.database import reading

    awaited = dict(_noted(each) for each in known)
    with create_app(config).app_context(), reading():
        verdict = verified(awaited)
    if verdict.broken is not None:
        raise click.ClickException(f"Entry {verdict.broken} is missing or not as it was written.")
    click.echo(f"{verdict.entries} entries, all as they were written. The last: {verdict.entries}:{verdict.end}")


def _noted(words: str) -> tuple[int, str]:
    number, _colon, chain = words.partition(":")
    if not number.isdecimal() or len(chain) < 16:
        raise click.UsageError(
            f"{words} is not a number and a hash of 16 characters or more, such as 12:0a1b2c3d4e5f6071."
        )
    return int(number), chain


@click.command("second-factor-off")
@click.argument("email")
def second_factor_off(email: str) -> None:
    """Take the authenticator app of an account away, whose owner has lost it.

    Make sure that it is they who ask. Where their role needs one, they set up another when they next sign in.
    """
    config = settings.configuration()
    from rbc_events.accounts import mails, operations, second_factor
    from rbc_events.app import create_app
    from rbc_events.clock import now
    from rbc_events.database import db

    with create_app(config).app_context():
        user = operations.find_user(email)
        if user is None or second_factor.app_of(user) is None:
            raise click.ClickException("There is no account with an authenticator app under this address.")
        second_factor.remove(user)
        mails.tell_of_change(user, second_factor.REMOVED, now=now())
        db.session.commit()
    click.echo("The account is signed in to without a code from now on.")
