"""Which browser somebody signs in with: in words for its owner, and whether it was used for the account before."""

from itsdangerous import BadSignature, URLSafeSerializer

from rbc_events.application import settings

# What a browser calls itself, special ones first: many also say that they are Chrome or Safari.
PROGRAMS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
    ("Mac OS", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip
MOST = 20  # accounts that one browser remembers


def in_words(user_agent: str) -> str:
    """Such as "Firefox, Windows"; empty where it says neither."""
    found = (next((word for sign, word in signs if sign in user_agent), "") for signs in (PROGRAMS, SYSTEMS))
    return ", ".join(filter(None, found))


def known_accounts(cookie: str) -> list[int]:
    """The accounts that have been signed in to with the browser that has this cookie."""
    try:
        found = _serializer().loads(cookie)
    except BadSignature:
        return []
    return [number for number in found if isinstance(number, int)] if isinstance(found, list) else []


def with_account(cookie: str, number: int) -> str:
    """The cookie for a browser in which this account has been signed in to as well."""
    others = [each for each in known_accounts(cookie) if each != number]
    return str(_serializer().dumps([*others, number][-MOST:]))


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(settings().secret_key, "accounts that a browser knows")
