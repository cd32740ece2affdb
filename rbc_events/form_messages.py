"""What WTForms says of wrong entries, in the words of these pages: its own are those of a programmer."""

from flask_babel import lazy_gettext as _l

CHOOSE = _l("Please choose one of those that are offered.")
# WTForms asks by its English texts, of a plural by the second one.
MESSAGES = {
    "This field is required.": _l("This field is required."),
    "Field must be at least %(min)d characters long.": _l("Please enter at least %(min)d characters."),
    "Field cannot be longer than %(max)d characters.": _l("Please enter at most %(max)d characters."),
    "Field must be between %(min)d and %(max)d characters long.": _l("Please enter %(min)d to %(max)d characters."),
    "Number must be at least %(min)s.": _l("Please enter a number of at least %(min)s."),
    "Number must be at most %(max)s.": _l("Please enter a number of at most %(max)s."),
    "Number must be between %(min)s and %(max)s.": _l("Please enter a number from %(min)s to %(max)s."),
    "Not a valid integer value.": _l("Please enter a whole number."),
    "Not a valid decimal value.": _l("Please enter a number."),
    "Not a valid date value.": _l("Please enter a date."),
    "Not a valid time value.": _l("Please enter a time."),
    "Not a valid datetime value.": _l("Please enter a date and a time."),
    "Not a valid choice.": CHOOSE,
    "Invalid Choice: could not coerce.": CHOOSE,
    "Invalid choice(s): one or more data inputs could not be coerced.": CHOOSE,
    "'%(value)s' are not valid choices for this field.": CHOOSE,
    "Invalid email address.": _l("Not a valid e-mail address."),
    "Invalid URL.": _l("Not a valid web address."),
}


class Messages:
    """As Flask-WTF asks a catalogue. What is not among `MESSAGES` stays WTForms' English."""

    def ugettext(self, text: str) -> str:
        return str(MESSAGES.get(text, text))

    def ungettext(self, _singular: str, plural: str, _number: int) -> str:
        return self.ugettext(plural)
