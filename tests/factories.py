"""One unsurprising factory a model. Each takes what a test cares about and adds, flushes and returns the row."""

import itertools
from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from typing import Any

from rbc_events.accounts import operations as accounts
from rbc_events.accounts.models import Role, User
from rbc_events.cases import operations as cases
from rbc_events.cases.models import Basis, CaseFact, SupportCase
from rbc_events.database import db
from rbc_events.events import operations as events
from rbc_events.events.models import (
    Event,
    Mode,
    Place,
    PlaceKind,
    Programme,
    ProgrammeKind,
    Region,
    RegionKind,
    Sector,
    Shape,
)
from rbc_events.outcomes import operations as outcomes
from rbc_events.outcomes.models import Outcome, OutcomeState, OutcomeType, Source
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
)
from rbc_events.seeds import operations as seeds
from tests.world import World

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
PASSWORD = "a long enough password"
_numbers = itertools.count(1)


def add(row: Any) -> Any:
    db.session.add(row)
    db.session.flush()
    return row


def make_user(*roles: Role, email: str = "", **fields: Any) -> User:
    number = next(_numbers)
    user = accounts.create_user(
        email or f"person{number}@people.example",
        now=NOW,
        **{"family_latin": "Mihon", "given_latin": f"Person{number}", **fields},
    )
    for role in roles:
        accounts.grant(user, role)
    return user


def make_sector(key: str = "", **fields: Any) -> Sector:
    key = key or f"sector-{next(_numbers)}"
    return add(Sector(key=key, **{"name_ja": f"分野 {key}", "name_en": f"Sector {key}", **fields}))


def make_region(code: str = "040002", **fields: Any) -> Region:
    known = db.session.get(Region, code)
    if known is not None:
        return known
    return add(Region(code=code, **{"kind": RegionKind.PREFECTURE, "name_ja": "宮城県", "name_en": "Miyagi", **fields}))


def make_programme(key: str = "", **fields: Any) -> Programme:
    key = key or f"programme-{next(_numbers)}"
    defaults = {"kind": ProgrammeKind.RBC, "fiscal_year": 2026, "name_ja": "RBC 2026年度", "name_en": "RBC FY2026"}
    return add(Programme(key=key, **{**defaults, **fields}))


def make_event(key: str = "", *, slots: int = 4, tables: int = 2, **fields: Any) -> Event:
    """A visible conference, open for registration, with one morning of slots and some tables."""
    key = key or f"event-{next(_numbers)}"
    defaults = {
        "programme": fields.pop("programme", None) or make_programme(),
        "sector": fields.pop("sector", None) or make_sector(),
        "shape": Shape.CONFERENCE,
        "mode": Mode.HYBRID,
        "starts_on": date(2027, 2, 9),
        "ends_on": date(2027, 2, 10),
        "registration_opens_at": NOW - timedelta(days=30),
        "registration_closes_at": NOW + timedelta(days=30),
        "name_ja": f"見本カンファレンス {key}",
        "name_en": f"Sample conference {key}",
        "reply_address": "secretariat@events.example",
        "visible": True,
    }
    event = add(Event(key=key, **{**defaults, **fields}))
    if slots:
        events.add_block(event, starts_at=datetime(2027, 2, 9, 0, 0, tzinfo=UTC), slot_minutes=30, slots=slots)
    for number in range(1, tables + 1):
        make_place(event, name_en=f"Table {number}", name_ja=f"テーブル{number}", position=number)
    db.session.refresh(event)
    return event


def make_place(event: Event, **fields: Any) -> Place:
    return add(Place(event_id=event.id, **{"kind": PlaceKind.TABLE, "name_en": f"Place {next(_numbers)}", **fields}))


def make_organisation(name: str = "", **fields: Any) -> Organisation:
    name = name or f"Sample Company {next(_numbers)}"
    defaults = {
        "kind": OrganisationKind.FOREIGN_COMPANY,
        "name_native": name,
        "name_latin": name,
        "country": "FR",
        "created_at": NOW,
        "is_sample": True,
    }
    organisation = Organisation(**{**defaults, **fields})
    organisation.profile = Profile(updated_at=NOW, summary_en=f"What {name} does.")
    return add(organisation)


