"""Headquarters' pages for sectors and regions: what events and organisations choose from."""

import re
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from wtforms import SelectChoice, SelectField, StringField
from wtforms.validators import InputRequired, Length, Regexp

from rbc_events.accounts.access import require_headquarters
from rbc_events.cells import region_check_digit
from rbc_events.database import db
from rbc_events.editing import EditForm, hold
from rbc_events.events import operations, queries
from rbc_events.events.forms import KEY, NAME
from rbc_events.events.models import Region, RegionKind, Sector
from rbc_events.events.routes.managing import KEY_TAKEN
from rbc_events.i18n import plain

BOTH = [InputRequired(), Length(max=200)]


class SectorForm(EditForm):
    name_ja = StringField(_l("Name (Japanese)"), BOTH)
    name_en = StringField(_l("Name (English)"), BOTH)


class NewSectorForm(SectorForm):
    key = StringField(_l("Short name in addresses"), KEY)


class RegionForm(EditForm):
    name_ja = StringField(_l("Name (Japanese)"), BOTH)
    name_en = StringField(_l("Name (English)"), BOTH)
    name_kana = StringField(_l("Name (kana)"), NAME)
    parent_code = SelectField(_l("Prefecture"))

    def offer(self, regions: list[Region]) -> "RegionForm":
        prefectures = [region for region in regions if region.kind == RegionKind.PREFECTURE]
        none = SelectChoice("", _("It is a prefecture itself"))
        self.parent_code.choices = [none, *(SelectChoice(each.code, plain(each.name)) for each in prefectures)]
        return self


class NewRegionForm(RegionForm):
    code = StringField(
        _l("Code"),
        [InputRequired(), Regexp(re.compile(r"^\d{6}$"), message=_l("Six digits, with the check digit."))],
        description=_l("Code of local governments with its check digit, such as 041009 for Sendai."),
    )

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        code = self.code.data or ""
        if valid and region_check_digit(code[:5]) != code[5]:
            self.code.errors = [_l("The check digit is wrong: please look at the code again.")]
            return False
        return valid


def sectors() -> Any:
    require_headquarters()
    form = NewSectorForm()
    if form.validate_on_submit() and form.carry_out(
        lambda: operations.add_sector(key=form.key.data, **_names(form)), KEY_TAKEN
    ):
        flash(_("Added."), "success")
        return redirect(url_for("events.sectors"))
    return render_template(
        "events/vocabulary.html",
        form=form,
        title=_("Sectors"),
        entries=[(url_for("events.sector", key=each.key), each.name, each.key) for each in queries.sectors()],
        fields=("key", "name_ja", "name_en"),
    ), form.status


def sector(key: str) -> Any:
    require_headquarters()
    changed = db.session.scalar(select(Sector).filter_by(key=key)) or abort(404)
    hold(changed)
    form = SectorForm(obj=changed)
    if form.validate_on_submit() and form.carry_out(lambda: operations.rename(changed, **_names(form)), {}):
        flash(_("Saved."), "success")
        return redirect(url_for("events.sectors"))
    return render_template(
        "events/named.html",
        form=form,
        title=plain(changed.name),
        back="events.sectors",
        removing=url_for("events.remove_sector", key=key),
    ), form.status


def regions() -> Any:
    require_headquarters()
    known = queries.regions()
    form = NewRegionForm().offer(known)
    if form.validate_on_submit() and form.carry_out(
        lambda: operations.add_region(
            code=form.code.data,
            parent_code=form.parent_code.data or None,
            name_kana=form.name_kana.data,
            **_names(form),
        ),
        {operations.KeyTaken: "code"},
    ):
        flash(_("Added."), "success")
        return redirect(url_for("events.regions"))
    return render_template(
        "events/vocabulary.html",
        form=form,
        title=_("Regions"),
        entries=[(url_for("events.region", code=each.code), each.name, each.code) for each in known],
        fields=("code", "parent_code", "name_kana", "name_ja", "name_en"),
    ), form.status


def region(code: str) -> Any:
    require_headquarters()
    changed = db.session.get(Region, code) or abort(404)
    hold(changed)
    form = RegionForm(obj=changed).offer([each for each in queries.regions() if each.code != code])
    if form.validate_on_submit() and form.carry_out(
        lambda: operations.rename(
            changed, name_kana=form.name_kana.data or "", parent_code=form.parent_code.data or None, **_names(form)
        ),
        {},
    ):
        flash(_("Saved."), "success")
        return redirect(url_for("events.regions"))
    return render_template(
        "events/named.html",
        form=form,
        title=plain(changed.name),
        back="events.regions",
        removing=url_for("events.remove_region", code=code),
    ), form.status


def _names(form: Any) -> dict[str, str]:
    return {"name_ja": form.name_ja.data, "name_en": form.name_en.data}
