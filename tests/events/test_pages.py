from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, event

from rbc_events.accounts.models import Role
from rbc_events.events import operations
from tests.factories import make_event, make_user


@pytest.fixture
def queries(app: Any) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield seen
    event.remove(Engine, "before_cursor_execute", note)


@pytest.mark.slow
@pytest.mark.parametrize("page", ["/events/{}", "/manage/events/{}/days"])
def test_an_events_page_takes_the_same_queries_for_one_day_and_for_three(
    sign_in: Any, queries: list[str], page: str
) -> None:
    client, counts = sign_in(make_user(Role.HEADQUARTERS)), []
    for days in (1, 3):
        conference = make_event(slots=0, ends_on=date(2027, 2, 28))
        for day in range(10, days + 10):
            operations.add_block(conference, starts_at=datetime(2027, 2, day, tzinfo=UTC), slot_minutes=30, slots=days)
        address = page.format(conference.key)
        client.get(address)
        queries.clear()
        assert client.get(address).status_code == 200
        counts.append(len([statement for statement in queries if statement.startswith("SELECT")]))
    assert counts[0] == counts[1]
