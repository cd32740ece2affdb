"""Writing support cases and publishing them."""

from datetime import timedelta
from typing import Any

import pytest

from rbc_events.cases import operations
from rbc_events.outcomes.models import Visibility
from tests.factories import NOW, make_case, make_event, make_outcome

TODAY = NOW.date()


def test_a_case_is_published_only_with_outcomes_that_are_public(app: Any) -> None:
    outcome = make_outcome(make_event())
    case = make_case(outcome)
    with pytest.raises(operations.NotReady):
        operations.publish_case(case, now=NOW, today=TODAY)
    outcome.visibility = Visibility.PUBLIC
    outcome.embargo_until = TODAY + timedelta(days=1)
    with pytest.raises(operations.NotReady):
        operations.publish_case(case, now=NOW, today=TODAY)
    outcome.embargo_until = None
    operations.publish_case(case, now=NOW, today=TODAY)
    assert case.published_at == NOW


def test_a_case_needs_both_languages(app: Any) -> None:
    case = make_case(make_outcome(make_event(), visibility=Visibility.PUBLIC), result_ja="")
    with pytest.raises(operations.NotReady):
        operations.publish_case(case, now=NOW, today=TODAY)
    assert operations.missing(case, today=TODAY) == operations.Missing(["result_ja"], [], [])


def test_what_a_case_tells_it_tells_in_both_languages(app: Any) -> None:
    outcome = make_outcome(make_event(), visibility=Visibility.PUBLIC, attribution_basis_ja="商談会での面談")
    case = make_case(outcome, background_en="They had looked for a partner.")
    found = operations.missing(case, today=TODAY)
    assert (found.texts, found.grounds) == (["background_ja"], [outcome])
    case.background_ja, outcome.attribution_basis_en = "提携先を探していた。", "A meeting at the conference"
    assert not operations.missing(case, today=TODAY)
