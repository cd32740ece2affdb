"""What follows a transaction follows the whole of it: a savepoint may still be taken back."""

from rbc_events.database import db
from rbc_events.directory import indexing
from rbc_events.jobs import huey, wake_after_commit
from tests.factories import make_organisation


def test_a_savepoint_wakes_no_worker(app):
    db.session.commit()
    before = huey.pending_count()
    with db.session.begin_nested():
        wake_after_commit("mail")
    assert huey.pending_count() == before
    db.session.commit()
    assert huey.pending_count() == before + 1


def test_a_savepoint_writes_no_index_and_taking_it_back_forgets_no_change(app):
    changed = make_organisation("Sample Mill").id
    with db.session.begin_nested():
        make_organisation("Sample Quarry")
    taken_back = db.session.begin_nested()
    make_organisation("Sample Never")
    taken_back.rollback()
    assert changed in db.session.info[indexing.CHANGED]
    db.session.commit()
    names = {row.names for row in db.session.execute(db.text("SELECT names FROM search_organisations"))}
    assert len(names) == 2


def test_a_transaction_taken_back_leaves_nothing_to_be_done(app):
    make_organisation("Sample Never")
    db.session.begin_nested()
    db.session.rollback()
    assert indexing.CHANGED not in db.session.info
