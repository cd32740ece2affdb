"""A real SMTP server on this machine that keeps what it is given, and can be made to refuse."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from typing import Any

from aiosmtpd.controller import Controller


class Keeper:
    """Keeps mails; answers a recipient with the line in `answers`, where there is one."""

    def __init__(self) -> None:
        self.received: list[bytes] = []
        self.connections: set[int] = set()
        self.answers: dict[str, str] = {}
        self.after_data = "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        self.connections.add(id(session))
        if address in self.answers:
            return self.answers[address]
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


@contextmanager
def mail_server(keeper: Keeper | None = None, port: int = 0) -> Iterator[tuple[Keeper, int]]:
    keeper = keeper or Keeper()
    controller = Controller(keeper, hostname="127.0.0.1", port=port or free_port())
    controller.start()
    try:
        yield keeper, controller.port
    finally:
        controller.stop()


def free_port() -> int:

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
