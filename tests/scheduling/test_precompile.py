import os
import subprocess
import sys

import pytest

# In a process of its own: here other tests have run them.
CODE = """
from rbc_events.scheduling.solving.kempe import chains
from rbc_events.scheduling.jit.precompile import run_loops
from rbc_events.scheduling.kernels.weight import annealing
run_loops()
print(len(annealing.anneal.signatures), len(chains.anneal.signatures))
"""


@pytest.mark.slow
def test_both_annealings_are_compiled_before_the_first_run():
    ran = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)

    assert ran.stdout == "1 1\n"


LOOP = """
from rbc_events.scheduling.jit.compiled import compiled

@compiled
def twice(number):
    return 2 * number

assert twice(3) == 6
print(sum(twice.stats.cache_hits.values()), twice.stats.cache_path)
"""


def run_where_nothing_can_be_kept(folder, temporary):
    """How often the loop was found compiled, and where, if neither the source's folder nor a home can be written."""
    (folder / "__pycache__").touch()  # a file in its place stops root too
    (folder / "loop.py").write_text(LOOP)
    nowhere = {"HOME": "/dev/null/home", "XDG_CACHE_HOME": "/dev/null/cache"}
    environment = {**os.environ, **nowhere, "TMPDIR": str(temporary)}
    command = [sys.executable, folder / "loop.py"]
    return subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout.split()


@pytest.mark.slow
def test_a_user_without_a_home_compiles_once_and_keeps_it_in_a_folder_of_their_own(tmp_path):
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    own = temporary / f"rbc-events-{os.getuid()}"

    first, second = (run_where_nothing_can_be_kept(tmp_path, temporary) for _run in range(2))

    assert (first[0], second[0]) == ("0", "1")
    assert second[1].startswith(str(own))
    assert own.stat().st_mode & 0o777 == 0o700


@pytest.mark.slow
def test_no_code_is_loaded_from_a_folder_that_others_can_write(tmp_path):
    own = tmp_path / f"rbc-events-{os.getuid()}"
    own.mkdir()
    own.chmod(0o777)

    assert run_where_nothing_can_be_kept(tmp_path, tmp_path) == ["0", "None"]
    assert list(own.iterdir()) == []
