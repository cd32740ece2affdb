"""Values to show a wording with, visibly made up."""

from collections.abc import Mapping

from rbc_events.application import absolute_url
from rbc_events.events.models import Event

_VALUES = {
    "ja": {
        "name": "見本 太郎",
        "organisation": "見本株式会社",
        "message": "(担当者または相手先からのメッセージ)",
        "topic": "受付の場所について",
        "other": "見本メディカル社",
        "time": "2月9日(火) 10:00 (日本時間)",
        "details": (
            "日時: 2月9日(火) 10:00–10:30 (日本時間)\n相手先: 見本メディカル社\n場所: テーブル3\n通訳: 見本 花子"
        ),
        "change": "日時: 10:00から11:00に変更",
        "search": "遠隔モニタリング",
        "found": "- 見本メディカル社\n- 見本大学",
    },
    "en": {
        "name": "SAMPLE Taro",
        "organisation": "Sample K.K.",
        "message": "(a message of the staff or of the other side)",
        "topic": "Where the desk is",
        "other": "Sample Medical GmbH",
        "time": "Tue 9 Feb 10:00 (JST)",
        "details": (
            "Time: Tue 9 Feb 10:00–10:30 (JST)\nWith: Sample Medical GmbH\nPlace: Table 3\nInterpreter: SAMPLE Hanako"
        ),
        "change": "Time: moved from 10:00 to 11:00",
        "search": "Remote monitoring",
        "found": "- Sample Medical GmbH\n- Sample University",
    },
}


def sample_values(event: Event, language: str) -> Mapping[str, str]:
    name = event.name.in_language(language)[0]
    page = absolute_url("events.show", key=event.key)
    return {**_VALUES[language], "event": name, "link": page, "answer": page}
