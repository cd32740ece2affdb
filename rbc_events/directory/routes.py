from collections.abc import Iterable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from rbc_events import limits
from rbc_events.accounts.access import require
from rbc_events.accounts.routes.signing_in import local_target
from rbc_events.clock import now
from rbc_events.database import db, give_up
from rbc_events.directory import nearest as near
from rbc_events.directory import operations, queries, recommending
from rbc_events.directory.access import (
    Audience,
    load_directory,
    load_listed,
    load_own_search,
    load_side,
)
from rbc_events.directory.encounters import have_agreed_to_meet
from rbc_events.directory.forms import SaveSearchForm
from rbc_events.directory.profiles import READERS, Reader, profile_page
from rbc_events.directory.searching import Search, find, why_found
from rbc_events.events.access import load_event
from rbc_events.events.queries import requests_are_open
from rbc_events.i18n import country_name, language_name, plain
from rbc_events.jobs import wake_at_once
from rbc_events.labels import label
from rbc_events.registration.access import load_own, own_registration
from rbc_events.registration.history import show_as_it_was
from rbc_events.registration.models import ConsentKind, Registration
from rbc_events.registration.pairing import may_meet
from rbc_events.registration.participation import current_consents
from rbc_events.web import page_number

ASKED_AT_MOST = 15  # times, once a second: a worker that makes timetables may not come sooner


def index(key: str) -> str:
    directory = load_directory(key)
    event, audience, user_id = directory.event, directory.audience, directory.user_id
    search = Search.from_parameters(request.args)
    _count_search(user_id)
    found = find(directory, search, page=page_number())
    registrations = queries.with_profiles(found.rows)
    return render_template(
        "directory/index.html",
        event=event,
        audience=audience,
        search=search,
        filters=_filters(queries.choices(directory)),
        narrowed=len(set(search.parameters()) - {"q", "side"}),
        found=found,
        registrations=registrations,
        look_nearer=near.is_wanted(search, found),
        meanings={each.id: why_found(each.organisation, search, audience) for each in registrations},
        bookmarked=queries.bookmarked(user_id, found.rows) if user_id else set(),
        form=SaveSearchForm(formdata=None),
        own=directory.own,
        by_rules=audience == Audience.PARTICIPANTS and bool(event.meeting_rules),
    )


def nearest(key: str) -> str:
    """What comes near in meaning, for a result page to put in; while the worker reads the words, what asks again."""
    directory = load_directory(key)
    search = Search.from_parameters(request.args)
    found = find(directory, search)
    asked = request.args.get("asked", 0, type=int)
    wanted = near.is_wanted(search, found)
    said = near.kept_meaning(search.q) if wanted else None
    if wanted and said is None and asked == 0:
        _count_search(directory.user_id)
        wake_at_once("searched_words", search.q)
    return render_template(
        "directory/_nearest.html",
        event=directory.event,
        search=search,
        ask_again=asked + 1 if wanted and said is None and 0 <= asked < ASKED_AT_MOST else None,
        nearest=near.find_nearest(directory, search, said, found=found) if said else [],
    )


def _count_search(user_id: int | None) -> None:
    limits.count("search" if user_id else "public_search", user_id)


def _filters(choices: queries.Choices) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Each filter with its title and its options in the page's language."""
    return [
        ("kind", _("Kind"), [(kind, label(kind)) for kind in choices.kinds]),
        ("sector", _("Sector"), [(sector.key, plain(sector.name)) for sector in choices.sectors]),
        ("country", _("Country"), _by_name((code, country_name(code)) for code in choices.countries)),
        ("region", _("Region in Japan"), [(region.code, plain(region.name)) for region in choices.regions]),
        ("stage", _("Stage"), [(stage, label(stage)) for stage in choices.stages]),
        ("language", _("Language spoken"), _by_name((code, language_name(code)) for code in choices.languages)),
    ]


