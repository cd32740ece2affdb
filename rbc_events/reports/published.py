"""What the Invest Japan Report 2022 publishes of charts 2-17 to 2-19, from `published.csv`: every other share is blank.

6,582 companies were asked, and 1,315 answers were valid.
"""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SHEET = Path(__file__).with_name("published.csv")
ASKED, ANSWERED = 6582, 1315


@dataclass(frozen=True)
class Share:
    percent: float
    source: str


@cache
def shares() -> dict[tuple[str, str, str], Share]:
    """By chart ("2-17"), group and answer, as the standard questions name them; the group of everybody is "all"."""
    with SHEET.open(encoding="utf-8", newline="") as file:
        return {
            (row["chart"], row["group"], row["answer"]): Share(float(row["percent"]), row["source"])
            for row in csv.DictReader(file)
        }
