"""The rules of the house: imports go one way, and the scheduling core stands on its own feet."""

import ast
import subprocess
import sys
from pathlib import Path

PACKAGE = Path(__file__).parent.parent / "rbc_events"
# A feature may import those before it, never those after it. What isn't listed is ground that all stand on.
ORDER = (
    "outbox",
    "accounts",
    "events",
    "mail",
    "registration",
    "directory",
    "meetings",
    "timetable",
    "relationships",
    "outcomes",
    "imports",
    "reports",
    "home",
)
# These know none of the features.
PURE = ("scheduling", "calendars", "matching", "sheets", "agendas")
FORBIDDEN = ("import flask", "from flask", "import sqlalchemy", "from sqlalchemy")
# These know all of them.
TOP = ("app", "migrating", "cli", "importers", "serving", "tasks", "wsgi", "samples", "__main__")


def imports(path: Path) -> set[str]:
    """The first names below rbc_events that a module imports, at its top or inside functions."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            if node.module == "rbc_events":
                found |= {alias.name for alias in node.names}
            elif node.module.startswith("rbc_events."):
                found.add(node.module.split(".")[1])
        elif isinstance(node, ast.Import):
            found |= {alias.name.split(".")[1] for alias in node.names if alias.name.startswith("rbc_events.")}
    return found


def modules() -> list[tuple[str, Path]]:
    return [(path.relative_to(PACKAGE).parts[0].removesuffix(".py"), path) for path in sorted(PACKAGE.rglob("*.py"))]


def test_features_import_only_those_before_them() -> None:
    wrong = []
    for name, path in modules():
        if name in TOP or path.is_relative_to(PACKAGE / "migrations"):
            continue
        later = set(ORDER[ORDER.index(name) + 1 :]) if name in ORDER else set(ORDER)
        if name == "jobs":
            later = set()
        wrong += [f"{path.relative_to(PACKAGE)} imports {other}" for other in imports(path) & later]
    assert wrong == []


def test_pure_packages_know_neither_features_nor_web_nor_database() -> None:
    wrong = []
    for name in PURE:
        for path in sorted((PACKAGE / name).rglob("*.py")):
            wrong += [f"{path.relative_to(PACKAGE)} imports {other}" for other in imports(path) - {name}]
            text = path.read_text(encoding="utf-8")
            wrong += [
                str(path)
                for library in ("flask", "sqlalchemy")
                if f"import {library}" in text or f"from {library}" in text
            ]
    assert wrong == []


def test_every_feature_is_in_the_order() -> None:
    packages = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists()}
    assert packages - set(ORDER) - set(PURE) - set(TOP) - {"migrations", "translations"} == set()


def test_the_scheduling_core_loads_without_the_web() -> None:
    code = (
        "import sys, rbc_events.scheduling; assert not {'flask', 'sqlalchemy', 'ortools', 'highspy'} & set(sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_web_worker_loads_nothing_that_its_pages_do_not_need(tmp_path: Path) -> None:
    heavy = {"alembic", "highspy", "numba", "numpy", "ortools", "pandas", "psycopg", "pysat", "redis", "typst"}
    code = f"import sys, rbc_events.wsgi; print(sorted({heavy} & set(sys.modules)))"
    environment = {"RBC_INSTANCE": str(tmp_path), "PATH": "/usr/bin", "RBC_ENV": "test"}
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, env=environment)
    assert loaded.stdout.strip() == "[]"
