"""The benchmark's format: what is read, and what is refused where."""

import pytest

from rbc_events.scheduling.breaks import BreaksProblem, read_dzn

TEXT = """nBusiness = 3;
nMeetings = 2;
nTables = 1;
nTotalSlots = 4;
nMorningSlots = 2; % the rest is the afternoon
requested = [|1, 2,1,
|3, 2,3|];
meetingsxBusiness = [{1, 2}, {1, 2, 3}, {1, 3}];
nMeetingsBusiness = [1, 2, 1];
forbidden = [{0}, {0, 4}, {}];
fixed = [0, 3];
precedences = [{}, {1}];
"""


def test_a_file_becomes_a_problem_numbered_from_0() -> None:
    assert read_dzn(TEXT) == BreaksProblem(
        slots=4,
        parties=3,
        meetings=((0, 1), (2, 1)),
        capacity=(1, 1, 1, 1),
        allowed=(frozenset({0, 1}), frozenset({0, 1, 2, 3})),
        unavailable=(frozenset(), frozenset({3}), frozenset()),
        fixed=(None, 2),
        before=((0, 1),),
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("nTables = 1;", "", "line 13: nTables: no such integer"),
        ("nMeetings = 2", "nMeetings = 3", "line 6: requested: 2 rows where 3 are expected"),
        ("|3, 2,3", "|3, 3,3", "line 6: requested: row 2 isn't two participants and a session 1, 2 or 3"),
        ("|3, 2,3", "|3, 2,4", "line 6: requested: '4' isn't a number from 0 to 3"),
        ("|3, 2,3", "|3, 2", "line 6: requested: row 2 has 2 numbers where 3 are expected"),
        ("[0, 3]", "[0, 5]", "line 11: fixed: '5' isn't a number from 0 to 4"),
        ("[0, 3]", "[0]", "line 11: fixed: 1 numbers where 2 are expected"),
        ("{0, 4}", "{0, 9}", "line 10: forbidden: '9' isn't a number from 0 to 4"),
        ("{0, 4}, ", "", "line 10: forbidden: 2 sets where 3 are expected"),
        ("[1, 2, 1]", "[1, 1, 1]", "line 9: nMeetingsBusiness: doesn't fit requested"),
        ("{1, 2, 3}", "{1, 2}", "line 8: meetingsxBusiness: doesn't fit requested"),
        ("nMorningSlots = 2", "nMorningSlots = 9", "line 5: nMorningSlots: 9 of 4 slots"),
        ("[0, 3]", "[0, x]", "line 11: fixed: 'x' isn't a number from 0 to 4"),
        ("fixed = [", "fixed = (", "line 11: fixed: no such array"),
    ],
)
def test_a_file_that_means_nothing_is_refused_with_the_line(old: str, new: str, message: str) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - the message is compared below
        read_dzn(TEXT.replace(old, new))
    assert str(refused.value) == message
