"""The words of systems that return mails: by whom, that something failed, and where the returned mail begins."""

import re

from rbc_events.calendars.causes import Cause, cause_of
from rbc_events.calendars.content import clean_line

STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
REPLY_CODE = re.compile(r"(?<![\d.])([45]\d\d)[ -](?=\D)")
DAEMONS = re.compile(
    r"^(mailer-?daemon|po+st_?-?master|mail-?daemon|mdaemon|daemon|mmdf|uucp|double-bounce|bounces?|mail.delivery.(sub)?system)\b",
    re.IGNORECASE,
)
NOBODY = re.compile(r"[^@]*\b(no|do-?not)-?_?reply@", re.IGNORECASE)
TITLES = re.compile(
    r"undeliver|non.?deliver|returned mail|failure notice|delivery (status|fail|report|problem|notif|error)|"
    r"mail (delivery|system) (fail|error)|unzustellbar|nicht zugestellt|non remis|エラーメール|配信(できません|エラー)",
    re.IGNORECASE,
)
FAILING = re.compile(
    r"undeliver|\bnot (be|been) deliver|unable to deliver|could ?n.t (be )?deliver|was ?n.t delivered|"
    r"was not delivered|deliver\w* (has )?fail|delivery (problem|error)|(permanent|fatal) error|"
    r"(user|recipient|address|mailbox)[^.\n]{0,40} "
    r"(unknown|rejected|not found|does ?n.t exist|does not exist|unavailable|disabled|full)|(unknown|invalid|no such) "
    r"(user|recipient|address|mailbox)|did not reach|rejected|returned mail|over ?quota|quota exceeded|"
    r"failed (recipient|address)|not (listed|recognized|a member|members?)|are not member|refused|"
    r"(配信|送信|配送)\w*(できません|されません|失敗)|届きません|届けられません|見つかりません|"
    r"宛先不明|unzustellbar|non remis",
    re.IGNORECASE,
)
DELAYED = re.compile(
    r"delayed|not yet been delivered|(will|continue to|keep) (be )?(re)?(try|tried|trying)|still being (re)?tried|"
    r"warning message only|do not need to resend|no need to resend|will be retried",
    re.IGNORECASE,
)
COPY = re.compile(  # where a bounce in words ends and the returned mail begins
    r"^[ \t>-]*(-{3,}.*(copy of|original|returned|unsent|message (header|follows)|below this line).*|-{20,}\s*|"
    r"(received|return-path|message-id): .*)$",
    re.IGNORECASE | re.MULTILINE,
)
AWAY = re.compile(
    r"out of (the )?office|auto(matic|-)? ?-?(reply|response)|auto:|abwesen|absence|away (until|from)|vacation|"
    r"自動(応答|返信)|不在|休暇",
    re.IGNORECASE,
)


def without_copy(words: str) -> str:
    """What a bounce says before the mail that it returns."""
    copy = COPY.search(words, 40)
    return words[: copy.start()] if copy else words


def only_delayed(words: str) -> bool:
    """Whether the server says that it goes on trying."""
    return bool(DELAYED.search(words) and not FAILING.search(DELAYED.sub("", words)))


def status_in(words: str) -> str:
    """The enhanced status in a text; an SMTP reply code alone says its class: `550` as much as `5.0.0`."""
    code = STATUS.search(words) or REPLY_CODE.search(words)
    return "" if code is None else code[1] if "." in code[1] else f"{code[1][0]}.0.0"


def telling_line(words: str) -> str:
    """The line that says why, best one with a code or a cause that we know."""
    lines = [clean_line(line) for line in words.splitlines() if line.strip()][:200]
    coded = [line for line in lines if STATUS.search(line) or REPLY_CODE.search(line)]
    known = [line for line in (*coded, *lines) if cause_of("", line) is not Cause.OTHER]
    failing = [line for line in lines if FAILING.search(line)]
    return next(iter((*known, *coded, *failing, *lines)), "")[:500]
