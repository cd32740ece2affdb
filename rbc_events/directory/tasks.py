"""Background work of the directory."""

import time

from huey import crontab

from rbc_events.clock import now
from rbc_events.database import db, reading
from rbc_events.directory import indexing, nearest, operations
from rbc_events.directory.terms import concept_space
from rbc_events.jobs import huey, in_application, periodic, wake_after_commit, wakes
from rbc_events.matching import vectors

AT_ONCE = 50  # organisations a transaction
PAUSE = 0.05
"""Seconds between two transactions, as long as one takes: on SQLite whoever wants to write comes in then."""


@huey.task()
@in_application
def encode_statements(organisations: list[int]) -> None:
    """Make the sentence vectors of these organisations' statements."""
    for start in range(0, len(organisations), AT_ONCE):
        encode(organisations[start : start + AT_ONCE])


@wakes("statements")
def _encode_soon(organisations: tuple[int, ...]) -> None:
    encode_statements(list(organisations))


def encode(organisations: list[int]) -> None:
    """Read, compute, write: no transaction is open while the model works, so that nobody waits for it."""
    texts = indexing.texts_to_encode(organisations)
    db.session.rollback()
    made = {text: indexing.sentence_vector(text) for text in texts}
    indexing.keep_vectors(made)
    db.session.commit()


@huey.task()
@in_application
def read_words(words: str) -> None:
    """Make the vectors of what somebody searches for, who waits for them. Twice the same is one row."""
    if nearest.kept_meaning(words) is not None:
        return
    db.session.rollback()
    made = nearest.make_meaning(words, now=now())
    if made is not None:
        db.session.merge(made)
        db.session.commit()


@wakes("searched_words")
def _read_soon(words: str) -> None:
    read_words(words)


@huey.task()
@in_application
def index_the_rest() -> None:
    """Write the index of the organisations that it lacks, a few a transaction, and their statements' vectors."""
    concept_space()  # takes a while to load, and nobody waits for that
    while waiting := indexing.without_index(AT_ONCE):
        indexing.index_organisations(waiting)
        if vectors.available():
            wake_after_commit("statements", tuple(waiting))
        db.session.commit()
        time.sleep(PAUSE)


@wakes("index")
def _index_soon(_nothing: None) -> None:
    index_the_rest()


@periodic(crontab(minute="*/10"))
@in_application
def index_what_was_missed() -> None:
    """Catch up on what a worker that was killed, or a queue that was lost, has left."""
    with reading():
        waiting = indexing.without_index(1)
        db.session.rollback()
    if waiting:
        index_the_rest()


@periodic(crontab(minute="15", hour="3"))
@in_application
def encode_what_was_missed() -> None:
    """Catch up on what a lost task would have done, and on a model that was installed later; forget old searches."""
    nearest.forget_searched_words(now=now())
    db.session.commit()
    while vectors.available() and (waiting := indexing.without_vectors(AT_ONCE)):
        encode(waiting)


@periodic(crontab(minute="40"))
@in_application
def tell_of_new_matches() -> None:
    """Mail the owners of saved searches about organisations that newly fit."""
    for number in operations.saved_searches_to_run():
        operations.tell_of_new_matches(number, now=now())
        db.session.commit()
