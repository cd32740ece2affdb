import pytest

from rbc_events.registration.corporate_number import is_corporate_number, tidy_corporate_number


@pytest.mark.parametrize("number", ["2010405003693", "4011001098993"])
def test_published_numbers_are_valid(number):
    assert is_corporate_number(number)


def test_one_wrong_digit_anywhere_is_found():
    right = "2010405003693"
    for position in range(13):
        for digit in "0123456789":
            wrong = right[:position] + digit + right[position + 1 :]
            # 0 and 9 weigh the same modulo 9: the check digit can't tell them apart.
            same = {digit, right[position]} == {"0", "9"} and position > 0
            assert is_corporate_number(wrong) == (wrong == right or same), wrong


@pytest.mark.parametrize(
    "number", ["", "201040500369", "20104050036930", "２０１０４０５００３６９３", "201040500369x"]
)
def test_anything_else_is_not_a_number(number):
    assert not is_corporate_number(number)


def test_full_width_digits_and_hyphens_are_tidied():
    assert tidy_corporate_number("２０１０-4050 03693") == "2010405003693"
