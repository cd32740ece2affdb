"""Fills a database with one open event for benchmarks/writes.py and prints, as JSON, who takes part in it.

python -m benchmarks.writes_event ORGANISATIONS
"""

import json
import sys
from datetime import date

from benchmarks.filling import NOW, fill_organisation, session_cookie
from rbc_events.accounts import operations as accounts
from rbc_events.app import create_app
from rbc_events.database import db
from rbc_events.events.models import Event, Mode, Programme, ProgrammeKind, Sector, Shape
from rbc_events.migrating import migrate_database
from rbc_events.registration.models import Delegate, Membership


def main(organisations: int) -> None:
    app = create_app()
    migrate_database(app.config["RBC"])
    with app.app_context():
        sector = Sector(key="healthcare", name_ja="ヘルスケア", name_en="Healthcare")
        programme = Programme(key="bench", kind=ProgrammeKind.RBC, fiscal_year=2026, name_en="Benchmark")
        days = {"starts_on": date(2040, 1, 4), "ends_on": date(2040, 1, 6), "time_zone": "Asia/Tokyo"}
        shown = {"name_ja": "見本カンファレンス", "name_en": "Sample conference", "visible": True, "is_sample": True}
        opened = {"registration_opens_at": NOW, "registration_closes_at": NOW.replace(year=2039)}
        kind = {"shape": Shape.CONFERENCE, "mode": Mode.HYBRID}
        event = Event(key="writes", programme=programme, sector=sector, **kind, **days, **shown, **opened)
        db.session.add(event)
        db.session.flush()
        sides, cookies = [], []
        for number in range(organisations):
            side = fill_organisation(event, sector, organisations, number)
            user = accounts.create_user(f"lead{number}@sample.example", now=NOW)
            db.session.add(Membership(user=user, organisation=side.organisation, lead=True))
            db.session.flush()
            side.delegates[:] = [Delegate(user=user, email=user.email, family_latin="Mihon", contact=True)]
            sides.append(side.id)
            cookies.append(session_cookie(app, user))
        db.session.commit()
        print(json.dumps({"registrations": sides, "cookies": cookies}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
