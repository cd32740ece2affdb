"""Reads of the directory. The number of queries doesn't grow with the rows."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from rbc_events.database import db
from rbc_events.directory.access import Directory
from rbc_events.directory.models import Bookmark, Dismissal, SavedSearch
from rbc_events.events.models import Event, Region, Sector
from rbc_events.registration.history import show_as_it_was
from rbc_events.registration.models import (
    Delegate,
    Organisation,
    OrganisationKind,
    Profile,
    Registration,
    Stage,
)


def with_profiles(numbers: Sequence[int]) -> list[Registration]:
    """These registrations in this order, with all that a card or a profile page shows. Of an event that is over: as it
    was then."""
    rows = db.session.scalars(
        select(Registration)
        .where(Registration.id.in_(numbers))
        .options(
            joinedload(Registration.event),
            joinedload(Registration.snapshot),
            joinedload(Registration.organisation).joinedload(Organisation.profile),
            joinedload(Registration.organisation).joinedload(Organisation.region),
            joinedload(Registration.organisation).selectinload(Organisation.statements),
        )
    ).unique()
    found = {row.id: row for row in rows}
    show_as_it_was(found.values())
    return [found[number] for number in numbers if number in found]


@dataclass(frozen=True)
class Choices:
    """What there is to filter by: only what finds something."""

    sectors: Sequence[Sector]
    kinds: list[OrganisationKind]
    regions: Sequence[Region]
    countries: list[str]
    stages: list[Stage]
    languages: list[str]


def choices(directory: Directory) -> Choices:
    """Three queries, however many organisations there are."""
    rows = db.session.execute(
        select(
            Organisation.kind,
            Organisation.country,
            Organisation.region_code,
            Profile.sector_id,
            Profile.stage,
            Profile.languages,
            Profile.target_regions,
        )
        .select_from(Registration)
        .join(Organisation, Organisation.id == Registration.organisation_id)
        .join(Profile, Profile.organisation_id == Organisation.id)
        .where(directory.listed())
    ).all()
    codes = {row.region_code for row in rows} | {code for row in rows for code in row.target_regions}
    near = select(Region.parent_code).where(Region.code.in_(codes))
    kinds, stages = {row.kind for row in rows}, {row.stage for row in rows}
    return Choices(
        sectors=db.session.scalars(
            select(Sector).where(Sector.id.in_({row.sector_id for row in rows})).order_by(Sector.id)
        ).all(),
        kinds=[kind for kind in OrganisationKind if kind in kinds],
        regions=db.session.scalars(
            select(Region).where(Region.code.in_(codes) | Region.code.in_(near)).order_by(Region.code)
        ).all(),
        countries=sorted({row.country for row in rows}),
        stages=[stage for stage in Stage if stage in stages],
        languages=sorted({language for row in rows for language in row.languages}),
    )


def bookmarked(user_id: int, numbers: Collection[int]) -> set[int]:
    """Which of these registrations the person marked."""
    return set(
        db.session.scalars(
            select(Bookmark.registration_id).where(
                Bookmark.user_id == user_id, Bookmark.registration_id.in_(list(numbers))
            )
        )
    )


def dismissed(side: Registration) -> list[Registration]:
    return list(
        db.session.scalars(
            select(Registration)
            .join(Dismissal, Dismissal.dismissed_id == Registration.id)
            .where(Dismissal.registration_id == side.id)
            .options(joinedload(Registration.organisation))
            .order_by(Dismissal.at.desc(), Registration.id)
        )
    )


def saved_searches(user_id: int, event: Event) -> Sequence[SavedSearch]:
    return db.session.scalars(
        select(SavedSearch)
        .where(SavedSearch.user_id == user_id, SavedSearch.event_id == event.id)
        .order_by(SavedSearch.name)
    ).all()


def delegates(registration: Registration) -> Sequence[Delegate]:
    return db.session.scalars(
        select(Delegate)
        .where(Delegate.registration_id == registration.id)
        .order_by(Delegate.position, Delegate.id)
        .options(joinedload(Delegate.user))
    ).all()


def region_names(codes: Collection[str]) -> Sequence[Region]:
    return db.session.scalars(select(Region).where(Region.code.in_(list(codes))).order_by(Region.code)).all()


def sector(number: int | None) -> Sector | None:
    return db.session.get(Sector, number) if number else None
