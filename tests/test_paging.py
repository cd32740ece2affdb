from typing import Any

from sqlalchemy import select

from rbc_events.accounts.models import User
from rbc_events.paging import Part, part_of_list, read_counted_part, read_part
from tests.factories import make_user


def test_a_page_tells_whether_another_follows(app: Any) -> None:
    people = [make_user() for _ in range(5)]
    statement = select(User).order_by(User.id)
    first, last, after = (read_part(statement, page, 3) for page in (1, 2, 3))
    assert (first.rows, first.more) == (people[:3], True)
    assert (last.rows, last.more) == (people[3:], False)
    assert (after.rows, after.more) == ([], False)
    assert not read_part(statement, 1, 5).more


def shown(part: Part) -> tuple[Any, ...]:
    return part.rows, part.page, part.more, part.pages


def test_a_list_that_was_read_whole_is_cut_the_same_and_counted(app: Any) -> None:
    assert shown(part_of_list([1, 2, 3, 4, 5], 1, 3)) == ([1, 2, 3], 1, True, 2)
    assert shown(part_of_list([1, 2, 3, 4, 5], 2, 3)) == ([4, 5], 2, False, 2)
    assert shown(part_of_list([], 1, 3)) == ([], 1, False, 0)


def test_a_list_is_counted_without_reading_it(app: Any) -> None:
    people = [make_user() for _ in range(5)]
    statement = select(User).order_by(User.id)
    assert shown(read_counted_part(statement, 2, 3)) == (people[3:], 2, False, 2)
    assert read_counted_part(statement, 1, 3).total == 5
    assert shown(read_counted_part(statement.where(User.id < 0), 1, 3)) == ([], 1, False, 0)
