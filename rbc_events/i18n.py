"""Languages, time zones and how dates, names and numbers are written for the person who reads.

The words stand in English in the code and templates; Japanese is in `translations/ja/<feature>.po`.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import get_global
from babel.dates import format_date, format_datetime, format_interval
from flask import Flask, g, has_request_context, request, session
from flask_babel import Babel, force_locale, get_locale
from flask_babel.speaklater import LazyString
from flask_login import current_user
from markupsafe import Markup, escape

from rbc_events.clock import now
from rbc_events.database import Bilingual
from rbc_events.labels import label
from rbc_events.zones import USUAL_ZONES, ZONES, canonical_zone

LANGUAGES = ("ja", "en")
DEVICE_ZONE = "device_zone"  # the cookie in which a browser tells its zone: see static/js/app.js

# CLDR's short forms, which Babel leaves out.
SHORT_NAMES = {("ja", "HK"): "香港", ("ja", "MO"): "マカオ", ("en", "HK"): "Hong Kong", ("en", "MO"): "Macao"}

TOKYO = ZoneInfo("Asia/Tokyo")

DAY_PATTERNS = {
    "ja": {"long": "y年M月d日(E)", "medium": "y年M月d日", "short": "M/d(E)"},
    "en": {"long": "E, d MMMM y", "medium": "d MMM y", "short": "E d MMM"},
}

babel = Babel()


def _as_text(words: LazyString) -> Markup:
    """A translation that is made late is a text like any other, and what was put into it somebody typed. Flask-Babel
    calls it markup, which pages and WTForms then show as it is."""
    return escape(str(words))


LazyString.__html__ = _as_text  # type: ignore[method-assign]


def select_language() -> str:
    """What the person chose: in this session, else in their profile, else in their browser."""
    if not has_request_context():
        return "en"
    chosen = session.get("language") or (current_user.language if current_user.is_authenticated else None)
    return chosen if chosen in LANGUAGES else request.accept_languages.best_match(LANGUAGES, "en")


def own_zone() -> str:
    """The viewer's zone: that of the account; a visitor's choice, else what the browser tells. Empty: nobody knows."""
    zone: str | None = g.get("own_zone")
    if zone is None:  # asked for once per request, not once per time on the page
        of_account = current_user.time_zone if current_user.is_authenticated else ""
        zone = g.own_zone = of_account if of_account in ZONES else visitors_zone()
    return zone


def visitors_zone() -> str:
    """What this browser chose or tells, whoever is signed in."""
    chosen = session.get("time_zone")
    return chosen if chosen in ZONES else device_zone()


def device_zone() -> str:
    return canonical_zone(request.cookies.get(DEVICE_ZONE))


def read_at_venue() -> None:
    """From here on this request's times are those of the event's place, where the viewer will be."""
    g.at_venue = True


def select_zone() -> str:
    """The zone that times are read in: the viewer's own; the event's where nobody knows that, or it is read there."""
    if not has_request_context():
        return "UTC"
    there: str = g.get("event_zone", "Asia/Tokyo")
    return there if g.get("at_venue") else own_zone() or there


def language() -> str:
    """The language of the page that is being made, "ja" or "en"."""
    locale = get_locale()
    return locale.language if locale is not None and locale.language in LANGUAGES else "en"


def in_language(code: str) -> Any:
    """A context in which texts come in `code`, for mails and documents."""
    return force_locale(code)


def local(text: Bilingual | str | None, wanted: str | None = None) -> Markup:
    """The text in the page's language. Where only the other one exists, it is marked as such for screen readers.

    `wanted`: the page's language, by a caller that has asked for it once for many texts.
    """
    if not isinstance(text, Bilingual):
        return escape(text or "")
    wanted = wanted or language()
    words, actual = text.in_language(wanted)
    if actual == wanted or not words:
        return escape(words)
    return Markup('<span lang="{}">{}</span>').format(actual, words)


def together(texts: Iterable[Bilingual]) -> Markup:
    """Names side by side: those who meet."""
    wanted = language()
    return Markup(" / ").join([local(text, wanted) for text in texts])


def sentences(*texts: str | bool) -> Markup:
    """Sentences of one paragraph, with a space between them where the language writes one; false ones are left out."""
    space = Markup() if language() == "ja" else Markup(" ")
    return space.join(text for text in texts if isinstance(text, str))


def in_brackets(text: str) -> str:
    """Plain text in the brackets of the page's language, with the space before them that it writes."""
    return f"（{text}）" if language() == "ja" else f" ({text})"


def plain(text: Bilingual | str | None) -> str:
    """Like `local`, for attributes and titles."""
    return text.in_language(language())[0] if isinstance(text, Bilingual) else (text or "")


def country_name(code: str) -> str:
    """CLDR's name of a territory in the page's language, the short one where it has two (香港 for HK)."""
    names = Locale(language()).territories
    return SHORT_NAMES.get((language(), code)) or names.get(code, code)


