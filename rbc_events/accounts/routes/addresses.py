"""Moving to another mail address, in three steps: asking, and a button behind a link in each of the two mailboxes."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from rbc_events import limits
from rbc_events.accounts import addresses, mails, operations
from rbc_events.accounts.access import require_sign_in
from rbc_events.accounts.forms import ChangeAddressForm
from rbc_events.accounts.models import LinkPurpose
from rbc_events.clock import now
from rbc_events.database import db


def change_address() -> Any:
    user = require_sign_in()._get_current_object()
    form = ChangeAddressForm(user)
    status, headers = 422 if form.is_submitted() else 200, {}
    if form.validate_on_submit():
        try:
            limits.refuse_exhausted("sign_in", user.email)
            limits.count("password_mail", form.email.data)
            if form.current is None or operations.check_password(user.email, form.current.data):
                mails.ask_both_addresses(user, form.email.data, now=now())
                db.session.commit()
                flash(_("A mail with a link is on its way to each of the two addresses."), "success")
                return redirect(url_for("accounts.settings"))
            limits.count("sign_in", user.email)
            form.current.errors = [_("This is not your password.")]
        except limits.TooMany as refused:
            form.form_errors, status, headers = [str(refused)], refused.status, refused.headers
    return render_template("accounts/change_address.html", form=form), status, headers


def stay() -> Any:
    """Give up a change that waits."""
    addresses.drop_change(require_sign_in(), now=now())
    db.session.commit()
    flash(_("Your address stays as it is."), "success")
    return redirect(url_for("accounts.settings"))


def confirm(token: str) -> Any:
    link = operations.find_link(token, LinkPurpose.CHANGE_EMAIL, now=now())
    change, _side = addresses.side_of(link)
    if request.method == "GET":
        return render_template("accounts/confirm_address.html", change=change, old=link.user.email)
    link = operations.use_link(token, LinkPurpose.CHANGE_EMAIL, now=now())
    old = link.user.email
    done = addresses.confirm_side(link, now=now())
    if done:
        mails.tell_of_change(link.user, _l("Your address is now %(email)s.", email=link.user.email), now=now(), to=old)
    db.session.commit()
    words = _("You sign in with %(email)s from now on.", email=link.user.email)
    waits = _("Thank you. As soon as the other address has been confirmed, too, the change is made.")
    flash(words if done else waits, "success")
    return redirect(url_for("home.index"))
