"""What goes over the wire to a real SMTP server, with and without encryption, and what never does."""

import logging
import ssl
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.smtp import AuthResult, LoginPassword
from sqlalchemy import select

from rbc_events.database import db
from rbc_events.outbox import tasks
from rbc_events.outbox.models import Delivery, OutboxMessage
from rbc_events.outbox.operations import queue
from rbc_events.outbox.transport import SmtpTransport, Unreachable, open_transport
from tests.outbox.letters import make_letter
from tests.outbox.mailserver import mail_server
from tests.servers import free_port

CONTENT = b"Subject: x\r\n\r\nx\r\n"


class SignIn:
    """Takes one name and password, and keeps what it was told and whether that was encrypted."""

    def __init__(self) -> None:
        self.told: list[tuple[bytes, bytes, bool]] = []

    def __call__(self, _server: Any, session: Any, _envelope: Any, _mechanism: str, told: LoginPassword) -> AuthResult:
        self.told.append((told.login, told.password, session.ssl is not None))
        return AuthResult(success=told.password == b"p@ss")


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A server's certificate from an authority that this process trusts."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


def send(url: str) -> None:
    transport = open_transport(url)
    try:
        transport.send("a@events.example", "b@people.example", CONTENT)
    finally:
        transport.close()


def test_a_password_is_told_over_an_encrypted_connection_without_being_asked(certificate: ssl.SSLContext) -> None:
    sign_in = SignIn()
    with mail_server(tls_context=certificate, authenticator=sign_in, auth_required=True) as (keeper, port):
        send(f"smtp://user:p%40ss@127.0.0.1:{port}")
    assert sign_in.told == [(b"user", b"p@ss", True)]
    assert len(keeper.received) == 1


def test_a_server_without_encryption_is_told_neither_password_nor_mail() -> None:
    sign_in = SignIn()
    with mail_server(authenticator=sign_in, auth_require_tls=False) as (keeper, port):
        with pytest.raises(Unreachable, match="offers no encryption"):
            send(f"smtp://user:p%40ss@127.0.0.1:{port}")
        with pytest.raises(Unreachable, match="offers no encryption"):
            send(f"smtp://127.0.0.1:{port}?starttls=on")
    assert sign_in.told == []
    assert keeper.received == []


def test_clear_text_has_to_be_asked_for() -> None:
    sign_in = SignIn()
    with mail_server(authenticator=sign_in, auth_require_tls=False) as (keeper, port):
        send(f"smtp://user:p%40ss@127.0.0.1:{port}?starttls=off")
    assert sign_in.told == [(b"user", b"p@ss", False)]
    assert len(keeper.received) == 1


def test_a_certificate_that_nobody_vouches_for_is_refused(
    certificate: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    sign_in = SignIn()
    with (
        mail_server(tls_context=certificate, authenticator=sign_in) as (keeper, port),
        pytest.raises(Unreachable, match="CERTIFICATE_VERIFY_FAILED"),
    ):
        send(f"smtp://user:p%40ss@127.0.0.1:{port}")
    assert sign_in.told == []
    assert keeper.received == []


@pytest.mark.parametrize(
    ("url", "encrypted"),
    [
        ("smtp://mail.example:587", True),
        ("smtp://mail.example", False),
        ("smtp://user@mail.example", True),
        ("smtp://mail.example:587?starttls=0", False),
        ("smtp://mail.example:25?starttls=1", True),
    ],
)
def test_the_submission_port_and_whoever_signs_in_encrypt(url: str, encrypted: bool) -> None:
    transport = open_transport(url)
    assert isinstance(transport, SmtpTransport)
    assert transport._must_encrypt() is encrypted


def test_mail_stays_queued_and_the_operator_is_told_why(app: Any, now: Any, caplog: pytest.LogCaptureFixture) -> None:
    queue([make_letter(1)], now=now)
    db.session.commit()
    with mail_server() as (keeper, port), caplog.at_level(logging.ERROR):
        config = app.config["RBC"]
        app.config["RBC"] = type(config)(**config.__dict__ | {"mail_url": f"smtp://127.0.0.1:{port}?starttls=on"})
        tally = tasks.deliver()
    message = db.session.scalars(select(OutboxMessage)).one()
    assert (tally.postponed, tally.failed, keeper.received) == (1, 0, [])
    assert message.state is Delivery.AWAITING_RETRY
    assert message.attempts == 0
    assert "?starttls=off" in tally.unreachable == message.fault
    assert "offers no encryption" in caplog.text


def test_a_server_that_is_not_there_leaves_no_connection_open(certificate: ssl.SSLContext) -> None:
    with pytest.raises(Unreachable):
        send(f"smtp://user:p%40ss@127.0.0.1:{free_port()}")
