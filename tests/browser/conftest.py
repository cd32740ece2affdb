"""What browser tests start from: the program as `rbc-events run` starts it, with the sample programme, and a Chromium.

Where Chromium or axe-core is missing the tests are skipped, and fail when CI=true.
"""

import email
import email.policy
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import NoReturn
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from rbc_events.config import ROOT
from rbc_events.samples import SAMPLE_PASSWORD
from rbc_events.translating import compile_catalogue
from tests.servers import free_port, wait_until_up

HERE = Path(__file__).parent
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
PROGRAM = (sys.executable, "-m", "rbc_events")
PICTURES = ROOT / "test-results"
PATIENCE = 120_000  # milliseconds for a page or for what is expected of one: machines are slow at times
expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Keep for each test whether it failed, so that its pages are pictured then and only then."""
    report = yield
    item.stash.setdefault(FAILED, []).append(report.failed)
    return report


FAILED = pytest.StashKey[list[bool]]()


def missing(what: str) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is missing, and CI=true asks for the browser tests")
    pytest.skip(f"{what} is missing: browser tests left out")


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core, which finds faults of accessibility."""
    if not AXE.exists():
        missing("axe-core (npm ci)")
    return AXE.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        missing("Chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield browser
        browser.close()


@dataclass(frozen=True)
class Site:
    """A running installation: its address, and the folder that its mails go to."""

    url: str
    mails: Path
    environment: dict[str, str]

    def letter_to(self, address: str, words: str) -> EmailMessage:
        """The mail to `address` in whose text or calendar `words` stand; waits for the worker to send it."""
        for _try in range(1200):
            for path in self.mails.glob("*.eml"):
                letter = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
                texts = [part.get_content() for part in letter.walk() if part.get_content_maintype() == "text"]
                if letter["To"].addresses[0].addr_spec == address and any(words in text for text in texts):
                    return letter
            time.sleep(0.1)
        raise AssertionError(f"no mail to {address} with {words}")


@pytest.fixture(scope="session")
def site(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The program as the command starts it: web server and worker, with the sample programme."""
    with running(tmp_path_factory.mktemp("installation"), "run") as started:
        yield started


@contextmanager
def running(instance: Path, *command: str) -> Iterator[Site]:
    """An installation of its own, started by the command."""
    compile_catalogue()
    port = free_port()
    environment = environment_of(instance, port)
    with (instance / "log").open("wb") as log:
        process = subprocess.Popen(
            [*PROGRAM, *command], env=environment, stdout=log, stderr=log, start_new_session=True
        )
    try:
        address = f"http://127.0.0.1:{port}/healthz"
        wait_until_up(lambda: urlopen(address, timeout=60).close(), process, (instance / "log").read_text)
        yield Site(f"http://127.0.0.1:{port}", instance / "mail", environment)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


def environment_of(instance: Path, port: int) -> dict[str, str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("RBC_")}
    return environment | {"RBC_INSTANCE": str(instance), "PORT": str(port), "RBC_RATE_LIMITS": "0"}


@pytest.fixture
def visit(site: Site, chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., Page]]:
    """visit(role, language) opens a page in a browser of its own, signed in through the form unless role is "public".

    Roles are the sample accounts' names. Console errors gather in `page.faults`. When the test fails, the pages are
    pictured in test-results/.
    """
    pages: list[Page] = []

    def visitor(
        role: str = "public", language: str = "en", width: int = 1280, dark: bool = False, zone: str = "Asia/Tokyo"
    ) -> Page:
        context = chromium.new_context(
            base_url=site.url,
            viewport={"width": width, "height": 900},
            locale=language,
            timezone_id=zone,
            color_scheme="dark" if dark else "light",
        )
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.faults = []
        page.on("console", lambda message: message.type == "error" and page.faults.append(message.text))
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        pages.append(page)
        if role != "public":
            sign_in(page, f"{role}@sample.example", SAMPLE_PASSWORD, language)
        return page

    yield visitor
    failed = any(request.node.stash.get(FAILED, []))
    for number, page in enumerate(pages):
        if failed:
            page.screenshot(path=PICTURES / f"{request.node.name}-{number}.png", full_page=True)
        page.context.close()


def sign_in(page: Page, email: str, password: str, language: str) -> None:
    page.goto("/sign-in")
    page.locator("[name=email]").fill(email)
    page.locator("[name=password]").fill(password)
    page.locator("main form button").click()
    page.wait_for_url("**/")
    switch = page.locator(f".masthead button[lang={language}]")
    if switch.count():
        with page.expect_navigation():
            switch.evaluate("button => button.form.submit()")
        page.locator(f"html[lang={language}]").wait_for(state="attached")
