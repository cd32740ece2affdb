"""What a row of a sheet says of an organisation itself: its identity, its profile and its statements."""

from collections.abc import Mapping
from itertools import zip_longest
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import exists, select

from rbc_events.database import db, fill
from rbc_events.events.models import Event
from rbc_events.registration.models import FIRST_ZONE, Organisation, Origin, Profile, StatementKind
from rbc_events.registration.profiles import number_fields, put_statements
from rbc_events.registration.quotas import QuotaFull, refuse_as
from rbc_events.registration.starting import new_key
from rbc_events.sheet_import.kind import Importing, WrongCell
from rbc_events.sheet_import.kinds.events import region_code
from rbc_events.sheet_import.kinds.organisation_columns import IDENTITY, PROFILE
from rbc_events.sheet_import.recognising import find_named
from rbc_events.zones import zone_of_country

Values = Mapping[str, Any]

STATEMENTS = {
    "offers": StatementKind.OFFER,
    "needs": StatementKind.NEED,
    "seeds": StatementKind.SEED,
    "challenges": StatementKind.CHALLENGE,
}


def fill_organisation(importing: Importing, organisation: Organisation, event: Event, values: Values) -> bool:
    """Set what a row says of an organisation, its profile and its statements; tells whether anything changed."""
    if (values.get("founded") or 0) > importing.now.year:
        raise WrongCell("founded", _l("This year has not come yet."))
    identity = _identity(importing, organisation, values)
    profile = _profile_fields(importing, organisation, values) | {"sector_id": event.sector_id}
    # Every change is made: no `or` that stops at the first.
    changes = [fill(organisation, identity), fill(organisation.profile, profile)]
    changes += [
        put_statements(
            organisation,
            kind,
            list(zip_longest(values[f"{name}_ja"], values[f"{name}_en"], fillvalue="")),
            (values.get("origin_ja"), values.get("origin_en")),
        )
        for name, kind in STATEMENTS.items()
        if f"{name}_ja" in values and f"{name}_en" in values
    ]
    if any(changes):
        organisation.profile.updated_at = importing.now
    return any(changes)


def _identity(importing: Importing, organisation: Organisation, values: Values) -> dict[str, Any]:
    identity = {column.name: values[column.name] for column in IDENTITY if column.name in values}
    if "region_code" in values:
        identity["region_code"] = region_code(importing, values["region_code"], "region_code")
    key = identity.pop("external_key", "")
    if key and key != organisation.key and _is_free(importing, key):
        identity["key"] = key
    elif organisation.key is None:
        identity["key"] = new_key()
    if "corporate_number" in identity:
        identity |= number_fields(organisation, identity["corporate_number"])
    if identity.get("kind") and organisation.id is not None:
        try:
            refuse_as(organisation, identity["kind"])
        except QuotaFull as refused:
            raise WrongCell("kind", refused.message) from refused
    return identity


def _is_free(importing: Importing, key: str) -> bool:
    return find_named(importing, key) is None or not db.session.scalar(select(exists().where(Organisation.key == key)))


def _profile_fields(importing: Importing, organisation: Organisation, values: Values) -> dict[str, Any]:
    said = {column.name: values[column.name] for column in PROFILE if column.name in values}
    if "target_regions" in values:
        said["target_regions"] = [region_code(importing, each, "target_regions") for each in values["target_regions"]]
    said["origins"] = _origins(organisation.profile, said, values)
    if said.get("time_zone") == "":
        said.pop("time_zone")
    if organisation.id is None:  # as pages propose where they know of no browser
        said.setdefault("time_zone", zone_of_country(values["country"]) or FIRST_ZONE)
    return said


def _origins(profile: Profile, said: Values, values: Values) -> dict[str, str]:
    """Where the profile's texts come from: as the sheet tells for those that it holds, else as before."""
    origins = dict(profile.origins or {})
    for code in ("ja", "en"):
        told: Origin | None = values.get(f"origin_{code}")
        for name in [name for name in said if told and name.endswith(f"_{code}")]:
            origins.pop(name, None)
            if told and told != Origin.HUMAN and said[name]:
                origins[name] = told.value
    return origins
