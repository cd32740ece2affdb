from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, EmailField, Field, PasswordField, SelectChoice, SelectField, StringField
from wtforms.validators import EqualTo, InputRequired, Length, ValidationError

from rbc_events.accounts.passwords import is_easily_guessed
from rbc_events.editing import SentForm
from rbc_events.form_fields import NamesInThreeWritings, ZoneField, email_field
from rbc_events.i18n import language


class SignInForm(SentForm):
    email = EmailField(_l("E-mail address"), [InputRequired(), Length(max=254)], render_kw={"autocomplete": "username"})
    password = PasswordField(
        _l("Password"), [InputRequired(), Length(max=200)], render_kw={"autocomplete": "current-password"}
    )
    remember = BooleanField(_l("Stay signed in on this device"))


class CodeForm(SentForm):
    code = StringField(
        _l("Authentication code"),
        [InputRequired(), Length(max=40)],
        render_kw={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"},
    )


class AddressForm(SentForm):
    """Of an account, to which a link is to be mailed."""

    email = EmailField(_l("E-mail address"), [InputRequired(), Length(max=254)], render_kw={"autocomplete": "username"})


def _current_password() -> PasswordField:
    return PasswordField(
        _l("Your password"), [InputRequired(), Length(max=200)], render_kw={"autocomplete": "current-password"}
    )


class ChangeAddressForm(SentForm):
    """Who has a password is asked for it: the screen may stand open."""

    current = _current_password()
    email = email_field(_l("New e-mail address"), InputRequired(), render_kw={"autocomplete": "email"})

    def __init__(self, user: Any) -> None:
        super().__init__()
        self.own = user.email
        if not user.password_hash:
            del self.current

    def validate_email(self, field: Field) -> None:
        if field.data == self.own:
            raise ValidationError(str(_l("This is your address already.")))


class PasswordForm(SentForm):
    password = PasswordField(
        _l("New password"),
        [InputRequired(), Length(min=10, max=200)],
        description=_l("At least 10 characters."),
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _l("The same once more"),
        [InputRequired(), EqualTo("password", message=_l("The two passwords differ."))],
        render_kw={"autocomplete": "new-password"},
    )

    def __init__(self, user: Any) -> None:
        super().__init__()
        self.known = [user.email, user.name_in("en"), user.name_in("ja")]

    def validate_password(self, field: Field) -> None:
        if is_easily_guessed(field.data, self.known):
            raise ValidationError(
                str(_l("This is easily guessed: it is common, or made of your name. Three or four words do better."))
            )


class ChangePasswordForm(PasswordForm):
    """The first password, or another one by the one that there is."""

    current = _current_password()

    def __init__(self, user: Any) -> None:
        super().__init__(user)
        if not user.password_hash:
            del self.current


class SettingsForm(NamesInThreeWritings, SentForm):
    """Who doesn't read Japanese here, and has no name in kanji or kana, finds these fields folded away at the end."""

    language = SelectField(_l("Language"), choices=[SelectChoice("ja", "日本語"), SelectChoice("en", "English")])
    time_zone = ZoneField(_l("Time zone"))

    @property
    def japanese_names(self) -> list[Field]:
        return [self.family_kanji, self.given_kanji, self.family_kana, self.given_kana]

    @property
    def latin_names(self) -> list[Field]:
        return [self.family_latin, self.given_latin]

    @property
    def writes_japanese(self) -> bool:
        return language() == "ja" or any(field.data or field.errors for field in self.japanese_names)
