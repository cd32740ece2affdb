"""Whatever somebody typed is shown as text: no script in it runs, not even where browsers are told to allow scripts."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, Error, Page

from rbc_events.privacy.erasing import text_columns
from rbc_events.samples import SAMPLE_PASSWORD
from tests.browser.conftest import Site, running, sign_in
from tests.browser.test_every_page import endpoint_of, local_path

PLANTED = '"\'><img src=x onerror="window.ran=1"><svg onload=window.ran=1><script>window.ran=1</script>{{7*7}}'
# Without a policy more could run: the tests of every day leave the other half out.
POLICIES = (False, True) if os.environ.get("RBC_POLICIES") == "both" else (False,)
TYPED = (  # what the names of such columns hold
    *("_ja", "_en", "name", "title", "note", "text", "words", "minutes", "reason", "subject", "given_", "family_"),
    *("summary", "comment", "message", "answer", "next_step", "booth", "wording", "instructions", "department"),
)


def typed_columns() -> list[Any]:
    columns = [column for column in text_columns() if any(word in column.name for word in TYPED)]
    return [column for column in columns if not column.unique and not isinstance(column.type, sa.JSON)]


@pytest.fixture(scope="module")
def planted(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, int]]:
    """An installation with the sample programme, in which every text holds the script."""
    instance = tmp_path_factory.mktemp("planted")
    with running(instance, "run") as site:
        yield site, plant(instance)


def plant(instance: Path) -> int:
    """Put the script behind every text that anybody has typed; tells into how many columns."""
    engine = sa.create_engine(f"sqlite:///{instance / 'rbc_events.db'}", connect_args={"timeout": 60})
    filled = 0
    for column in typed_columns():
        with engine.begin() as connection:
            changed = sa.update(column.table).where(column != "").values({column.name: column + PLANTED})
            try:
                filled += bool(connection.execute(changed).rowcount)
            except sa.exc.IntegrityError:  # a text whose values the database itself knows
                continue
    engine.dispose()
    return filled


@pytest.fixture
def open_as(planted: tuple[Site, int], chromium: Browser) -> Iterator[Callable[..., Page]]:
    contexts = []

    def open_page(role: str, *, policy: bool) -> Page:
        context = chromium.new_context(base_url=planted[0].url, bypass_csp=not policy)
        contexts.append(context)
        page = context.new_page()
        if role != "public":
            sign_in(page, f"{role}@sample.example", SAMPLE_PASSWORD, "en")
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: "with the policy" if policy else "without a policy")
@pytest.mark.parametrize("role", ["public", "headquarters", "delegate"])
def test_no_text_of_any_field_runs(
    role: str, policy: bool, open_as: Callable[..., Page], app: Flask, planted: tuple[Site, int], figure: Any
) -> None:
    page, waiting, seen = open_as(role, policy=policy), ["/"], set[str]()
    ran, shown, known = [], 0, {"/"}
    while waiting:
        path = waiting.pop(0)
        endpoint = endpoint_of(app, path)
        if endpoint in seen:
            continue
        seen.add(endpoint)
        try:
            page.goto(path)
        except Error:  # a file, which no browser shows
            continue
        ran += [path] if page.evaluate("window.ran === 1") else []
        shown += "onerror" in page.inner_text("body")
        links = page.eval_on_selector_all("a[href]", "links => links.map((link) => link.href)")
        new = [address for address in map(local_path, links) if address and address not in known]
        known.update(new)
        waiting.extend(new)
    assert ran == []
    assert shown > len(seen) // 3, "the planted words are read on the pages"
    figure(f"0 of {planted[1]} columns as {role} on {len(seen)} pages, CSP {'on' if policy else 'off'}")


def test_what_is_planted_would_run(open_as: Callable[..., Page]) -> None:
    """The control: put into a page as it is, it runs where there is no policy, and doesn't where there is."""
    ran = {}
    for policy in (False, True):
        page = open_as("public", policy=policy)
        page.route("**/planted", lambda route, on=policy: route.fulfill(
            body=f"<!doctype html><title>Planted</title><p>{PLANTED}</p>",
            headers={"Content-Type": "text/html"} | ({"Content-Security-Policy": "default-src 'self'"} if on else {}),
        ))  # fmt: skip
        page.goto("/planted")
        ran[policy] = page.evaluate("window.ran === 1")
    assert ran == {False: True, True: False}
