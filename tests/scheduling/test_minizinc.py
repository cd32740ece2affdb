"""The benchmark's format: what is read, and what is refused where."""

import pytest

from rbc_events.scheduling import InputError, Request
from rbc_events.scheduling.formats.minizinc import read_dzn

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


def test_a_file_becomes_a_problem():
    problem = read_dzn(TEXT.encode())

    assert [slot.session for slot in problem.slots] == ["morning", "morning", "afternoon", "afternoon"]
    assert problem.requests == (
        Request("m1", ("p1", "p2"), must_have=True, session="morning"),
        Request("m2", ("p3", "p2"), must_have=True, slot="s3", after=("m1",)),
    )
    assert [party.available for party in problem.parties] == [
        {"s1", "s2", "s3", "s4"},
        {"s1", "s2", "s3"},
        {"s1", "s2", "s3", "s4"},
    ]
    assert [place.number for place in problem.places] == [1]
    assert problem.levels == ("must_haves", "breaks")
    assert problem.fairness == 2


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("nTables = 1;", "", "line 13: nTables: no such integer"),
        ("nMeetings = 2", "nMeetings = 10000000", "line 2: nMeetings: 10000000 is not a number from 0 to 500000"),
        ("nMeetings = 2", "nMeetings = 3", "line 6: requested: 6 numbers where 9 are expected"),
        ("|3, 2,3", "|3, 3,3", "line 6: requested[2]: party 3 is in the meeting twice"),
        ("|3, 2,3", "|3, 2,4", "line 6: requested[2]: 4 is not a number from 1 to 3"),
        ("|3, 2,3", "|9, 2,3", "line 6: requested[2]: 9 is not a number from 1 to 3"),
        ("|3, 2,3", "|3, 2", "line 6: requested: 5 numbers where 6 are expected"),
        ("[0, 3]", "[0, 5]", "line 11: fixed: 5 is not a number from 0 to 4"),
        ("[0, 3]", "[0]", "line 11: fixed: 1 numbers where 2 are expected"),
        ("[0, 3]", "[0, x]", "line 11: fixed: x is not a number from 0 to 4"),
        ("{0, 4}", "{0, 9}", "line 10: forbidden[2]: 9 is not a number from 0 to 4"),
        ("{0, 4}, ", "", "line 10: forbidden: 2 sets where 3 are expected"),
        ("[{}, {1}]", "[{}]", "line 12: precedences: 1 sets where 2 are expected"),
        ("[1, 2, 1]", "[1, 1, 1]", "line 9: nMeetingsBusiness: doesn't fit requested"),
        ("{1, 2, 3}", "{1, 2}", "line 8: meetingsxBusiness: doesn't fit requested"),
        ("nMorningSlots = 2", "nMorningSlots = 9", "line 5: nMorningSlots: 9 is not a number from 0 to 4"),
        ("fixed = [", "fixed = (", "line 11: fixed: no such array"),
    ],
)
def test_a_file_that_means_nothing_is_refused_with_the_line(old, new, message):
    with pytest.raises(InputError) as refused:
        read_dzn(TEXT.replace(old, new).encode())

    assert str(refused.value) == message
