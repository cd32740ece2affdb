"""What checks shares no code with what solves, and what both are compared with shares none with either."""

import ast
import pkgutil
from importlib.util import find_spec
from pathlib import Path

import pytest

from rbc_events import scheduling

DATA = {f"{scheduling.__name__}.{name}" for name in ("problem", "plan", "formats.canonical_json")}
"""The problem, the plan and the hash that binds one to the other: what is checked, not what does it."""
MODULES = {found.name for found in pkgutil.walk_packages(scheduling.__path__, f"{scheduling.__name__}.")}


def imported_by(module):
    """The scheduler's modules that a module loads, wherever in it the import stands."""
    path = Path(find_spec(module).origin)
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports by a relative name"
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        else:
            continue
        yield from MODULES.intersection(names)


def closure(*modules):
    """The modules, and all that they load in turn."""
    found, waiting = set(), list(modules)
    while waiting:
        module = waiting.pop()
        if module not in found:
            found.add(module)
            waiting += imported_by(module)
    return found


def within(*parts):
    names = [f"{scheduling.__name__}.{part}" for part in parts]
    return {module for module in MODULES if any(module == name or module.startswith(f"{name}.") for name in names)}


def test_check_and_solve_have_nothing_in_common_but_data():
    checking = closure(*within("verify", "rules", "objectives"))
    solving = closure(*within("solving", "kernels"))

    assert within("verify", "rules", "objectives") <= checking
    assert within("solving", "kernels") <= solving
    assert checking & solving == DATA


def test_data_do_nothing_that_both_would_rely_on():
    """They know no rule, no bound and no solver."""
    assert closure(*DATA) == DATA


@pytest.mark.parametrize(
    "path", sorted((Path(__file__).parent / "independent").glob("*.py")), ids=lambda path: path.name
)
def test_the_model_of_the_tests_shares_no_code_with_the_scheduler(path):
    names = {
        name
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names])
    }

    assert not any(name is None or name.startswith("rbc_events") for name in names)
