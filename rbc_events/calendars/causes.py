"""Why a mail came back, told from the enhanced status (RFC 3463) and, where that says little, the server's words."""

import re
from enum import StrEnum


class Cause(StrEnum):
    NO_ADDRESS = "no_address"
    NO_DOMAIN = "no_domain"
    FULL = "full"
    CLOSED = "closed"
    TOO_LARGE = "too_large"
    REFUSED = "refused"
    FOR_NOW = "for_now"
    OTHER = "other"


LASTING = frozenset({Cause.NO_ADDRESS, Cause.NO_DOMAIN, Cause.CLOSED})
"""Causes that no later try cures: what is wrong is the address."""

_BY_STATUS = {
    "1.1": Cause.NO_ADDRESS, "1.3": Cause.NO_ADDRESS, "1.6": Cause.NO_ADDRESS, "1.10": Cause.NO_DOMAIN,
    "1.2": Cause.NO_DOMAIN, "4.4": Cause.NO_DOMAIN, "2.1": Cause.CLOSED, "2.2": Cause.FULL, "2.3": Cause.TOO_LARGE,
    "3.4": Cause.TOO_LARGE, "3.1": Cause.FULL,
}  # fmt: skip
_BY_WORDS = (
    (Cause.FULL, r"quota|mailbox (is )?full|full mailbox|out of storage|too many messages|容量|いっぱい"),
    (Cause.TOO_LARGE, r"too (large|big)|size (limit|exceed)|exceeds? (the )?(maximum )?size|サイズ"),
    (
        Cause.REFUSED,
        r"spam|polic|block|blacklist|block ?list|denied|spf|dkim|dmarc|reputation|virus|filter|not authori[sz]ed|"
        r"poor|banned|迷惑|拒否",
    ),
    (Cause.CLOSED, r"disabled|inactive|suspended|discontinued|no longer|deactivated|expired|closed|無効|停止"),
    (
        Cause.NO_DOMAIN,
        r"(host|domain)[^.\n]{0,40}(unknown|not found|(doesn.t|does not) exist)|unrouteable|nxdomain|no mx",
    ),
    (
        Cause.NO_ADDRESS,
        r"(user|recipient|address|mailbox|account)[^.\n]{0,60}(unknown|not found|rejected|(doesn.t|does not) exist|"
        r"unavailable|invalid|listed|recogni[sz]ed)|(unknown|invalid|no such|bad) (local )?(user|recipient|address|"
        r"mailbox|person|account|destination)|does not (like|have an?|exist)|no mailbox|"
        r"宛先不明|見つかりません|存在しません",
    ),
    (Cause.FOR_NOW, r"try (again )?later|temporar|greylist|timed? ?out|connection (refused|lost)|not responding|応答"),
)


def cause_of(status: str, words: str) -> Cause:
    """The cause of a failure. `status`: the enhanced code, may be empty or as general as `5.0.0`."""
    kind, _dot, detail = status.partition(".")
    if detail.startswith("7."):
        return Cause.REFUSED
    if found := _BY_STATUS.get(detail):
        return found if kind != "4" or found not in LASTING else Cause.FOR_NOW
    told = next((cause for cause, pattern in _BY_WORDS if re.search(pattern, words, re.IGNORECASE)), None)
    if kind == "4" and told not in (Cause.FULL, Cause.REFUSED):
        return Cause.FOR_NOW
    return told or Cause.OTHER
