"""Moves on the board: taken back and done again under the same rules, seen by others, refused from an old board."""

import pytest

from rbc_events.accounts.models import User
from rbc_events.database import db
from rbc_events.timetable import moves, operations
from rbc_events.timetable.history import history_of, moved_since_in_words
from rbc_events.timetable.models import Move
from tests import factories
from tests.factories import NOW
from tests.timetable.makers import Conference, make_conference, make_interpreter


@pytest.fixture
def conference(app: object) -> Conference:
    return make_conference(organisations=6, slots=3, tables=2)


@pytest.fixture
def other() -> User:
    return factories.make_user()


def move(
    conference: Conference, meeting: object, slot: int, place: int, actor: User | None = None, **more: object
) -> None:
    event = conference.event
    moves.move_meeting(meeting, slot=event.slots[slot], place=event.places[place],  # type: ignore[arg-type]
                       actor=actor or conference.coordinator, now=NOW, **more)  # type: ignore[arg-type] # fmt: skip


def where(meeting: object) -> tuple[object, object]:
    return meeting.slot_id, meeting.place_id  # type: ignore[attr-defined]


def at(conference: Conference, slot: int, place: int) -> tuple[int, int]:
    return conference.event.slots[slot].id, conference.event.places[place].id


def undo(conference: Conference, actor: User | None = None) -> Move:
    return moves.take_back(conference.event, actor=actor or conference.coordinator, now=NOW)


def redo(conference: Conference) -> Move:
    return moves.do_again(conference.event, actor=conference.coordinator, now=NOW)


def test_moves_are_taken_back_last_first_and_done_again(conference: Conference) -> None:
    meeting = conference.agree(0, 1)
    move(conference, meeting, 0, 0)
    move(conference, meeting, 1, 1)
    undo(conference)
    assert where(meeting) == at(conference, 0, 0)
    undo(conference)
    assert where(meeting) == (None, None)
    with pytest.raises(moves.NothingToTakeBack):
        undo(conference)
    redo(conference)
    assert where(meeting) == at(conference, 0, 0)
    redo(conference)
    assert where(meeting) == at(conference, 1, 1)
    with pytest.raises(moves.NothingToDoAgain):
        redo(conference)


def test_a_new_move_forgets_what_could_be_done_again(conference: Conference) -> None:
    meeting = conference.agree(0, 1)
    move(conference, meeting, 0, 0)
    undo(conference)
    move(conference, meeting, 2, 0)
    with pytest.raises(moves.NothingToDoAgain):
        redo(conference)


def test_pin_and_interpreter_come_back_with_a_meeting_taken_off(conference: Conference) -> None:
    make_interpreter(conference.event, email="first@people.example")
    second = make_interpreter(conference.event, email="second@people.example")
    meeting = conference.agree(0, 1)
    meeting.needs_interpreter = True
    move(conference, meeting, 0, 0, interpreter=second)
    operations.pin_meeting(meeting, pinned=True)
    moves.remove_meeting(meeting, actor=conference.coordinator, now=NOW)
    assert where(meeting) == (None, None)
    undo(conference)
    assert (where(meeting), meeting.pinned, meeting.interpreter) == (at(conference, 0, 0), True, second)


def test_two_meetings_change_places_and_back(conference: Conference) -> None:
    one, two = conference.agree(0, 1), conference.agree(2, 3)
    move(conference, one, 0, 0)
    move(conference, two, 1, 1)
    moves.swap_meetings(one, two, actor=conference.coordinator, now=NOW)
    assert (where(one), where(two)) == (at(conference, 1, 1), at(conference, 0, 0))
    undo(conference)
    assert (where(one), where(two)) == (at(conference, 0, 0), at(conference, 1, 1))


def test_a_meeting_without_a_time_takes_anothers_place_and_that_one_waits(conference: Conference) -> None:
    one, two = conference.agree(0, 1), conference.agree(2, 3)
    move(conference, two, 0, 0)
    moves.swap_meetings(one, two, actor=conference.coordinator, now=NOW)
    assert (where(one), where(two)) == (at(conference, 0, 0), (None, None))


