"""Fills a database with one event for benchmarks/bookings.py and prints, as JSON, what its clients need to know.

    python -m benchmarks.bookings_event MEETINGS CLIENTS

Every tenth meeting needs an interpreter. Each has a time and place of its own on either of two days, so that all fit
on one day, on the other, or some here and some there; every second one stands on the first day already.
"""

import json
import sys
from datetime import date, timedelta

from benchmarks.filling import FIRST, NOW, fill_organisation, session_cookie
from rbc_events.accounts import operations as accounts
from rbc_events.accounts.models import Role
from rbc_events.app import create_app
from rbc_events.database import db
from rbc_events.events import operations as events
from rbc_events.events.models import Event, Mode, Place, PlaceKind, Programme, ProgrammeKind, Sector, Shape
from rbc_events.meetings.bookings import Lanes
from rbc_events.meetings.models import Interpreter, Meeting, MeetingParty
from rbc_events.migrating import migrate_database
from rbc_events.registration.models import Registration
from rbc_events.timetable.operations import set_down

TABLES, MEETINGS_EACH, INTERPRETERS = 30, 10, 12
KEY = "bookings"


def make_event(wanted: int) -> tuple[Event, list[Registration]]:
    sector = Sector(key="healthcare", name_ja="ヘルスケア", name_en="Healthcare")
    programme = Programme(key="bench", kind=ProgrammeKind.RBC, fiscal_year=2026, name_en="Benchmark")
    days = {"starts_on": date(2027, 1, 4), "ends_on": date(2027, 1, 5), "time_zone": "Asia/Tokyo"}
    shown = {"name_ja": "見本カンファレンス", "name_en": "Sample conference", "visible": True, "is_sample": True}
    kind = {"shape": Shape.CONFERENCE, "mode": Mode.HYBRID}
    event = Event(key=KEY, programme=programme, sector=sector, **kind, **days, **shown)
    db.session.add(event)
    db.session.flush()
    organisations = max(2 * wanted // MEETINGS_EACH, MEETINGS_EACH + 2)
    slots = MEETINGS_EACH * -(-organisations // (2 * TABLES)) + 4
    for day in range(2):
        events.add_block(event, starts_at=FIRST + timedelta(days=day), slot_minutes=20, slots=slots)
    for number in range(1, TABLES + 1):
        db.session.add(Place(event=event, kind=PlaceKind.TABLE, name_ja=f"テーブル{number}", name_en=f"Table {number}"))
    for number in range(INTERPRETERS):
        email = f"interpreter{number}@sample.example"
        db.session.add(Interpreter(event=event, email=email, family_latin=f"Tsuyaku {number}", pairs="ja-en"))
    sides = [fill_organisation(event, sector, wanted, number) for number in range(organisations + organisations % 2)]
    db.session.flush()
    db.session.refresh(event)
    return event, sides


def rounds(count: int) -> list[list[tuple[int, int]]]:
    """Who meets whom: in each round everybody meets one other, and nobody the same one twice (the circle method)."""
    found, ring = [], list(range(1, count))
    for _round in range(MEETINGS_EACH):
        order = [0, *ring]
        found.append([(order[place], order[-1 - place]) for place in range(count // 2)])
        ring = ring[1:] + ring[:1]
    return found


def fill_meetings(event: Event, sides: list[Registration], wanted: int) -> list[dict[str, object]]:
    """The meetings, each with its slot on either day and its place; a round takes as many slots as its tables need."""
    slots_a_round = -(-len(sides) // (2 * TABLES))
    days = [block.slots for block in event.blocks]
    found: list[dict[str, object]] = []
    for number, pairs in enumerate(rounds(len(sides))):
        for seat, (first, second) in enumerate(pairs):
            if len(found) == wanted:
                return found
            position, place = number * slots_a_round + seat // TABLES, event.places[seat % TABLES]
            uid, interpreted = f"{KEY}-{len(found)}@sample.example", len(found) % 10 == 1
            meeting = Meeting(event=event, uid=uid, needs_interpreter=interpreted)
            meeting.parties = [MeetingParty(registration=sides[first]), MeetingParty(registration=sides[second])]
            db.session.add(meeting)
            db.session.flush()
            if len(found) % 2 == 0:
                set_down(meeting, days[0][position], place, None, number=1, lanes=Lanes())
            found.append({"meeting": meeting.id, "slots": [day[position].id for day in days], "place": place.id})
    return found


def main(wanted: int, clients: int) -> None:
    app = create_app()
    migrate_database(app.config["RBC"])
    with app.app_context():
        event, sides = make_event(wanted)
        meetings = fill_meetings(event, sides, wanted)
        cookies = []
        for number in range(clients):
            user = accounts.create_user(f"coordinator{number}@sample.example", now=NOW)
            accounts.grant(user, Role.HEADQUARTERS)
            db.session.flush()
            cookies.append(session_cookie(app, user))
        db.session.commit()
        print(json.dumps({"cookies": cookies, "meetings": meetings}))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
