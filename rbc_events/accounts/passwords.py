"""Passwords that people mustn't take: those that somebody who tries the common ones finds soon."""

import re
from collections.abc import Iterable

AT_LEAST = 2
"""Of zxcvbn's scores from 0 to 4: a million guesses or more (Wheeler, "zxcvbn: Low-Budget Password Strength
Estimation", USENIX Security 2016). Attempts are limited, so that is enough."""
READ = 72  # characters that zxcvbn looks at; its time grows with the square of that


def is_easily_guessed(password: str, known: Iterable[str]) -> bool:
    """Whether it is among those leaked or common, or made from such words, keys or dates. `known`: what others know of
    this person, such as address and name."""
    from zxcvbn import zxcvbn  # 0.1 s for its lists of words, which only who sets a password waits for

    parts = [part for text in known for part in (text, *text.split("@"), *re.split("[@. ]", text))]
    return bool(zxcvbn(password[:READ], user_inputs=[part for part in parts if part])["score"] < AT_LEAST)
