import pytest
from flask import Flask, render_template_string
from flask_babel import lazy_gettext
from wtforms import Form, StringField

from rbc_events.i18n import country_name, in_language


@pytest.mark.parametrize(
    ("code", "japanese", "english"),
    [("HK", "香港", "Hong Kong"), ("MO", "マカオ", "Macao"), ("TW", "台湾", "Taiwan"), ("FR", "フランス", "France")],
)
def test_countries_are_called_by_their_short_names(app, code, japanese, english) -> None:
    with app.test_request_context():
        with in_language("ja"):
            assert country_name(code) == japanese
        with in_language("en"):
            assert country_name(code) == english


def test_what_somebody_typed_is_text_in_a_translation_that_is_made_late(app: Flask) -> None:
    typed = "<img src=x onerror=run()>"
    late = lazy_gettext("Answer to “%(question)s”", question=typed)
    with app.test_request_context():
        shown = render_template_string("{{ late }} {{ late|e }} {{ late ~ '' }}", late=late)
        labelled = str(StringField(late).bind(Form(), "answer").label)
    assert "<img" not in shown + labelled
    assert "&lt;img" in shown
    assert "&lt;img" in labelled
