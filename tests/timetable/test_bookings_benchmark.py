"""benchmarks/bookings.py on a small event: it places meetings, and would say so if one stood elsewhere."""

import pytest
from sqlalchemy import create_engine, text

from benchmarks import bookings

pytestmark = pytest.mark.slow
SMALL = ["--meetings", "24", "--clients", "2", "--workers", "1", "--seconds", "3"]


@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_clients_place_meetings_and_find_them_where_they_put_them(
    database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bookings.main([database, *SMALL])
    told = capsys.readouterr().out
    assert told.startswith(database)
    assert "faults 0" in told
    assert "double-booked 0" in told


def test_a_meeting_that_stands_elsewhere_is_counted(tmp_path: object) -> None:
    url = f"sqlite:///{tmp_path}/small.db"
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE meetings (id INTEGER, slot_id INTEGER, place_id INTEGER)"))
        connection.execute(text("INSERT INTO meetings VALUES (1, 2, 3), (4, 5, 6)"))
        things = "organisation_id INTEGER, place_id INTEGER, user_id INTEGER, interpreter_id INTEGER"
        connection.execute(text(f"CREATE TABLE bookings (id INTEGER, starts_at TEXT, ends_at TEXT, {things})"))
        for number, times in enumerate(("'10:00', '10:40'", "'10:30', '11:00'", "'11:00', '11:20'")):
            connection.execute(text(f"INSERT INTO bookings VALUES ({number}, {times}, 7, NULL, NULL, NULL)"))
    engine.dispose()
    client = bookings.Client(0, "", [], 0)
    client.stands = {1: (2, 3), 4: (5, 9)}
    assert bookings.misplaced(url, [client]) == 2