def language_name(code: str) -> str:
    return Locale(language()).languages.get(code, code)


def day(value: date | datetime | None, zone: str | None = None, style: str = "long") -> str:
    """2021年11月26日(金) / Fri, 26 November 2021. Styles: long, medium (no weekday), short (11/26(金), Fri 26 Nov)."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.astimezone(ZoneInfo(zone or select_zone())).date()
    return _day(value, style, language())


@lru_cache(maxsize=4096)
def _day(value: date, style: str, code: str) -> str:
    return format_date(value, DAY_PATTERNS[code][style], locale=code)


def weekday(value: date) -> str:
    """月曜日 / Monday"""
    return format_date(value, "EEEE", locale=language())


def month(value: date) -> str:
    return format_date(value, "y年M月" if language() == "ja" else "MMMM y", locale=language())


def clock_time(value: datetime | None, zone: str | None = None) -> str:
    """14:00, always with 24 hours."""
    if value is None:
        return ""
    there = value.astimezone(ZoneInfo(zone or select_zone()))
    return f"{there.hour:02}:{there.minute:02}"


def hours(begin: datetime, end: datetime, zone: str) -> str:
    """14:00–14:20"""
    return f"{clock_time(begin, zone)}–{clock_time(end, zone)}"


def when(value: datetime | None, zone: str | None = None) -> str:
    """An instant with day, time and zone: a time without a zone is a trap."""
    if value is None:
        return ""
    zone = zone or select_zone()
    return f"{day(value, zone)} {clock_time(value, zone)} ({zone_label(value, zone)})"


def zone_label(value: datetime, zone: str) -> str:
    """JST for Tokyo; elsewhere the city with its offset at that instant, such as Paris, UTC+01:00."""
    if zone == "Asia/Tokyo":
        return "日本時間" if language() == "ja" else "JST"
    return f"{zone_city(zone, language())}, {utc_offset(value, zone)}"


def utc_offset(value: datetime, zone: str) -> str:
    """UTC+09:00"""
    offset = format_datetime(value, "ZZZZZ", tzinfo=ZoneInfo(zone), locale="en")
    return f"UTC{offset.replace('Z', '+00:00')}"


@cache
def zone_city(zone: str, code: str) -> str:
    """A zone's city in a language: 東京 for Asia/Tokyo. CLDR has some under their old names alone: Asia/Calcutta."""
    cities = Locale(code).time_zones
    older = (old for old, new in get_global("zone_aliases").items() if new == zone)
    named = (cities[name]["city"] for name in (zone, *older) if "city" in cities.get(name, {}))
    return next(named, zone.rsplit("/", 1)[-1].replace("_", " "))


def zone_choices() -> list[tuple[str, str, str]]:
    """(zone, city, offset today) of the viewer's zone, the device's, and the usual ones."""
    zones = dict.fromkeys(zone for zone in (select_zone(), own_zone(), device_zone(), *USUAL_ZONES) if zone)
    return [(zone, zone_city(zone, language()), utc_offset(now(), zone)) for zone in zones]


def days_between(first: date | None, last: date | None) -> str:
    """A stretch of days, such as 2021年12月1日～2022年3月31日."""
    if first is None or last is None or first == last:
        return day(first or last)
    return format_interval(first, last, "yMMMd", locale="ja" if language() == "ja" else "en_GB")


def fiscal_year(value: date) -> int:
    """The Japanese fiscal year, April to March, named by the year it begins in.

    >>> fiscal_year(date(2022, 3, 31)), fiscal_year(date(2022, 4, 1))
    (2021, 2022)
    """
    return value.year if value.month >= 4 else value.year - 1


def fiscal_year_label(year: int) -> str:
    return f"{year}年度" if language() == "ja" else f"FY{year}"


def init_i18n(app: Flask) -> None:
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(app.config["RBC_PACKAGE"] / "translations")
    babel.init_app(app, locale_selector=select_language, timezone_selector=select_zone)
    filters: dict[str, Callable[..., Any]] = {
        "local": local,
        "in_brackets": in_brackets,
        "together": together,
        "plain": plain,
        "country": country_name,
        "language_name": language_name,
        "day": day,
        "month": month,
        "weekday": weekday,
        "clock_time": clock_time,
        "hours": hours,
        "when": when,
        "fiscal_year_label": fiscal_year_label,
        "label": label,
    }
    for name, function in filters.items():
        app.add_template_filter(function, name)
    app.add_template_global(language, "language")
    app.add_template_global(sentences, "sentences")
    app.add_template_global(select_zone, "viewer_zone")
    app.add_template_global(own_zone, "own_zone")
    app.add_template_global(device_zone, "device_zone")
    app.add_template_global(utc_offset, "utc_offset")
    app.add_template_global(zone_choices, "zone_choices")
    app.add_template_global(zone_city, "zone_city")
    app.add_template_global(zone_label, "zone_label")
    app.add_template_global(days_between, "days_between")
