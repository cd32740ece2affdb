"""Fills a database with events of several sizes for benchmarks/pages.py and prints a session cookie for each who asks.

    python -m benchmarks.filling 30 300 1000        prints "name cookie" lines

The event `big-300` has 300 approved organisations and 300 meetings, all of them of the first organisation, published.
With `--requests N` each event also gets N open requests between its organisations, and of its meetings the first half
has been published with all its mails, the second half waits for that.
"""

import argparse
from datetime import UTC, date, datetime, timedelta

from flask import Flask

from rbc_events.accounts import operations as accounts
from rbc_events.accounts import sign_ins
from rbc_events.accounts.models import Role, User
from rbc_events.app import create_app
from rbc_events.clock import now
from rbc_events.database import db
from rbc_events.events import operations as events
from rbc_events.events.models import Event, Mode, Place, PlaceKind, Programme, ProgrammeKind, Sector, Shape, Slot
from rbc_events.meetings.models import (
    Booking,
    Meeting,
    MeetingParty,
    MeetingRequest,
    MeetingState,
    PartyAnswer,
    RequestParty,
)
from rbc_events.migrating import migrate_database
from rbc_events.registration.models import (
    Consent,
    ConsentKind,
    Delegate,
    Membership,
    Organisation,
    OrganisationKind,
    Profile,
    Registration,
    RegistrationState,
    Statement,
    StatementKind,
)
from rbc_events.timetable import publishing

NOW = datetime(2026, 11, 22, tzinfo=UTC)
FIRST = datetime(2027, 1, 4, 0, 0, tzinfo=UTC)
A_DAY = 40  # slots


