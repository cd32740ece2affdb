import pytest

from rbc_events.colours import BLACK, DARK_PAPER, WHITE, contrast, in_the_dark, is_colour, is_readable, mixed


@pytest.mark.parametrize(
    ("first", "second", "ratio"),  # as the W3C's own formula gives them
    [(BLACK, WHITE, 21.0), (WHITE, WHITE, 1.0), ("#777777", WHITE, 4.48), ("#767676", WHITE, 4.54)],
)
def test_contrast_is_that_of_the_guidelines(first: str, second: str, ratio: float) -> None:
    assert contrast(first, second) == contrast(second, first) == ratio


def test_what_is_too_light_is_not_readable() -> None:
    assert all(map(is_readable, ("#0b5a7a", "#c8102e")))
    assert not any(map(is_readable, ("#ffcc00", "#888888")))


@pytest.mark.parametrize("colour", ["#000000", "#0b5a7a", "#c8102e", "#000080", "#123456"])
def test_any_colour_is_made_readable_in_the_dark(colour: str) -> None:
    assert contrast(in_the_dark(colour), DARK_PAPER) >= 4.5


@pytest.mark.parametrize("text", ["", "red", "#fff", "#GGGGGG", "#0b5a7a;}", "#0b5a7a\n", "url(x)", "#0B5A7A"])
def test_nothing_but_six_small_hexadecimal_digits_is_a_colour(text: str) -> None:
    assert not is_colour(text)


def test_colours_mix_by_shares() -> None:
    assert (mixed(BLACK, WHITE, 0), mixed(BLACK, WHITE, 0.5), mixed(BLACK, WHITE, 1)) == (BLACK, "#808080", WHITE)
