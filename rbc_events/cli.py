"""The `rbc-events` command."""

import click

from rbc_events.scheduling.cli import schedule


@click.group()
def main() -> None:
    """Run and look after an RBC Events installation."""


main.add_command(schedule)


if __name__ == "__main__":
    main()
