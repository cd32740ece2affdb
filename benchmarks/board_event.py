"""Fills a database with one event for benchmarks/board.py and prints its coordinator's cookie and meetings.

    python -m benchmarks.board_event MEETINGS

All but a tenth of the meetings stand on one of two days; the others wait. Every tenth needs an interpreter.
"""

import json
import sys

from benchmarks.bookings_event import KEY, fill_meetings, make_event
from benchmarks.filling import NOW, session_cookie
from rbc_events.accounts import operations as accounts
from rbc_events.accounts.models import Role
from rbc_events.app import create_app
from rbc_events.database import db
from rbc_events.meetings.bookings import Lanes
from rbc_events.meetings.models import Meeting
from rbc_events.migrating import migrate_database
from rbc_events.timetable.operations import set_down


def main(wanted: int) -> None:
    app = create_app()
    migrate_database(app.config["RBC"])
    with app.app_context():
        event, sides = make_event(wanted)
        found = fill_meetings(event, sides, wanted)
        days = [block.slots for block in event.blocks]
        places = {place.id: place for place in event.places}
        for number, row in enumerate(found):
            meeting = db.session.get_one(Meeting, row["meeting"])
            if meeting.slot_id is None and number % 5 != 1:
                slot = next(slot for slot in days[1] if slot.id == row["slots"][1])
                set_down(meeting, slot, places[row["place"]], None, number=1, lanes=Lanes())
        user = accounts.create_user("coordinator@sample.example", now=NOW)
        accounts.grant(user, Role.HEADQUARTERS)
        db.session.flush()
        cookie = session_cookie(app, user)
        db.session.commit()
        print(json.dumps({"cookie": cookie, "key": KEY, "meetings": found}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
