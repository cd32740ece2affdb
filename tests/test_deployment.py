"""The example of a proxy, with a real nginx in front of the real web server."""

import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPResponse, HTTPSConnection
from pathlib import Path

import pytest
import trustme

from tests.servers import free_port

EXAMPLE = Path(__file__).parent.parent / "deploy" / "nginx.conf"
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(NGINX is None, reason="needs nginx")]
MAIN = """
{user}
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
{of_the_whole}
events {{ {of_events} }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    include {folder}/site.conf;
}}
"""


@contextmanager
def running(command: list[str], **variables: str) -> Iterator[None]:
    process = subprocess.Popen(command, env={**os.environ, **variables})
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=60)


@pytest.fixture(scope="module")
def site(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, ssl.SSLContext]]:
    """The port on which nginx serves an installation in production, and whom to trust."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copyfile(migrated, folder / "rbc_events.db")
    authority = trustme.CA()
    certificate = authority.issue_cert("events.example")
    certificate.private_key_pem.write_to_path(folder / "privkey.pem")
    for blob in certificate.cert_chain_pems:
        blob.write_to_path(folder / "fullchain.pem", append=True)
    web, https, http = free_port(), free_port(), free_port()
    text = EXAMPLE.read_text(encoding="utf-8").replace("127.0.0.1:8000", f"127.0.0.1:{web}")
    text = text.replace("/etc/ssl/events.example", str(folder))
    text = re.sub(r"\n *listen \[::\].*", "", text)
    text = text.replace("listen 443", f"listen 127.0.0.1:{https}").replace("listen 80", f"listen 127.0.0.1:{http}")
    (folder / "site.conf").write_text(text)
    user = "user root;" if os.getuid() == 0 else ""
    of_the_whole, of_events = re.findall(r"`(worker_\w+ \d+;)`", text)
    (folder / "nginx.conf").write_text(
        MAIN.format(folder=folder, user=user, of_the_whole=of_the_whole, of_events=of_events)
    )
    settings = {"RBC_ENV": "production", "RBC_SECRET_KEY": "k" * 32, "RBC_BASE_URL": "https://events.example"}
    places = {"RBC_INSTANCE": str(folder), "PORT": str(web), "RBC_TRUSTED_PROXIES": "1"}
    trusted = ssl.create_default_context()
    authority.configure_trust(trusted)
    with (
        running([sys.executable, "-m", "rbc_events", "serve"], **settings, **places),
        running([str(NGINX), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]),
    ):
        yield https, trusted


class Connection(HTTPSConnection):
    """To events.example, which is on this machine."""

    def connect(self) -> None:
        self.sock = self._context.wrap_socket(
            socket.create_connection(("127.0.0.1", self.port or 443), timeout=60), server_hostname=self.host
        )


def get(site: tuple[int, ssl.SSLContext], path: str) -> HTTPResponse:
    """An answer of the application's; while it starts, nginx says 502."""
    for _try in range(600):
        connection = Connection("events.example", site[0], context=site[1])
        try:
            connection.request("GET", path, headers={"Host": "events.example", "X-Forwarded-For": "192.0.2.1"})
            answer = connection.getresponse()
            answer.read()
            if answer.status != 502:
                return answer
        except OSError:
            pass
        finally:
            connection.close()
        time.sleep(0.1)
    raise AssertionError("no answer within a minute")


def test_pages_come_by_https_with_cookies_that_stay_there(site: tuple[int, ssl.SSLContext]) -> None:
    answer = get(site, "/sign-in")
    assert answer.status == 200
    assert answer.headers["Strict-Transport-Security"]
    assert "Secure" in answer.headers["Set-Cookie"]


def test_half_sent_requests_at_the_proxy_hold_nobody_up(site: tuple[int, ssl.SSLContext]) -> None:
    get(site, "/sign-in")
    # More than nginx holds unless its own file says otherwise, as the example does.
    halves = [Connection("events.example", site[0], context=site[1]) for _visitor in range(600)]
    for number, half in enumerate(halves):
        half.connect()
        body = "Content-Length: 100\r\n\r\nhalf" if number % 2 else ""
        half.sock.sendall(f"POST /sign-in HTTP/1.1\r\nHost: events.example\r\n{body}".encode())
    assert get(site, "/sign-in").status == 200
    for half in halves:
        half.close()
