"""Staff's page on who holds what in their calendar."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from rbc_events.clock import now
from rbc_events.database import db
from rbc_events.events.access import load_managed_event
from rbc_events.meetings import ledger, proposals
from rbc_events.meetings import resend as catching_up
from rbc_events.meetings.access import load_entry
from rbc_events.meetings.answers import settle
from rbc_events.outbox.failing import failing_among
from rbc_events.web import page_number

GROUP_LABELS = {
    "stale": _l("Not up to date"),
    "declined": _l("Declined or asking for another time"),
    "accepted": _l("Accepted"),
    "silent": _l("No answer yet"),
    "unreached": _l("Never got it"),
    "all": _l("All"),
}


def index(key: str) -> str:
    event = load_managed_event(key)
    counts = ledger.counts(event)
    group = request.args.get("show", "stale" if counts["stale"] else "all")
    if group not in ledger.GROUPS:
        abort(404)
    part = ledger.holdings(event, group, page=page_number())
    return render_template(
        "meetings/ledger.html",
        event=event,
        part=part,
        group=group,
        counts=counts,
        groups=GROUP_LABELS,
        failing=failing_among(holding.entry.recipient for holding in part.rows),
        concerned=catching_up.concerned(event, now=now()),
    )


def decline_proposal(key: str, number: int) -> Any:
    """Tell who asked for another time that the meeting stays as it is."""
    proposals.decline_proposal(load_entry(key, number), now=now())
    db.session.commit()
    flash(_("They are told that the meeting stays as it is."), "success")
    return redirect(url_for("meetings.ledger", key=key, show="declined"))


def settle_answer(key: str, number: int) -> Any:
    """Note that a decline or a proposal has been dealt with."""
    settle(load_entry(key, number), now=now())
    db.session.commit()
    return redirect(url_for("meetings.ledger", key=key, show="declined"))


def catch_up(key: str) -> Any:
    """Tell those who hold something else than what is published."""
    event = load_managed_event(key)
    written = catching_up.catch_up(event, now=now())
    db.session.commit()
    flash(ngettext("%(num)s mail has been written.", "%(num)s mails have been written.", written), "success")
    return redirect(url_for("meetings.ledger", key=key))
