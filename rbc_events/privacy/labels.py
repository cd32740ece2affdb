"""What the parts of a person's data are called."""

from flask_babel import lazy_gettext as _l

TABLES = {
    "account": _l("Account"),
    "delegate_at": _l("Delegate of"),
    "interpreter_at": _l("Interpreter at"),
    "researcher_of": _l("Named as a researcher of"),
    "acts_for": _l("Acts for"),
    "roles": _l("Roles"),
    "sign_ins": _l("Sign-ins"),
    "passkeys": _l("Passkeys"),
    "address_changes": _l("Change of the address"),
    "mailed_links": _l("Mailed links"),
    "bookmarks": _l("Bookmarks"),
    "saved_searches": _l("Saved searches"),
    "reviews": _l("Reviews of registrations"),
    "calendar_addresses": _l("Calendar addresses"),
    "calendar_entries": _l("Meetings in the calendar"),
    "mails": _l("Mails to you"),
    "unsubscribed_from": _l("Unsubscribed from"),
}
