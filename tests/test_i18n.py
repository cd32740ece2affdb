import pytest

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
