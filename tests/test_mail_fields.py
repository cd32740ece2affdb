"""Fields for e-mail addresses: every form keeps an address as it is compared elsewhere."""

from importlib import import_module
from pkgutil import walk_packages

import pytest
import wtforms
from wtforms import EmailField

import rbc_events
from rbc_events.accounts.operations import canonical_email

LOOKED_UP = {"SignInForm", "AddressForm"}
"""Whatever is typed there is looked up, by its canonical form, and kept nowhere."""


def fields_of_mail() -> list[tuple[str, str, EmailField]]:
    for module in walk_packages(rbc_events.__path__, "rbc_events."):
        if "form" in module.name or module.name.endswith("routes"):
            import_module(module.name)
    found, kinds = [], [wtforms.Form]
    while kinds:
        kind = kinds.pop()
        kinds += kind.__subclasses__()
        for name, field in vars(kind).items():
            if getattr(field, "field_class", None) is EmailField and kind.__name__ not in LOOKED_UP:
                found.append((kind.__name__, name, field.bind(wtforms.Form(), name)))
    return found


@pytest.mark.usefixtures("app")
def test_every_form_keeps_an_address_in_one_form() -> None:
    found = fields_of_mail()
    assert len(found) >= 9, found
    for form, name, field in found:
        for typed in (" Ｔａｒｏ＠ｍｉｈｏｎ．example ", "TARO@Mihon.Example"):
            field.process(None, data=typed)
            assert field.data == canonical_email(typed), (form, name)