def fill_event(programme: Programme, sector: Sector, size: int, requests: int) -> User:
    """One event of a size; gives the delegate who has all its meetings."""
    event = Event(
        key=f"big-{size}",
        programme=programme,
        sector=sector,
        shape=Shape.CONFERENCE,
        mode=Mode.HYBRID,
        time_zone="Asia/Tokyo",
        starts_on=date(2027, 1, 4),
        ends_on=date(2027, 12, 31),
        name_ja=f"見本カンファレンス{size}",
        name_en=f"Sample conference of {size}",
        visible=True,
        is_sample=True,
    )
    db.session.add(event)
    db.session.flush()
    for day in range(-(-size // A_DAY)):
        starts_at = FIRST + timedelta(days=day)
        events.add_block(event, starts_at=starts_at, slot_minutes=15, slots=min(A_DAY, size - day * A_DAY))
    table = Place(event=event, kind=PlaceKind.TABLE, name_ja="テーブル1", name_en="Table 1")
    db.session.add(table)
    registrations = [fill_organisation(event, sector, size, number) for number in range(size + 1)]
    db.session.flush()
    user = accounts.create_user(f"delegate{size}@sample.example", now=NOW)
    db.session.add(Membership(user=user, organisation=registrations[0].organisation, lead=True))
    registrations[0].delegates.append(Delegate(user=user, email=user.email, family_latin="Mihon", contact=True))
    for number, (slot, other) in enumerate(zip(event.slots, registrations[1:], strict=True)):
        if requests and number == size // 2:
            publishing.publish(event, now=NOW, revision=event.revision)
        fill_meeting(event, slot, table, (registrations[0], other), published=not requests)
    fill_requests(event, registrations, requests)
    return user


def fill_organisation(event: Event, sector: Sector, size: int, number: int) -> Registration:
    name = f"Sample Organisation {size}-{number}"
    organisation = Organisation(
        kind=OrganisationKind.FOREIGN_COMPANY if number % 2 else OrganisationKind.LOCAL_COMPANY,
        name_native=f"見本企業 {size}-{number}",
        name_latin=name,
        country="FR" if number % 2 else "JP",
        created_at=NOW,
        is_sample=True,
    )
    texts = {
        "summary_en": f"{name} watches hearts at home, far from the next hospital.",
        "summary_ja": "心臓を見守る。",
    }
    organisation.profile = Profile(updated_at=NOW, sector_id=sector.id, languages=["en", "ja"], **texts)
    for kind in (StatementKind.OFFER, StatementKind.NEED):
        organisation.statements.append(Statement(kind=kind, text_en="Remote monitoring", text_ja="遠隔モニタリング"))
    registration = Registration(
        event=event,
        organisation=organisation,
        state=RegistrationState.APPROVED,
        created_at=NOW,
        submitted_at=NOW,
        decided_at=NOW,
    )
    if number:
        email = f"delegate{size}-{number}@sample.example"
        registration.delegates.append(Delegate(email=email, family_latin="Mihon", contact=True))
    for consent in (ConsentKind.SHARING, ConsentKind.PUBLICATION):
        registration.consents.append(Consent(kind=consent, wording="benchmark", given_at=NOW))
    db.session.add(registration)
    return registration


def fill_requests(event: Event, registrations: list[Registration], wanted: int) -> None:
    """Every organisation asks as many of those after it, as in a ring."""
    for number in range(wanted):
        first = number % len(registrations)
        second = (first + 1 + number // len(registrations)) % len(registrations)
        asking, asked = registrations[first], registrations[second]
        low, high = sorted((asking.id, asked.id))
        request = MeetingRequest(event_id=event.id, asked_by_id=asking.id, pair=f"{low}:{high}", created_at=NOW)
        request.parties = [
            RequestParty(registration_id=asking.id, answer=PartyAnswer.ACCEPTED, answered_at=NOW),
            RequestParty(registration_id=asked.id),
        ]
        db.session.add(request)


def fill_meeting(event: Event, slot: Slot, table: Place, sides: tuple[Registration, ...], *, published: bool) -> None:
    meeting = Meeting(
        event=event,
        uid=f"{event.key}-{slot.id}@sample.example",
        state=MeetingState.SCHEDULED,
        slot=slot,
        place=table,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
    )
    if published:
        meeting.published_at, meeting.published_place = NOW, table
        meeting.published_starts_at, meeting.published_ends_at = slot.starts_at, slot.ends_at
    meeting.parties = [MeetingParty(registration=side) for side in sides]
    times = {"starts_at": slot.starts_at, "ends_at": slot.ends_at}
    meeting.bookings = [Booking(organisation_id=side.organisation_id, **times) for side in sides]
    meeting.bookings.append(Booking(place_id=table.id, **times))
    db.session.add(meeting)


def main(sizes: list[int], requests: int) -> None:
    app = create_app()
    migrate_database(app.config["RBC"])
    with app.app_context():
        sector = Sector(key="healthcare", name_ja="ヘルスケア", name_en="Healthcare")
        programme = Programme(key="bench", kind=ProgrammeKind.RBC, fiscal_year=2026, name_en="Benchmark")
        db.session.add_all([sector, programme])
        db.session.flush()
        people = {f"delegate-{size}": fill_event(programme, sector, size, requests) for size in sizes}
        people["headquarters"] = accounts.create_user("headquarters@sample.example", now=NOW)
        accounts.grant(people["headquarters"], Role.HEADQUARTERS)
        db.session.commit()
        cookies = {name: session_cookie(app, user) for name, user in people.items()}
        db.session.commit()
        for name, cookie in cookies.items():
            print(name, cookie)


def session_cookie(app: Flask, user: User) -> str:
    """What a browser in which the user has just signed in sends."""
    signed_in = {"_user_id": sign_ins.begin(user, now=now()), "_fresh": True, "language": "en"}
    value = app.session_interface.get_signing_serializer(app).dumps(signed_in)
    return f"{app.config['SESSION_COOKIE_NAME']}={value}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", type=int, nargs="+")
    parser.add_argument("--requests", type=int, default=0)
    asked = parser.parse_args()
    main(asked.sizes, asked.requests)
