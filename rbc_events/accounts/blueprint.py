"""The addresses of `accounts`, and what its templates and others' get of it."""

from flask import Blueprint
from flask_login import current_user

from rbc_events import audit
from rbc_events.accounts import access
from rbc_events.accounts.models import Grant
from rbc_events.accounts.routes import addresses, passkeys, second_step, settings, signing_in, typed_forms
from rbc_events.web import FORM, POST

blueprint = Blueprint("accounts", __name__)
add = blueprint.add_url_rule

add("/sign-in", "sign_in", signing_in.sign_in, methods=FORM)
add("/sign-in/link", "mailed_link", signing_in.mailed_link, methods=FORM)
add("/sign-in/link/<token>", "sign_in_by_link", signing_in.sign_in_by_link, methods=FORM)
add("/sign-in/passkey/options", "passkey_options", passkeys.sign_in_options, methods=POST)
add("/sign-in/passkey", "sign_in_by_passkey", passkeys.sign_in, methods=POST)
add("/sign-in/code", "second_step", second_step.second_step, methods=FORM)
add("/sign-out", "sign_out", signing_in.sign_out, methods=POST)
add("/forgotten", "forgotten", signing_in.forgotten, methods=FORM)
add("/password/<token>", "set_password", signing_in.set_password, methods=FORM)
add("/settings", "settings", settings.settings, methods=FORM)
add("/settings/password", "change_password", settings.change_password, methods=FORM)
add("/settings/sign-ins", "sign_out_elsewhere", settings.sign_out_elsewhere, methods=POST)
add("/settings/sign-ins/<int:number>/end", "end_sign_in", settings.end_sign_in, methods=POST)
add("/settings/second-factor", "second_factor", second_step.set_up, methods=FORM)
add("/settings/second-factor/remove", "remove_second_factor", second_step.remove, methods=FORM)
add("/settings/address", "change_address", addresses.change_address, methods=FORM)
add("/settings/address/stay", "keep_address", addresses.stay, methods=POST)
add("/address/<token>", "confirm_change", addresses.confirm, methods=FORM)
add("/settings/passkeys/options", "new_passkey_options", passkeys.add_options, methods=POST)
add("/settings/passkeys", "add_passkey", passkeys.add, methods=POST)
add("/settings/passkeys/<int:number>/remove", "remove_passkey", passkeys.remove, methods=POST)
add("/language/<language>", "choose_language", settings.choose_language, methods=POST)
add("/time-zone", "choose_time_zone", settings.choose_time_zone, methods=POST)

blueprint.app_context_processor(
    lambda: {"staff": access.is_staff(current_user), "headquarters": access.is_headquarters(current_user)}
)
audit.name("accounts.sign_out", audit.Kind.SIGNED_OUT)
audit.leave_out("accounts.choose_language", "accounts.choose_time_zone")
audit.watch(
    Grant,
    added=audit.Kind.ROLE_GIVEN,
    removed=audit.Kind.ROLE_TAKEN,
    about=lambda grant: {
        "role": grant.role.value,
        "account": grant.user_id,
        "region": grant.region_code,
        "event": grant.event_id,
    },
)

blueprint.add_app_template_global(access.may_send)
blueprint.before_app_request(second_step.insist)
blueprint.before_app_request(typed_forms.bring_back)
blueprint.app_errorhandler(401)(signing_in._ask_to_sign_in)
