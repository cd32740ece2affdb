"""Programs that look for weaknesses in code find none that is high, and would find one."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from rbc_events.config import ROOT

pytestmark = pytest.mark.slow

SCANNED = os.environ.get("RBC_SCANNED", "rbc_events/accounts/routes")  # a part of it is looked at in a second
PLANTED = """\
import subprocess
from flask import Flask, request

app = Flask(__name__)


@app.get("/")
def planted():
    return subprocess.check_output("ls " + request.args["folder"], shell=True)
"""


def high_findings(place: Path) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "bandit", "--quiet", "--recursive", str(place), "--format", "json", "-lll"]
    return list(json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=False).stdout)["results"])


def test_bandit_finds_nothing_high(figure: Any) -> None:
    assert high_findings(ROOT / SCANNED) == []
    figure(f"bandit: 0 high in {SCANNED}")


def test_bandit_finds_what_is_planted(tmp_path: Path) -> None:
    (tmp_path / "planted.py").write_text(PLANTED, encoding="utf-8")
    assert [found["test_id"] for found in high_findings(tmp_path)] == ["B602"]
