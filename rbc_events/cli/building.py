"""What an installation is made of besides the code: Japanese texts, browser packages, the font of agendas.

Heavy imports happen inside the commands."""

import click


@click.group()
def translations() -> None:
    """Collect and compile the Japanese texts."""


@translations.command("update")
def translations_update() -> None:
    """Bring every feature's .po file in line with the code and templates."""
    from rbc_events.translating import update

    update()


@translations.command("compile")
def translations_compile() -> None:
    """Compile the .po files into the catalogue that the web server reads."""
    from rbc_events.translating import compile_catalogue

    click.echo(f"{compile_catalogue()} texts")


@click.command()
def assets() -> None:
    """Copy the browser packages from node_modules/ into static/vendor/."""
    from rbc_events.assets import copy_vendor_files

    click.echo(f"{copy_vendor_files()} files")


@click.command("build-font")
def build_font() -> None:
    """Make the Japanese font of printed agendas (some 15 seconds; nothing where it is there)."""
    from rbc_events.agendas.fonts import build_fonts
    from rbc_events.config import STATIC

    click.echo(f"{build_fonts(STATIC / 'fonts')} fonts made")
