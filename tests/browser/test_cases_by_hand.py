"""The two National Cancer Center cases, entered from an empty database by the pages alone, read as the shipped ones."""

import csv
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from rbc_events.config import ROOT
from tests.browser.conftest import PATIENCE, PROGRAM, Site, running
from tests.browser.steps import fill, press

SAMPLES = ROOT / "rbc_events" / "samples"
PASSWORD = "a long enough password"
DATES = "form[action$='/dates']"
PARTS = ("title", "summary", "background", "support", "result")
# What the public reads, with each source in words: its number says only in which order sources were entered.
READ = """() => {
  for (const cite of document.querySelectorAll('.cites a')) cite.textContent = `[${cite.title}]`;
  const sources = [...document.querySelectorAll('.sources li')].map((one) =>
    [one.innerText.replace(/^\\[\\d+\\] /, ''), one.querySelector('a')?.href ?? '']);
  document.querySelector('.sources').remove();
  const cites = [...document.querySelectorAll('.cites')];
  for (const one of cites) one.textContent = one.textContent.split(/(?<=\\])/).sort().join('');
  const data = JSON.parse(document.querySelector('script[type="application/ld+json"]').textContent);
  for (const name of ['@id', 'url', 'mainEntityOfPage', 'datePublished', 'dateModified']) delete data[name];
  delete data.publisher.url;
  data.citation = data.citation.map((one) => JSON.stringify(one)).sort();
  return {text: document.querySelector('main').innerText, sources: sources.sort(), data};
}"""


def rows(name: str) -> list[dict[str, str]]:
    with (SAMPLES / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


SOURCES = {row["number"]: row for row in rows("sources")}


@pytest.fixture(scope="module")
def empty(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """An installation with nothing in it."""
    with running(tmp_path_factory.mktemp("empty"), "run", "--no-sample") as started:
        yield started


@pytest.fixture(scope="module")
def told(empty: Site, chromium: Browser) -> Site:
    """The installation in which somebody has entered the cases on the pages."""
    context = chromium.new_context(base_url=empty.url, locale="en", viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    begin_as_headquarters(page, empty)
    begin_programme(page)
    for row in rows("support_cases"):
        outcomes = [each for each in rows("outcomes") if each["case_key"] == row["key"]]
        relationship = begin_relationship(page, outcomes[0])
        for outcome in outcomes:
            record(page, relationship, outcome)
        page.goto(relationship)
        write_case(page, row)
        for fact in (each for each in rows("support_case_claims") if each["case_key"] == row["key"]):
            add_fact(page, fact)
        page.goto(f"/cases/{row['key']}")
        press(page, "form[action$='/publish'] button")
    context.close()
    return empty


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("key", ["arjuna-ncc", "fnlcr-ncc-epoc"])
def test_a_case_entered_by_hand_reads_as_the_shipped_one(
    key: str, language: str, told: Site, site: Site, visit: Callable[..., Page]
) -> None:
    page = visit("public", language)
    by_hand, shipped = (read(page, f"{where.url}/cases/{key}", language) for where in (told, site))
    assert by_hand["text"] == shipped["text"]
    assert by_hand["sources"] == shipped["sources"]
    assert by_hand["data"] == shipped["data"]
    if key == "arjuna-ncc":
        assert ("2019年9月" if language == "ja" else "September 2019") in by_hand["text"], "both claims of the date"


def read(page: Page, address: str, language: str) -> Any:
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 200
    assert page.locator("html").get_attribute("lang") == language
    return page.evaluate(READ)


def begin_as_headquarters(page: Page, site: Site) -> None:
    command = [*PROGRAM, "staff", "office@cases.example", "--language", "en"]
    said = subprocess.run(command, env=site.environment, capture_output=True, text=True, check=True).stdout
    page.goto(said.split()[-1])
    for field in page.locator("main input[type=password]").all():
        field.fill(PASSWORD)
    press(page)
    if page.url.endswith("/sign-in"):
        fill(page, email="office@cases.example", password=PASSWORD)
        press(page, "main form button")


def begin_programme(page: Page) -> None:
    row = next(each for each in rows("programmes") if each["key"] == "support-cases")
    page.goto("/manage/")
    press(page, "a[href$='/manage/programmes/new']")
    fill(page, **{name: row[name] for name in ("name_ja", "name_en", "key", "kind", "fiscal_year")})
    press(page)


def begin_relationship(page: Page, outcome: dict[str, str]) -> str:
    page.goto("/relationships")
    press(page, "a[href$='/relationships/new']")
    fill(page, parties_ja=outcome["parties_ja"], parties_en=outcome["parties_en"], programme="support-cases")
    press(page)
    return page.url


def record(page: Page, relationship: str, outcome: dict[str, str]) -> None:
    page.goto(relationship)
    press(page, "a[href$='/outcomes/new']")
    names = ("type", "state", "subject_ja", "subject_en", "attribution", "visibility", "signed_on")
    fill(page, **{name: outcome[name] for name in (*names, "attribution_basis_ja", "attribution_basis_en")})
    press(page)
    source, other = outcome["source_number"], outcome["differing_source_number"]
    for kind, column, stated_by in (
        ("signed", "signed_on", source),
        ("published", "published_on", source),
        ("signed", "differing_signed_on", other),
    ):
        if outcome[column]:
            page.locator("summary", has_text="Add a date").click()
            fill(page, DATES, kind=kind, on=outcome[column], shown=column != "differing_signed_on")
            cite(page, stated_by, DATES)
            press(page, f"{DATES} button")


def write_case(page: Page, row: dict[str, str]) -> None:
    press(page, "a[href*='/cases/new?relationship=']")
    fill(page, key=row["key"], rests_on="sources")
    fill(page, **{f"{part}_{code}": row[f"{part}_{code}"] for part in PARTS for code in ("ja", "en")})
    press(page)
    press(page, "a[href$='/facts']")


def add_fact(page: Page, fact: dict[str, str]) -> None:
    fill(page, label_ja=fact["label_ja"], label_en=fact["label_en"], text_ja=fact["value_ja"], text_en=fact["value_en"])
    fill(page, fiscal_year=fact["fiscal_year"], preferred=fact["preferred"] == "1")
    cite(page, fact["source_number"], "main form:has([name=label_ja])")
    press(page)


def cite(page: Page, number: str, form: str) -> None:
    """Choose a source that is known, or name it: with its titles in both languages and its link."""
    source = SOURCES[number]
    choice = page.locator(f"{form} [name=source]")
    if source["text_en"] in choice.locator("option").all_inner_texts():
        choice.select_option(label=source["text_en"])
        return
    choice.select_option("0")
    titles = {"source_ja": source["text_ja"], "source_en": source["text_en"], "source_url": source["url"]}
    for name, text in titles.items():
        page.locator(f"{form} [name={name}]").fill(text)
