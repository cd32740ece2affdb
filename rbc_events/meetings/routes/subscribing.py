"""Pages for private calendar addresses, and the calendars at those addresses."""

from typing import Any

import segno
from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from rbc_events.accounts.access import require, require_sign_in
from rbc_events.application import absolute_url
from rbc_events.clock import now
from rbc_events.database import db
from rbc_events.events.access import load_event
from rbc_events.events.models import Event
from rbc_events.i18n import in_language, language, plain
from rbc_events.meetings import feeds
from rbc_events.meetings.calendars import calendar_of_days
from rbc_events.meetings.models import Feed, FeedScope


def event_file(key: str) -> Response:
    """The days of the event, for whoever may see the event."""
    event = load_event(key)
    response = Response(calendar_of_days(event), mimetype="text/calendar")
    response.headers.set("Content-Disposition", "attachment", filename=f"{event.key}.ics")
    return response


def index(key: str) -> str:
    """What the signed-in person may subscribe to, with the addresses that stand."""
    event = load_event(key)
    subjects = _subjects(event)
    opened = feeds.feeds_of(current_user, event)
    return render_template(
        "meetings/subscribe.html",
        event=event,
        groups={scope: [subject for subject in subjects if subject.scope == scope] for scope in FeedScope},
        addresses={place: _address(feed) for place, feed in opened.items()},
        feeds=opened,
    )


def _subjects(event: Event) -> list[feeds.Subject]:
    subjects = feeds.subjects_for(require_sign_in(), event)
    require(bool(subjects))
    return subjects


def _address(feed: Feed) -> dict[str, str]:
    address = absolute_url("meetings.subscribing_calendar", token=feeds.feed_token(feed))
    webcal = "webcal://" + address.partition("://")[2]
    return {"https": address, "webcal": webcal, "qr": segno.make(webcal, micro=False).svg_data_uri(scale=4, border=2)}


def open_address(key: str) -> Any:
    event = load_event(key)
    wanted = (request.form.get("scope", ""), request.form.get("subject", type=int))
    subject = next((each for each in _subjects(event) if (each.scope, each.number) == wanted), None)
    if subject is None:
        abort(404)
    feeds.open_feed(event, subject, owner=current_user, language=language(), now=now())
    db.session.commit()
    flash(_("The private address has been made. Keep it to yourself: whoever has it reads this calendar."), "success")
    return redirect(url_for("meetings.subscribing", key=key) + f"#{subject.scope}-{subject.number}")


def revoke(key: str, number: int) -> Any:
    event = load_event(key)
    feed = db.session.get(Feed, number)
    if feed is None or feed.event_id != event.id or feed.owner_id != require_sign_in().id:
        abort(404)
    feeds.revoke_feed(feed, now=now())
    db.session.commit()
    flash(_("The address no longer works. Calendars that subscribed to it show nothing new."), "success")
    return redirect(url_for("meetings.subscribing", key=key))


def calendar(token: str) -> Response:
    """The calendar at a private address, for calendar programs: no sign-in, and 304 where nothing has changed."""
    found = feeds.find_feed(token)
    if found is None:
        abort(404)
    feed, event, subject = found
    number, tag, at = feed.id, feeds.state_of(feed, event, subject), now()
    is_new = tag != feed.tag
    response = Response(mimetype="text/calendar")
    response.set_etag(tag)
    response.last_modified = changed_at = at if is_new else feed.changed_at
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.make_conditional(request)
    if response.status_code != 304:
        with in_language(feed.language):
            names = dict.fromkeys((plain(subject.name), plain(event.name)))  # a coordinator's calendar is the event's
            response.set_data(feeds.content_of(event, subject, name=" · ".join(names), changed_at=changed_at))
    if is_new:
        feeds.keep_state(number, tag, now=at)
    return response
