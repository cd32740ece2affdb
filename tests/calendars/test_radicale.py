"""Every invitation is put into a real calendar server over HTTP and read again."""

import http.client
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rbc_events.calendars.invitation import cancel, request
from tests.calendars.entries import every_state, make_entry
from tests.calendars.hostile import strings
from tests.calendars.judges import by_icalendar
from tests.servers import free_port, wait_until_up

MAKE_CALENDAR = b"""<?xml version="1.0"?><mkcol xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><set><prop>
<resourcetype><collection/><C:calendar/></resourcetype></prop></set></mkcol>"""


class Server:
    def __init__(self, port: int):
        self.port = port

    def ask(self, method: str, path: str, body: bytes | None = None) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, {"Content-Type": "text/calendar; charset=utf-8"})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()


@pytest.fixture(scope="module")
def radicale(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder: Path = tmp_path_factory.mktemp("radicale")
    server = Server(free_port())
    (folder / "config").write_text(
        f"[server]\nhosts = 127.0.0.1:{server.port}\n[auth]\ntype = none\n"
        f"[storage]\nfilesystem_folder = {folder / 'collections'}\n"
        f"[rights]\ntype = from_file\nfile = {folder / 'rights'}\n",
        encoding="utf-8",
    )
    (folder / "rights").write_text("[all]\nuser: .*\ncollection: .*\npermissions: RrWw\n", encoding="utf-8")
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "radicale", "--config", str(folder / "config")], stdout=log, stderr=log
        )
    try:
        wait_until_up(lambda: server.ask("GET", "/"), process, (folder / "log").read_text)
        assert server.ask("MKCOL", "/rbc/", None)[0] in (201, 405)
        assert server.ask("MKCOL", "/rbc/meetings/", MAKE_CALENDAR)[0] == 201
        yield server
    finally:
        process.terminate()
        process.wait(timeout=60)


def stored(invitation: bytes) -> bytes:
    """What a client keeps: the object without METHOD (RFC 4791, 4.1)."""
    return invitation.replace(b"METHOD:REQUEST\r\n", b"").replace(b"METHOD:CANCEL\r\n", b"")


def test_invitations_and_their_changes_are_kept_and_read_again(radicale: Server) -> None:
    first = make_entry(sequence=0)
    moved = replace(first, sequence=1, start=first.end, end=first.end + (first.end - first.start), zone="Europe/Berlin")
    for entry, created in ((first, 201), (moved, 204)):
        status, _ = radicale.ask("PUT", "/rbc/meetings/one.ics", stored(request(entry)))
        assert status == created
        status, body = radicale.ask("GET", "/rbc/meetings/one.ics")
        assert status == 200
        assert by_icalendar([body]) == by_icalendar([request(entry)])
    assert radicale.ask("DELETE", "/rbc/meetings/one.ics")[0] == 200


@pytest.mark.slow
def test_an_invitation_in_every_state_is_kept_and_read_again(radicale: Server) -> None:
    for number, state in enumerate(every_state()):
        invitations = [request(state), *([cancel(state)] if state.sequence else [])]
        for invitation in invitations:
            path = f"/rbc/meetings/state-{number}.ics"
            kept = stored(invitation.replace(state.uid.encode(), f"state-{number}@x.example".encode()))
            assert radicale.ask("PUT", path, kept)[0] in (201, 204)
            body = radicale.ask("GET", path)[1]
            assert by_icalendar([body]) == by_icalendar([kept])
            assert (b"STATUS:CANCELLED" in body) == (b"METHOD:CANCEL" in invitation)


@pytest.mark.slow
def test_an_object_without_a_uid_is_refused_by_this_judge(radicale: Server) -> None:
    broken = stored(request(make_entry())).replace(b"UID:", b"X-UID:")
    assert radicale.ask("PUT", "/rbc/meetings/broken.ics", broken)[0] == 400


@pytest.mark.slow
def test_hostile_titles_come_back_unchanged(radicale: Server) -> None:
    for number, text in enumerate(strings()[::5]):
        entry = make_entry(uid=f"{number}@rbc-events.example", summary=f"x{text}", description=text, location=text)
        path = f"/rbc/meetings/{number}.ics"
        assert radicale.ask("PUT", path, stored(request(entry)))[0] == 201
        assert by_icalendar([radicale.ask("GET", path)[1]]) == by_icalendar([request(entry)])
