"""What is imported is named in requirements.in, what is named there is used, and the lock files pin all of it."""

import ast
import json
import re
from importlib.metadata import packages_distributions, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.source import nodes

ROOT = Path(__file__).parent.parent
LOCKS = ("requirements.txt", "requirements-dev.txt", "requirements-build.txt", "requirements-node.txt")
# Used without an import in our code.
RUN_TIME = {
    "gunicorn": "the web server, started as a command",
    "justmytype-intl-africa": "fonts, read as files",
    "justmytype-intl-cjk": "fonts, read as files",
    "justmytype-intl-rtl": "fonts, read as files",
    "justmytype-intl-sea": "fonts, read as files",
    "justmytype-intl-south-asia": "fonts, read as files",
    "justmytype-western-core": "fonts, read as files",
    "psycopg": "loaded by SQLAlchemy and huey where a URL says postgresql",
    "redis": "loaded by huey and limits where a URL says redis",
    "tzdata": "read by zoneinfo where the system has no time zones",
}
DEVELOPMENT = {
    "bandit": "looks at the code: tests/scoreboard/test_scanners.py",
    "coverage": "make coverage",
    "mypy": "make check",
    "pymap": "an IMAP server, started as a command",
    "pytest-cov": "make coverage",
    "pytest-xdist": "make test",
    "radicale": "a CalDAV server, started as a command",
    "ruff": "make check",
}


def named(file: str) -> set[str]:
    lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
    return {canonicalize_name(Requirement(line).name) for line in lines if line and line[0] not in "#-"}


def imported(*folders: str) -> set[str]:
    """The packages, by the names they are installed under, that modules in these folders import anywhere."""
    names = set()
    for path in (path for folder in folders for path in (ROOT / folder).rglob("*.py")):
        for node in nodes(path):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.partition(".")[0])
    distributions = packages_distributions()
    return {canonicalize_name(distribution) for name in names for distribution in distributions.get(name, ())}


def locked(file: str) -> list[tuple[Requirement, str]]:
    """Each line of a lock file with the hashes that follow it."""
    text = re.sub(r"\\\n\s*", "", (ROOT / file).read_text(encoding="utf-8"))
    parts = [line.partition("--hash=") for line in text.splitlines() if line and not line.startswith("#")]
    return [(Requirement(line), hashes) for line, _option, hashes in parts]


@pytest.mark.slow
def test_requirements_are_what_the_package_imports() -> None:
    assert named("requirements.in") == (imported("rbc_events") - {"rbc-events"}) | set(RUN_TIME)


@pytest.mark.slow
def test_development_requirements_are_what_tests_and_benchmarks_import_beside() -> None:
    run_time = named("requirements.in") | {"rbc-events"}
    assert named("requirements-dev.in") == (imported("tests", "benchmarks") - run_time) | set(DEVELOPMENT)


@pytest.mark.parametrize("file", LOCKS)
def test_a_lock_file_pins_one_version_of_everything_with_its_hashes(file: str) -> None:
    for requirement, hashes in locked(file):
        assert [part.operator for part in requirement.specifier] == ["=="], requirement
        assert hashes.startswith("sha256:"), requirement
    assert named(file.replace(".txt", ".in")) <= {canonicalize_name(line.name) for line, _hashes in locked(file)}


def test_a_package_in_several_lock_files_has_one_version() -> None:
    versions: dict[tuple[str, str], set[str]] = {}
    for line, _hashes in (line for file in LOCKS for line in locked(file)):
        versions.setdefault((line.name, str(line.marker)), set()).add(str(line.specifier))
    assert {name: found for name, found in versions.items() if len(found) > 1} == {}


def test_what_is_installed_is_what_is_locked() -> None:
    lines = [line for file in LOCKS[:3] for line, _hashes in locked(file)]
    wanted = {line.name: str(line.specifier)[2:] for line in lines if not line.marker or line.marker.evaluate()}
    assert {name: version(name) for name in wanted} == wanted


def test_browser_packages_are_pinned_with_their_hashes() -> None:
    wanted = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    for name, pinned in (wanted["dependencies"] | wanted["devDependencies"]).items():
        assert lock[f"node_modules/{name}"]["version"] == pinned
    assert all(part["integrity"] for name, part in lock.items() if name)
