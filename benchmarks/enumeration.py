"""Whether the time that a refused sign-in takes tells if an address has an account.

    python -m benchmarks.enumeration [--pairs 200]

Of each pair one address is known and one isn't; who comes first changes. The status is 0 while the medians differ by
less than 5 % and, as a control, by more where an unknown address is refused without a look at any password.
"""

import argparse
import statistics
import sys
import tempfile
import time

from flask import Flask

from rbc_events.accounts import operations
from rbc_events.clock import now
from rbc_events.config import Config
from rbc_events.database import db
from rbc_events.migrating import migrate_database

MOST = 0.05


def seconds(app: Flask, address: str) -> float:
    client = app.test_client()
    began = time.perf_counter()
    answer = client.post("/sign-in", data={"email": address, "password": "a wrong password"})
    took = time.perf_counter() - began
    if answer.status_code != 422:
        raise SystemExit(f"/sign-in answered {answer.status_code}")
    return took


def gap(app: Flask, pairs: int) -> float:
    """How far the medians of known and unknown addresses lie apart, as a part of the larger one."""
    times: dict[bool, list[float]] = {True: [], False: []}
    for number in range(pairs):
        for known in (True, False) if number % 2 else (False, True):
            address = f"known{number}@people.example" if known else f"other{number}@people.example"
            times[known].append(seconds(app, address))
    medians = [statistics.median(each) for each in times.values()]
    return (max(medians) - min(medians)) / max(medians)


def main(pairs: int) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        config = Config.from_environment({"RBC_INSTANCE": folder, "RBC_ENV": "test", "RBC_RATE_LIMITS": "0"})
        app = migrate_database(config)
        app.config["WTF_CSRF_ENABLED"] = False
        with app.app_context():
            for number in range(pairs):
                operations.create_user(f"known{number}@people.example", now=now(), password="a right password")
            db.session.commit()
        seconds(app, "first@people.example")
        measured = gap(app, pairs)
        look = operations.check_password
        operations.check_password = lambda email, password: operations.find_user(email) and look(email, password)
        unguarded = gap(app, max(10, pairs // 10))
        operations.check_password = look
    print(f"median gap {measured:.1%} over {pairs} pairs; {unguarded:.0%} without the guard")
    return measured < MOST < unguarded


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=200)
    sys.exit(0 if main(parser.parse_args().pairs) else 1)
