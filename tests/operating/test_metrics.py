"""What Prometheus reads is true, and nobody reads it without the token."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families

from rbc_events.accounts.models import Role
from rbc_events.clock import now as the_time
from rbc_events.config import Config, ConfigurationError
from rbc_events.database import db
from rbc_events.outbox.models import Delivery
from tests.factories import make_user
from tests.operating.test_checks import add_mail

TOKEN = "a token for Prometheus alone"


def read(app: Flask) -> dict[tuple[str, str], float]:
    app.config["RBC"] = replace(app.config["RBC"], metrics_token=TOKEN)
    answer = app.test_client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.text)
    return {(each.name, each.labels.get("state", "")): each.value for family in families for each in family.samples}


def test_figures_are_those_of_the_database(app: Flask, sign_in: Any) -> None:
    add_mail(Delivery.QUEUED, the_time())
    add_mail(Delivery.FAILED, the_time() - timedelta(days=1))
    sign_in(make_user(Role.HEADQUARTERS))
    db.session.commit()
    found = read(app)
    assert found["rbc_mails", "queued"] == found["rbc_mails", "failed"] == 1
    assert found["rbc_mails", "sent"] == 0
    assert found["rbc_sign_ins", ""] == found["rbc_audit_entries", ""] == 1
    assert found["rbc_disk_free_bytes", ""] > 0
    assert found["rbc_jobs_waiting", ""] >= 0


@pytest.mark.parametrize("sent", ["", "Bearer ", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN} "])
def test_without_the_token_there_is_no_such_page(app: Flask, sent: str) -> None:
    for token in ("", TOKEN):
        app.config["RBC"] = replace(app.config["RBC"], metrics_token=token)
        headers = {"Authorization": sent.rstrip() if token else sent}
        if headers["Authorization"] != f"Bearer {TOKEN}":
            assert app.test_client().get("/metrics", headers=headers).status_code == 404


def test_a_token_that_could_be_guessed_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="RBC_METRICS_TOKEN: must have 24"):
        Config.from_environment({"RBC_INSTANCE": str(tmp_path), "RBC_METRICS_TOKEN": "short"})
