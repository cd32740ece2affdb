"""Delivery reports (RFC 3464): whether a mail of ours came back, whose it was and why."""

from dataclasses import dataclass
from email import policy
from email.parser import BytesParser, HeaderParser
from typing import Any

from rbc_events.calendars.content import clean_line

MAIL_OCTETS = 10_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What became of one mail for one recipient.

    `action` is RFC 3464's: failed, delayed, delivered, relayed or expanded; `status` the enhanced code (`5.1.1`);
    `message_id` that of the mail reported on, empty where the report left it out.
    """

    message_id: str
    recipient: str
    action: str
    status: str
    diagnostic: str

    @property
    def bounced(self) -> bool:
        return self.action == "failed"


def read(raw: bytes) -> list[Report]:
    """The reports in a mail: none where it isn't a delivery report or can't be read. Never raises."""
    if len(raw) > MAIL_OCTETS:
        return []
    try:
        message = BytesParser(policy=policy.compat32).parsebytes(raw)
        if message.get_content_type() != "multipart/report":
            return []
        parts = list(message.walk())[:50]
        original = _original_message_id(parts)
        return [report for block in _recipient_blocks(parts) if (report := _report(block, original))]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return []  # the standard library's parser raises these on malformed headers


def _recipient_blocks(parts: list[Any]) -> list[Any]:
    statuses = (part.get_payload() for part in parts if part.get_content_type() == "message/delivery-status")
    # The first block of a status speaks of the report itself, each other of one recipient.
    return [block for blocks in statuses if isinstance(blocks, list) for block in blocks[1:21]]


def _report(block: Any, message_id: str) -> Report | None:
    recipient = _typed(block, "Final-Recipient") or _typed(block, "Original-Recipient")
    action = _field(block, "Action").lower()
    if not recipient or action not in ("failed", "delayed", "delivered", "relayed", "expanded"):
        return None
    return Report(
        message_id=message_id,
        recipient=recipient,
        action=action,
        status=_field(block, "Status")[:20],
        diagnostic=_typed(block, "Diagnostic-Code")[:500],
    )


def _original_message_id(parts: list[Any]) -> str:
    """The Message-ID of the returned mail, which comes whole or as its headers alone (RFC 6522)."""
    for part in parts:
        kind, payload = part.get_content_type(), part.get_payload()
        if kind == "message/rfc822" and isinstance(payload, list):
            return _field(payload[0], "Message-ID")
        if kind == "text/rfc822-headers":
            return _field(HeaderParser(policy=policy.compat32).parsestr(str(payload)), "Message-ID")
    return ""


def _field(block: Any, name: str) -> str:
    return clean_line(str(block.get(name, "")))


def _typed(block: Any, name: str) -> str:
    """The value of a field written `type; value`, such as `rfc822; somebody@example.org`."""
    kind, semicolon, value = _field(block, name).partition(";")
    return (value if semicolon else kind).strip().strip("<>")
