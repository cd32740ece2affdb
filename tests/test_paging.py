from typing import Any

from sqlalchemy import select

from rbc_events.accounts.models import User
from rbc_events.paging import part_of_list, read_part
from tests.factories import make_user


def test_a_page_tells_whether_another_follows(app: Any) -> None:
    people = [make_user() for _ in range(5)]
    statement = select(User).order_by(User.id)
    first, last, after = (read_part(statement, page, 3) for page in (1, 2, 3))
    assert (first.rows, first.more) == (people[:3], True)
    assert (last.rows, last.more) == (people[3:], False)
    assert (after.rows, after.more) == ([], False)
    assert not read_part(statement, 1, 5).more


def test_a_list_that_was_read_whole_is_cut_the_same_and_counted(app: Any) -> None:
    assert part_of_list([1, 2, 3, 4, 5], 1, 3) == ([1, 2, 3], 1, True, 2)
    assert part_of_list([1, 2, 3, 4, 5], 2, 3) == ([4, 5], 2, False, 2)
    assert part_of_list([], 1, 3) == ([], 1, False, 0)