def test_a_swap_after_which_one_does_not_fit_is_refused_as_a_whole(conference: Conference) -> None:
    one, two, third = conference.agree(0, 1), conference.agree(2, 3), conference.agree(0, 4)
    move(conference, one, 0, 0)
    move(conference, two, 1, 1)
    move(conference, third, 1, 0)  # the first side of `one` is busy then
    db.session.commit()
    with pytest.raises(operations.DoesNotFit):
        moves.swap_meetings(one, two, actor=conference.coordinator, now=NOW)
    db.session.rollback()
    assert (where(one), where(two)) == (at(conference, 0, 0), at(conference, 1, 1))


def test_a_move_that_no_longer_fits_is_not_taken_back(conference: Conference) -> None:
    one, two = conference.agree(0, 1), conference.agree(2, 3)
    move(conference, one, 0, 0)
    move(conference, one, 1, 0)
    move(conference, two, 0, 0, factories.make_user())  # somebody else has taken what became free
    db.session.commit()
    with pytest.raises(operations.DoesNotFit) as refused:
        undo(conference)
    assert {reason.code for reason in refused.value.reasons} == {"one_meeting_a_table"}
    db.session.rollback()
    assert where(one) == at(conference, 1, 0)


def test_everybody_takes_back_their_own_and_not_what_another_has_moved_on(conference: Conference, other: User) -> None:
    one, two = conference.agree(0, 1), conference.agree(2, 3)
    move(conference, one, 0, 0)
    move(conference, two, 0, 1, other)
    undo(conference)
    assert (where(one), where(two)) == ((None, None), at(conference, 0, 1))
    redo(conference)
    move(conference, one, 1, 0, other)
    with pytest.raises(moves.MovedSince):
        undo(conference)


def test_a_place_that_was_removed_since_is_said(conference: Conference) -> None:
    one = conference.agree(0, 1)
    move(conference, one, 0, 1)
    move(conference, one, 0, 0)
    place = conference.event.places[1]
    db.session.delete(place)
    db.session.flush()
    db.session.expire_all()
    with pytest.raises(moves.NoLongerThere):
        undo(conference)


def test_an_old_board_is_refused_with_both_versions_and_by_whom(conference: Conference, other: User) -> None:
    meeting = conference.agree(0, 1)
    move(conference, meeting, 0, 0)
    seen = moves.Seen(meeting.version, moves.stand_of(meeting))
    other.family_latin = "Sato"
    move(conference, meeting, 1, 1, other)
    with pytest.raises(moves.MovedSince) as refused:
        move(conference, meeting, 2, 0, seen=seen)
    said = " ".join(moved_since_in_words(refused.value))
    assert "You saw: Tue 9 Feb 09:00, Table 1. Now: Tue 9 Feb 09:30, Table 2." in said
    assert "SATO" in said
    assert where(meeting) == at(conference, 1, 1)


def test_what_others_did_is_told_and_ones_own_is_not(conference: Conference, other: User) -> None:
    one, two = conference.agree(0, 1), conference.agree(2, 3)
    since = conference.event.revision
    move(conference, one, 0, 0, other)
    move(conference, two, 0, 1)
    told = history_of(conference.event, conference.coordinator, since=since)
    assert len(told.others) == 1
    assert "without a time → Tue 9 Feb 09:00, Table 1" in told.others[0]
    assert told.undo.endswith("without a time → Tue 9 Feb 09:00, Table 2")
    since = conference.event.revision
    undo(conference, other)
    [back] = history_of(conference.event, conference.coordinator, since=since).others
    assert "Tue 9 Feb 09:00, Table 1 → without a time" in back


def test_only_so_many_moves_are_kept(conference: Conference, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moves, "KEPT", 2)
    meeting = conference.agree(0, 1)
    for slot in (0, 1, 2, 0):
        move(conference, meeting, slot, 0)
    assert db.session.query(Move).count() == 2