def make_registration(
    event: Event,
    organisation: Organisation | None = None,
    *,
    consents: Collection[ConsentKind] = (ConsentKind.SHARING,),
    **fields: Any,
) -> Registration:
    """An approved registration with one delegate, who has an account and leads the organisation."""
    organisation = organisation or make_organisation()
    defaults = {"state": RegistrationState.APPROVED, "created_at": NOW, "submitted_at": NOW, "decided_at": NOW}
    registration = add(Registration(event=event, organisation=organisation, **{**defaults, **fields}))
    for kind in consents:
        add(Consent(registration=registration, kind=kind, wording="1", given_at=NOW))
    user = make_user()
    add(Membership(user=user, organisation=organisation, lead=True))
    make_delegate(registration, user)
    return registration


def make_delegate(registration: Registration, user: User | None = None, **fields: Any) -> Delegate:
    number = next(_numbers)
    defaults = {
        "email": user.email if user else f"delegate{number}@people.example",
        "family_latin": "Mihon",
        "given_latin": f"Delegate{number}",
        "contact": not registration.delegates,
    }
    return add(Delegate(registration=registration, user=user, **{**defaults, **fields}))


def make_outcome(event: Event, **fields: Any) -> Outcome:
    """An executed joint research agreement of two named parties, for staff alone."""
    defaults = {"type": OutcomeType.JOINT_RESEARCH, "state": OutcomeState.EXECUTED, "parties": ("Sample A", "Sample B")}
    return outcomes.record_outcome(event.programme, event=event, actor=None, now=NOW, **{**defaults, **fields})


def make_case(outcome: Outcome, key: str = "", **fields: Any) -> SupportCase:
    """A case in both languages that is not public yet. It rests on one source."""
    texts = {f"{name}_{code}": f"{name} {code}" for name in ("title", "summary", "result") for code in ("ja", "en")}
    key = key or f"case-{next(_numbers)}"
    case = cases.create_case(
        outcome.programme, outcomes=[outcome], key=key, **{**texts, "rests_on": Basis.SOURCES, **fields}
    )
    source = add(Source(title_ja="見本の資料", title_en="Sample source"))
    label = {"label_ja": "見本", "label_en": "Sample", "text_ja": "見本の事実", "text_en": "A sample fact"}
    add(CaseFact(case=case, position=100, topic="sample", source=source, **label))
    return case


def make_world() -> World:
    event, other = make_event("own-event"), make_event("other-event")
    registration, counterpart = make_registration(event), make_registration(event)
    elsewhere = make_registration(other)
    coordinator, other_coordinator, interpreter = make_user(), make_user(), make_user()
    accounts.grant(coordinator, Role.COORDINATOR, event_id=event.id)
    accounts.grant(other_coordinator, Role.COORDINATOR, event_id=other.id)
    accounts.grant(interpreter, Role.INTERPRETER, event_id=event.id)
    world = World(
        event=event,
        other_event=other,
        registration=registration,
        counterpart=counterpart,
        elsewhere=elsewhere,
        people={
            "headquarters": make_user(Role.HEADQUARTERS),
            "coordinator": coordinator,
            "other_coordinator": other_coordinator,
            "interpreter": interpreter,
            "delegate": registration.delegates[0].user,
            "other_delegate": counterpart.delegates[0].user,
            "outsider": elsewhere.delegates[0].user,
        },
    )
    db.session.commit()
    return world


def make_seed(organisation: Any = None, /, **fields: Any) -> Any:
    """A seed in the catalogue, unless `published_at` says otherwise."""
    texts = {f"{name}_{code}": f"{name} {code}" for name in ("title", "summary") for code in ("ja", "en")}
    known = {"published_at": NOW, **fields}
    published = known.pop("published_at")
    owner = organisation or make_organisation("Sample University", kind=OrganisationKind.UNIVERSITY, country="JP")
    seed = seeds.add_seed(owner, texts | known, actor=None, now=NOW)
    if published:
        seeds.publish_seed(seed, now=published)
    return seed


def make_researcher(seed: Any, /, **fields: Any) -> Any:
    names = {"family_kanji": "見本", "given_kanji": "太郎", "family_latin": "Mihon", "given_latin": "Taro"}
    return seeds.put_researcher(seed, None, names | fields)
