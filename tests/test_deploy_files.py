"""What an operator copies names settings, commands and files that there are."""

import configparser
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from rbc_events.cli import main
from rbc_events.config import ROOT

COPIED = ("Dockerfile", "compose.yaml", "deploy/rbc-events-web.service", "deploy/rbc-events-worker.service")
DOCUMENTS = ("docs/production.md", "docs/deployment.md", "docs/asvs.md", "SECURITY.md")


def text_of(file: str) -> str:
    return (ROOT / file).read_text(encoding="utf-8")


@pytest.mark.parametrize("file", [*COPIED, *DOCUMENTS])
def test_settings_are_those_of_the_readme(file: str) -> None:
    assert set(re.findall(r"\bRBC_[A-Z_]+\b", text_of(file))) <= set(
        re.findall(r"\bRBC_[A-Z_]+\b", text_of("README.md"))
    )


@pytest.mark.parametrize("file", [*COPIED, *DOCUMENTS])
def test_commands_are_there(file: str) -> None:
    named = set(re.findall(r"^\s+(?:.*bin/|.*[ =])?rbc-events ([a-z][a-z-]+)", text_of(file), re.MULTILINE))
    assert named <= set(main.commands)


@pytest.mark.parametrize("file", DOCUMENTS)
def test_files_are_there(file: str) -> None:
    linked = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text_of(file))
    assert [name for name in linked if not (ROOT / file).parent.joinpath(name).exists()] == []
    assert [name for name in re.findall(r"`(tests/[^` ]+)`", text_of(file)) if not (ROOT / name).exists()] == []


def test_the_image_runs_as_nobody_in_particular() -> None:
    *_earlier, last = text_of("Dockerfile").split("\nFROM ")
    assert re.search(r"^USER (?!root)", last, re.MULTILINE)
    assert ":latest" not in text_of("Dockerfile") + text_of("compose.yaml")


def test_the_proxy_alone_is_reached_from_outside() -> None:
    services: dict[str, Any] = yaml.safe_load(text_of("compose.yaml"))["services"]
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]
    waits = {name for service in services.values() for name in service.get("depends_on", ())}
    assert waits <= set(services)
    assert services["worker"]["command"] == ["rbc-events", "worker"]


@pytest.mark.parametrize("part", ["web", "worker"])
def test_a_unit_has_few_rights_and_starts_again(part: str) -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read_string(text_of(f"deploy/rbc-events-{part}.service"))
    service = unit["Service"]
    assert service["ExecStart"].endswith({"web": " serve", "worker": " worker"}[part])
    assert (service["User"], service["Restart"], service["ProtectSystem"]) == ("rbc-events", "always", "strict")
    assert Path(service["StateDirectory"]).name == "rbc-events"
