"""The public catalogue of seeds."""

from flask import render_template, request
from flask_login import current_user

from rbc_events.page_parts import contents
from rbc_events.registration.labels import COLLABORATION_MODES
from rbc_events.registration.rights import may_write
from rbc_events.seeds import queries, seed_page
from rbc_events.seeds.access import load_seed, read_by
from rbc_events.seeds.labels import READINESS
from rbc_events.seeds.searching import Search
from rbc_events.web import page_number

LONGEST = 200


def asked() -> Search:
    given = request.args
    return Search(
        words=given.get("q", "").strip()[:LONGEST],
        field=given.get("field", ""),
        readiness=given.get("readiness", type=int),
        mode=given.get("mode", "") if given.get("mode", "") in COLLABORATION_MODES else "",
        organisation=given.get("organisation", type=int),
        region=given.get("region", ""),
    )


def index() -> str:
    search = asked()
    return render_template(
        "seeds/index.html",
        search=search,
        part=queries.catalogue(search, page_number()),
        fields=queries.fields(),
        modes=COLLABORATION_MODES,
        readiness=READINESS,
        publishers=queries.publishers(),
        regions=queries.regions_of_publishers(),
        writes=current_user.is_authenticated and bool(queries.own_organisations(current_user)),
    )


def show(number: int) -> str:
    seed = load_seed(number)
    writes = may_write(current_user, seed.organisation)
    parts = [*seed_page.of_readers, *(seed_page.of_owners if writes else ())]
    return render_template(
        "seeds/show.html",
        read=read_by(current_user, seed),
        seed=seed,
        writes=writes,
        preview=None,
        parts=parts,
        **contents(current_user, seed, parts),
    )
