"""The lines of profiles, with what stood beside them, become seeds when an installation is upgraded."""

import json
from pathlib import Path

import pytest
from flask_migrate import upgrade
from sqlalchemy import text

from rbc_events.database import db
from rbc_events.migrating import create_app
from tests.conftest import make_config

DETAILS = {
    "researcher": "見本 太郎",
    "owner": "Sample University",
    "patent": "granted",
    "readiness": 4,
    "licence": "open",
}


@pytest.mark.slow
def test_each_line_becomes_a_seed_that_is_being_written_with_what_stood_beside_it(tmp_path: Path) -> None:
    app = create_app(make_config(tmp_path, f"sqlite:///{tmp_path / 'old.db'}"))
    with app.app_context():
        upgrade(revision="0015")
        with db.engine.begin() as connection:
            connection.execute(
                text(
                    "INSERT INTO organisations (id, kind, name_native, name_latin, name_kana, claimed_number, country,"
                    " website, is_sample, created_at, version) VALUES (7, 'university', '見本', '', '', '', 'JP', '',"
                    " 1, '2026-01-01', 1)"
                )
            )
            line = text(
                "INSERT INTO statements (id, organisation_id, kind, position, text_ja, text_en, origin_ja, origin_en,"
                " details) VALUES (:id, 7, :kind, 0, '', :words, 'human', 'machine', :details)"
            )
            for number, kind, words, details in (
                (3, "seed", "One", {}),
                (5, "seed", "Two", DETAILS),
                (6, "need", "-", {}),
            ):
                connection.execute(line, {"id": number, "kind": kind, "words": words, "details": json.dumps(details)})
        upgrade()
        with db.engine.connect() as connection:
            seeds = connection.execute(text("SELECT * FROM seeds ORDER BY id")).mappings().all()
            people = connection.execute(text("SELECT seed_id, family_kanji FROM seed_researchers")).all()
            versions = connection.execute(text("SELECT seed_id, number FROM seed_versions ORDER BY seed_id")).all()
            lines = connection.execute(text("SELECT id FROM statements ORDER BY id")).scalars().all()
        db.engine.dispose()
    assert [(seed["id"], seed["title_en"], seed["organisation_id"]) for seed in seeds] == [(3, "One", 7), (5, "Two", 7)]
    two = seeds[1]
    assert (two["owner"], two["patent_state"], two["licence"], two["readiness"]) == (
        "Sample University",
        "granted",
        "open",
        4,
    )
    assert (two["origin_en"], two["published_at"], two["rights_stage"]) == ("machine", None, "participants")
    assert people == [(5, "見本 太郎")]
    assert versions == [(3, 1), (5, 1)]
    assert lines == [3, 5, 6], "partners are still proposed by the lines"
