"""JSON read strictly: no duplicate key, no NaN, nothing unknown, and every fault with its place."""

import json
from collections.abc import Callable, Mapping
from typing import Any, NoReturn, TypeVar

from rbc_events.scheduling.errors import InputError

T = TypeVar("T")
MAX_BYTES = 64 * 2**20
MAX_INTEGER = 10**9
Reader = Callable[[Any, str], Any]


class _Duplicated(dict[str, Any]):
    """An object in which a key stands twice."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        seen: set[str] = set()
        self.key = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]


class _NotANumber:
    """NaN or Infinity where it stood."""

    def __init__(self, name: str) -> None:
        self.name = name


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    return made if len(made) == len(pairs) else _Duplicated(pairs)


def _integer(digits: str) -> int:
    """The integer, or its first hundred digits, which are too many for everything: Python refuses thousands."""
    return int(digits[:100])


def load(data: bytes) -> Any:
    """JSON data; duplicates and NaN are marked where they stand, for the readers below to refuse.

    Raises InputError if it is too large, not UTF-8, or not JSON.
    """
    if len(data) > MAX_BYTES:
        raise InputError("too_large", size=len(data), limit=f"{MAX_BYTES} bytes")
    try:
        return json.loads(
            data.decode("utf-8-sig"), object_pairs_hook=_object, parse_constant=_NotANumber, parse_int=_integer
        )
    except UnicodeDecodeError:
        raise InputError("not_utf8") from None
    except RecursionError:
        raise InputError("too_deep") from None
    except ValueError as error:
        raise InputError("not_json", detail=str(error)) from None


def point(pointer: str, step: str | int) -> str:
    """A JSON pointer one step further."""
    return f"{pointer}/{str(step).replace('~', '~0').replace('/', '~1')}"


def wrong(value: Any, expected: str, pointer: str) -> NoReturn:
    """Refuse a value of a wrong type."""
    if isinstance(value, _NotANumber):
        raise InputError("not_a_number", pointer, found=value.name)
    names = {dict: "an object", _Duplicated: "an object", list: "a list", str: "a string", bool: "true or false"}
    found = names.get(type(value)) or ("null" if value is None else str(value)[:40])
    raise InputError("wrong_type", pointer, expected=expected, found=found)


def fields(value: Any, pointer: str, readers: Mapping[str, Reader], required: frozenset[str]) -> dict[str, Any]:
    """An object's fields, each read by its reader."""
    if not isinstance(value, dict):
        wrong(value, "an object", pointer)
    if isinstance(value, _Duplicated):
        raise InputError("duplicate_key", point(pointer, value.key), key=value.key)
    for name in value:
        if name not in readers:
            raise InputError("unknown_field", point(pointer, name), field=name)
    for name in required:
        if name not in value:
            raise InputError("missing_field", pointer, field=name)
    return {name: readers[name](content, point(pointer, name)) for name, content in value.items()}


def made(kind: Callable[..., T], readers: Mapping[str, Reader], *required: str) -> Callable[[Any, str], T]:
    """A reader of an object whose fields make a thing of this kind."""
    needed = frozenset(required)
    return lambda value, pointer: kind(**fields(value, pointer, readers, needed))


def listed(read: Callable[[Any, str], T], limit: int) -> Callable[[Any, str], tuple[T, ...]]:
    """A reader of a list of at most `limit` things."""

    def reader(value: Any, pointer: str) -> tuple[T, ...]:
        if not isinstance(value, list):
            wrong(value, "a list", pointer)
        if len(value) > limit:
            raise InputError("too_large", pointer, size=len(value), limit=limit)
        return tuple(read(item, f"{pointer}/{position}") for position, item in enumerate(value))

    return reader


def optional(read: Callable[[Any, str], T]) -> Callable[[Any, str], T | None]:
    """A reader that takes null for None."""
    return lambda value, pointer: None if value is None else read(value, pointer)


def text(value: Any, pointer: str) -> str:
    """A string of at most 1,000 characters, half of a pair of surrogates none of them."""
    if not isinstance(value, str):
        wrong(value, "a string", pointer)
    if len(value) > 1000:
        raise InputError("too_large", pointer, size=len(value), limit=1000)
    if not value.isascii() and any("\ud800" <= c <= "\udfff" for c in value):
        raise InputError("not_utf8", pointer)
    return value


def number(value: Any, pointer: str) -> float:
    """A finite number."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        wrong(value, "a number", pointer)
    if not -1e15 < value < 1e15:
        raise InputError("not_a_number", pointer, found=str(value)[:40])
    return float(value)


def flag(value: Any, pointer: str) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        wrong(value, "true or false", pointer)
    return value


def whole(least: int, most: int = MAX_INTEGER) -> Callable[[Any, str], int]:
    """A reader of an integer from least to most."""

    def reader(value: Any, pointer: str) -> int:
        if type(value) is not int:
            wrong(value, "an integer", pointer)
        if not least <= value <= most:
            found = value if abs(value) < 10**18 else "a number of many digits"
            raise InputError("out_of_range", pointer, least=least, most=most, found=found)
        return int(value)

    return reader


def one_of(choices: tuple[str, ...]) -> Callable[[Any, str], str]:
    """A reader of one of several words."""

    def reader(value: Any, pointer: str) -> str:
        if text(value, pointer) not in choices:
            raise InputError("not_one_of", pointer, choices=", ".join(c or '""' for c in choices), found=str(value))
        return str(value)

    return reader
