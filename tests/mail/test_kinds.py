import pytest

from rbc_events.i18n import LANGUAGES
from rbc_events.mail.kinds import FIELD_LABELS, KINDS, default_wording, fill, missing_fields, unknown_fields
from tests.calendars.hostile import strings


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.key)
def test_every_kind_has_a_wording_in_both_languages_that_names_only_its_fields(kind, language: str) -> None:
    wording = default_wording(kind.key, language)
    assert wording.subject
    assert "\n" not in wording.subject
    assert unknown_fields(wording.subject + wording.body, kind) == []
    assert missing_fields(wording.body, kind) == []
    assert set(kind.fields) <= set(FIELD_LABELS)


def test_a_field_is_replaced_by_its_value_and_nothing_else_happens() -> None:
    text = "{{name}} {{ name }} {name} {{name.__class__}} {0} %(name)s ${name} {% x %}"
    assert fill(text, {"name": "Taro"}) == "Taro Taro {name} {{name.__class__}} {0} %(name)s ${name} {% x %}"


def test_a_value_is_never_looked_at_again() -> None:
    for text in [*strings(), "{{link}}", "{{message}}"]:
        assert fill("[{{message}}]", {"message": text, "link": "secret"}) == f"[{text}]"


def test_a_paragraph_whose_fields_are_empty_goes_and_others_stay() -> None:
    assert fill("A\n\n{{message}}\n\nB {{message}}\n\nC", {}) == "A\n\nB \n\nC"


def test_fields_that_a_kind_does_not_have_are_found_as_they_were_typed() -> None:
    assert unknown_fields("{{name}} {{ password }} {{}} {{change}}", KINDS["approved"]) == [
        "{{ password }}",
        "{{change}}",
        "{{}}",
    ]
