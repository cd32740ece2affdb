"""The `rbc-events` command."""

import click


@click.group()
def main() -> None:
    """Run and look after an RBC Events installation."""


if __name__ == "__main__":
    main()
