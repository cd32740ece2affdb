"""Each value that people see has a word in both languages; an enum whose values nobody sees says why."""

import importlib
import pkgutil
from collections.abc import Iterator
from enum import StrEnum
from types import ModuleType
from typing import Any

import pytest

import rbc_events
from rbc_events.i18n import LANGUAGES, in_language
from rbc_events.labels import label

WITHOUT_LABELS = {
    "accounts.access.Level": "follows from the role",
    "accounts.models.LinkPurpose": "each purpose has a mail and a page of its own",
    "accounts.models.Role": "chosen and shown in one sentence with the event or region that it is for",
    "calendars.bounce.Kind": "decides what is done with a mail that no person wrote",
    "calendars.reply.Reason": "for the log: whoever sent the mail gets no answer",
    "calendars.reply.Response": "becomes a CalendarAnswer",
    "directory.access.Audience": "who reads, not what is read",
    "directory.profiles.Reader": "who reads, not what is read",
    "durable.Step": "each kind of run says its state in sentences",
    "events.models.slots.RuleBy": "each side of a rule is told in words of its own",
    "events.models.events.RegionKind": "regions are called by their names",
    "sheet_import.kind.Change": "counted in one sentence",
    "sheet_import.kinds.organisation_columns.Attendance": "its words stand beside it",
    "sheet_import.models.Purpose": "each purpose has a page of its own",
    "limits.Scope": "what a limit is counted by",
    "meetings.models.calendars.PrintPurpose": "each purpose has a part of the page",
    "meetings.printing.Kind": "the event's own sheet is no list to choose from; the others' labels are its groups",
    "operating.checks.State": "templates/operating/operation.html says the state in words",
    "partial_dates.Precision": "decides how a date is written",
    "registration.models.questions.Audience": "a tick box: whether partners see the answer",
    "registration.models.organisations.UploadKind": "each kind has a heading; an answer is called by its question",
    "timetable.models.RunState": "templates/timetable/run.html says the state in sentences",
}
# A table may say nothing of these.
SILENT = {"meetings.models.calendars.CalendarAnswer.NONE"}


def modules() -> Iterator[ModuleType]:
    skipped = ("rbc_events.migrations", "rbc_events.scheduling", "rbc_events.__main__", "rbc_events.wsgi")
    for found in pkgutil.walk_packages(rbc_events.__path__, "rbc_events."):
        if not found.name.startswith(skipped):
            yield importlib.import_module(found.name)


def name_of(kind: type[StrEnum]) -> str:
    return f"{kind.__module__}.{kind.__name__}".removeprefix("rbc_events.")


def enums() -> list[type[StrEnum]]:
    kinds = {
        thing
        for module in modules()
        for thing in vars(module).values()
        if isinstance(thing, type) and issubclass(thing, StrEnum) and thing.__module__ == module.__name__
    }
    return sorted(kinds, key=name_of)


def tables() -> list[dict[Any, Any]]:
    """The tables at the top of modules that have translated words for members of enums."""
    return [
        thing
        for module in modules()
        for thing in vars(module).values()
        if isinstance(thing, dict)
        and any(isinstance(key, StrEnum) and type(word).__name__ == "LazyString" for key, word in thing.items())
    ]


def labels(kind: type[StrEnum]) -> list[dict[StrEnum, Any]]:
    """Each table's words for one enum: members of two enums may be equal as keys, but not of one type."""
    found = ({key: word for key, word in table.items() if type(key) is kind} for table in tables())
    return [table for table in found if table]


def without_a_word(kind: type[StrEnum]) -> set[str]:
    """The members that a table leaves out, or calls the same in both languages."""
    missing = set()
    for table in labels(kind):
        for member in kind:
            words = []
            for language in LANGUAGES:
                with in_language(language):
                    words.append(str(table.get(member, "")))
            if not all(words) or len(set(words)) < len(LANGUAGES):
                missing.add(f"{name_of(kind)}.{member.name}")
    return missing


@pytest.mark.slow
@pytest.mark.parametrize("kind", [kind for kind in enums() if name_of(kind) not in WITHOUT_LABELS], ids=name_of)
def test_each_value_has_a_word_in_both_languages(app: Any, kind: type[StrEnum]) -> None:
    assert labels(kind), f"{name_of(kind)} has no table of words, nor a reason for having none in WITHOUT_LABELS"
    assert without_a_word(kind) - SILENT == set()


def test_pages_call_each_value_by_its_features_word(app: Any) -> None:
    """The page asks for the word by the value alone, so no value may be missing or have two."""
    for module in modules():
        if not module.__name__.endswith(".labels"):
            continue
        for table in vars(module).values():
            for value, word in table.items() if isinstance(table, dict) else ():
                if isinstance(value, StrEnum):
                    assert label(value) == str(word), f"{module.__name__}: {value!r}"


@pytest.mark.slow
def test_what_has_no_labels_exists() -> None:
    names = {name_of(kind) for kind in enums()}
    assert names >= WITHOUT_LABELS.keys()


@pytest.mark.slow
def test_a_missing_word_is_noticed(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from rbc_events.meetings.labels import REQUEST_STATES
    from rbc_events.meetings.models import RequestState

    monkeypatch.delitem(REQUEST_STATES, RequestState.EXPIRED)
    assert without_a_word(RequestState) == {"meetings.models.requests.RequestState.EXPIRED"}
