from flask import Response, render_template
from flask_login import current_user

from rbc_events.accounts.access import is_staff
from rbc_events.application import absolute_url
from rbc_events.cases.queries import cases_for
from rbc_events.clock import now
from rbc_events.events.queries import events_for, is_over
from rbc_events.events.strips import strips_of
from rbc_events.home import queries
from rbc_events.home.host_map import tiles
from rbc_events.i18n import TOKYO
from rbc_events.meetings.incoming_list import count_of_no_event
from rbc_events.registration.claims import open_claims


def index() -> str:
    """What is on, and, for whoever has signed in, what to do next."""
    signed_in = current_user.is_authenticated
    today = now().astimezone(TOKYO).date()
    events = events_for(current_user)
    current = [event for event in events if not is_over(event, today)]
    return render_template(
        "home/index.html",
        now=now(),
        current=current,
        strips=strips_of(current),
        past=[event for event in events if event not in current],
        tiles=[] if signed_in else tiles(events, current),
        cases=[case for case in cases_for(current_user) if case.published_at][:2],
        work=queries.work_of(current_user, today=today, now=now()) if is_staff(current_user) else [],
        mails_elsewhere=count_of_no_event(current_user) if is_staff(current_user) else 0,
        participations=queries.participations_of(current_user, today=today) if signed_in else [],
        claims=open_claims(current_user) if signed_in else [],
        interpreting=queries.interpreting(current_user) if signed_in else [],
    )


def sitemap() -> Response:
    """The public pages, for search engines."""
    page = render_template("home/sitemap.xml", addresses=queries.public_addresses())
    return Response(page, mimetype="application/xml")


def robots() -> Response:
    """Whoever reads all pages reads the public ones, at the addresses of the map."""
    lines = ("User-agent: *", "Disallow: /manage/", "Disallow: /settings", f"Sitemap: {absolute_url('home.sitemap')}")
    return Response("\n".join(lines) + "\n", mimetype="text/plain")