def _by_name(options: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted(options, key=lambda option: option[1])


def show(key: str, number: int) -> str:
    directory = load_directory(key)
    event, audience, own = directory.event, directory.audience, directory.own
    [registration] = queries.with_profiles([load_listed(event, number, audience).id])
    by_rules = own is None or own == registration or may_meet(own, registration)
    return render_template(
        "directory/show.html",
        event=event,
        audience=audience,
        registration=registration,
        is_own=own == registration,
        may_ask=own is not None and own != registration and requests_are_open(event, now()) and by_rules,
        kept_apart=not by_rules,
        bookmarked=bool(current_user.is_authenticated and queries.bookmarked(current_user.id, [registration.id])),
        **profile_page(registration, _reader(audience, own, registration)),
    )


def _reader(audience: Audience, own: Registration | None, registration: Registration) -> Reader:
    if audience == Audience.PUBLIC:
        return Reader.PUBLIC
    if own is None or own == registration or have_agreed_to_meet(own, registration):
        return Reader.PARTNER  # who has no registration there is staff
    return Reader.PARTNER if audience == Audience.STAFF else Reader.PARTICIPANT


def preview(number: int) -> str:
    """The organisation's page as the public, the participants and the partners of a meeting see it."""
    registration = load_own(number)
    show_as_it_was([registration])
    asked = request.args.get("reader", "")
    reader = Reader(asked) if asked in set(Reader) else Reader.PUBLIC
    needed = ConsentKind.PUBLICATION if reader == Reader.PUBLIC else ConsentKind.SHARING
    return render_template(
        "directory/preview.html",
        event=registration.event,
        registration=registration,
        reader=reader,
        readers=READERS,
        agreed=needed in current_consents(registration),
        **profile_page(registration, reader),
    )


def bookmark(key: str, number: int) -> Any:
    """Mark the organisation, or with `remove` take the mark off."""
    directory = load_directory(key)
    registration = load_listed(directory.event, number, directory.audience)
    require(current_user.is_authenticated)
    if request.form.get("remove"):
        operations.remove_bookmark(current_user, registration)
    else:
        operations.bookmark(current_user, registration, now=now())
    db.session.commit()
    return redirect(local_target(request.form.get("next") or url_for("directory.show", key=key, number=number)))


def recommendations(key: str) -> str:
    side = load_side(key)
    suggestions = recommending.recommend(side)
    is_own = side == own_registration(current_user, side.event)
    return render_template(
        "directory/recommendations.html",
        event=side.event,
        side=side,
        audience=Audience.PARTICIPANTS,
        is_own=is_own,
        may_ask=is_own and requests_are_open(side.event, now()),
        suggestions=suggestions,
        dismissed=queries.dismissed(side),
        bookmarked=queries.bookmarked(current_user.id, [each.registration.id for each in suggestions]),
    )


def judge(key: str, number: int) -> Any:
    """Take an organisation off this side's recommendations, or with `restore` put it back."""
    side = load_side(key)
    other = load_listed(side.event, number, Audience.PARTICIPANTS)
    if request.form.get("restore"):
        operations.restore(side, other)
        flash(_("It can be recommended again."), "success")
    else:
        operations.dismiss(side, other, now=now())
        flash(_("It will not be recommended to you again at this event."), "success")
    db.session.commit()
    asked: dict[str, Any] = {"for": request.args.get("for")}
    return redirect(url_for("directory.recommendations", key=key, **asked))


def searches(key: str) -> Any:
    """The person's saved searches; POST saves the one whose parameters stand in the address."""
    directory = load_directory(key)
    event, audience = directory.event, directory.audience
    require(current_user.is_authenticated)
    form, search = SaveSearchForm(), Search.from_parameters(request.args)
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            operations.save_search(current_user, event, search, name=form.name.data.strip(), now=now())
        except operations.SameName as refused:
            give_up()
            directory = load_directory(key)
            event, audience = directory.event, directory.audience
            form.name.errors, status = [str(refused)], 409
        else:
            db.session.commit()
            flash(_("The search is saved. You get a mail when something new fits."), "success")
            return redirect(url_for("directory.searches", key=key))
    page = render_template(
        "directory/searches.html",
        event=event,
        audience=audience,
        searches=queries.saved_searches(current_user.id, event),
        search=search,
        form=form,
    )
    return page, status


def delete_search(key: str, number: int) -> Any:
    db.session.delete(load_own_search(load_event(key), number))
    db.session.commit()
    flash(_("The saved search is deleted."), "success")
    return redirect(url_for("directory.searches", key=key))
