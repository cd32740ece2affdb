import subprocess
import sys

# In a process of its own: here other tests have run them.
CODE = """
from rbc_events.scheduling.engine import chains
from rbc_events.scheduling.warming import run_loops
from rbc_events.scheduling.weight import anneal
run_loops()
print(len(anneal.anneal.signatures), len(chains.anneal.signatures))
"""


def test_both_annealings_are_compiled_before_the_first_run():
    ran = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)

    assert ran.stdout == "1 1\n"
