"""The desk: badges and table signs to print, and checking people in."""

from datetime import date
from io import BytesIO
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_login import current_user

from rbc_events.agendas.badges import FORMATS
from rbc_events.clock import now, read_instant
from rbc_events.database import ahead_of_writing, db
from rbc_events.day import badges, check_in
from rbc_events.day.access import load_attendee
from rbc_events.day.labels import FORMAT_NAMES
from rbc_events.events.access import load_managed_event
from rbc_events.events.models import Event
from rbc_events.web import part_of

PEOPLE_A_PAGE = 100


def badge_list(key: str) -> str:
    event = load_managed_event(key)
    people, words = badges.people_of(event), request.args.get("q", "").strip()
    found = check_in.called(people, words) if words else people
    return render_template(
        "day/badges.html",
        event=event,
        part=part_of(found, PEOPLE_A_PAGE),
        number=len(people),
        good=badges.good_badges(event),
        formats=[(each.key, FORMAT_NAMES[each.key]) for each in FORMATS],
        words=words,
    )


def print_badges(key: str) -> Any:
    """Everybody's badges as PDF, those of who has none yet, or one person's. Who has none is issued one."""
    with ahead_of_writing():
        event = load_managed_event(key)
        sheet = next((each for each in FORMATS if each.key == request.form.get("format")), None)
        whose = _whose(event)
        if sheet is None or request.form.get("whose") not in ("all", "new", "one"):
            abort(422)
    if not whose:
        flash(_("Nobody is without a badge."))
        return redirect(url_for("day.badges", key=key))
    issued = badges.issue_badges(event, whose, now=now())
    db.session.commit()
    content = badges.print_badges(event, issued, sheet, now=now())
    return _pdf(content, f"badges-{key}.pdf")


def _whose(event: Event) -> Any:
    """The people whose badges are asked for."""
    people, asked = badges.people_of(event), request.form.get("whose")
    if asked == "new":
        good = badges.good_badges(event)
        return [each for each in people if each.id not in good]
    if asked == "one":
        return [load_attendee(event.key, request.form.get("person", 0, type=int))]
    return people


def signs(key: str) -> Any:
    event = load_managed_event(key)
    places = [place for place in event.places if place.open and not place.join_url]
    if not places:
        abort(404)
    return _pdf(badges.print_signs(event, places, now=now()), f"signs-{key}.pdf")


def _pdf(content: bytes, name: str) -> Any:
    return send_file(BytesIO(content), mimetype="application/pdf", download_name=name, as_attachment=True)


def revoke(key: str, number: int) -> Any:
    """A badge was lost."""
    with ahead_of_writing():
        person = load_attendee(key, number)
    badges.revoke_badge(person, now=now())
    db.session.commit()
    flash(_("The badge is no longer good. Print a new one."), "success")
    return redirect(url_for("day.badges", key=key))


def desk(key: str) -> Any:
    """Check in by a code that a scanner types, or look for a name."""
    if request.method == "GET":
        return _desk_page(load_managed_event(key), request.args.get("q", ""))
    with ahead_of_writing():
        event = load_managed_event(key)
        words = request.form.get("words", "")[:200]
        if badges.read_code(words) is None:
            return _answered(event, check_in.Answer(check_in.Said.UNKNOWN), words)
    scanned_at = read_instant(request.form.get("at", ""))  # by the browser, which kept it while the network was gone
    answer = check_in.scan(event, words, actor=current_user, now=now(), scanned_at=scanned_at)
    db.session.commit()
    return _answered(event, answer)


def _answered(event: Event, answer: check_in.Answer, words: str = "") -> Any:
    """For the desk's own script the answer alone; else the page, with whoever is called as was typed."""
    if "X-Desk" in request.headers:
        found = check_in.find_people(event, words)
        return render_template("day/_answer.html", event=event, answer=answer, found=found, **_counts(event))
    return _desk_page(event, words, answer)


def _desk_page(event: Event, words: str, answer: check_in.Answer | None = None) -> Response:
    """The one page that may ask for the camera."""
    found = check_in.find_people(event, words)
    page = render_template("day/desk.html", event=event, answer=answer, words=words, found=found, **_counts(event))
    return Response(page, headers={"Permissions-Policy": "camera=(self), geolocation=(), microphone=()"})


def _counts(event: Event) -> dict[str, Any]:
    return {"here": check_in.checked_in(event, _today(event)), "expected": check_in.number_expected(event)}


def _today(event: Event) -> date:
    return now().astimezone(event.zone).date()


def check_in_person(key: str, number: int) -> Any:
    """One tap beside a name."""
    with ahead_of_writing():
        person = load_attendee(key, number)
    answer = check_in.check_in(person, actor=current_user, at=now())
    db.session.commit()
    return _answered(person.registration.event, answer)


def take_back(key: str, number: int) -> Any:
    with ahead_of_writing():
        person = load_attendee(key, number)
    check_in.take_back(person, _today(person.registration.event))
    db.session.commit()
    flash(_("The check-in has been taken back."), "success")
    return redirect(url_for("day.desk", key=key))
