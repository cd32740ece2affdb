"""A real SMTP server on this machine that keeps what it is given, and can be made to refuse."""

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from tests.servers import free_port


class Keeper:
    """Keeps mails; answers a recipient with the line in `answers`, where there is one."""

    def __init__(self) -> None:
        self.received: list[bytes] = []
        self.recipients: list[str] = []
        self.senders: list[str] = []
        self.connections: set[int] = set()
        self.answers: dict[str, str] = {}
        self.after_data = "250 OK"
        self.offers_reports = False
        self.reports_asked: list[list[str]] = []

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, session: Any, _envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [responses[0], "250-DSN", *responses[1:]] if self.offers_reports else responses

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        self.connections.add(id(session))
        self.reports_asked.append(options)
        if address in self.answers:
            return self.answers[address]
        self.recipients.append(address)
        self.senders.append(envelope.mail_from)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        if self.after_data.startswith("250"):
            self.received.append(envelope.original_content)
        return self.after_data

    @property
    def messages(self) -> list[Message]:
        return [message_from_bytes(content) for content in self.received]

    def identifiers(self) -> list[str]:
        return [str(message["Message-ID"]) for message in self.messages]


class Server(SMTP):
    """Takes requests for delivery reports, which aiosmtpd doesn't know; the Keeper gets to see them."""

    def _getparams(self, params: Any) -> Any:
        return super()._getparams([param for param in params if not param.startswith("NOTIFY=")])


class Serving(Controller):
    def factory(self) -> SMTP:
        return Server(self.handler, **self.SMTP_kwargs)


@contextmanager
def mail_server(keeper: Keeper | None = None, port: int = 0, **options: Any) -> Iterator[tuple[Keeper, int]]:
    """`options` are aiosmtpd's: a TLS context, how to sign in."""
    keeper = keeper or Keeper()
    controller = Serving(keeper, hostname="127.0.0.1", port=port or free_port(), **options)
    controller.start()
    try:
        yield keeper, controller.port
    finally:
        controller.stop()
