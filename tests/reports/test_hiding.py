import pytest

from rbc_events.reports.hiding import LEAST, hidden_groups


@pytest.mark.parametrize(
    ("sizes", "hidden"),
    [
        ({"a": 5, "b": 9}, set()),
        ({"a": 0, "b": 9}, set()),
        ({"a": 4, "b": 9, "c": 7}, {"a", "c"}),
        ({"a": 1, "b": 3, "c": 9, "d": 7}, {"a", "b", "d"}),
        ({"a": 3, "b": 4, "c": 9}, {"a", "b"}),
        ({"a": 3, "b": 0}, {"a"}),
    ],
)
def test_small_groups_are_hidden_and_can_not_be_worked_out(sizes: dict[str, int], hidden: set[str]) -> None:
    assert hidden_groups(sizes) == hidden
    left = sum(sizes[group] for group in hidden)
    assert left == 0 or left >= LEAST or hidden == {group for group in sizes if sizes[group]}
