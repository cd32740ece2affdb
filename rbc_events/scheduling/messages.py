"""What the scheduler says, in English and Japanese: a code and its arguments make a sentence."""

from collections.abc import Mapping

MESSAGES: dict[str, tuple[str, str]] = {
    # Input that can't be read
    "not_json": ("not JSON: {detail}", "JSON として読み取れません（{detail}）。"),
    "not_utf8": ("not UTF-8 text", "UTF-8 の文字列ではありません。"),
    "too_large": (
        "too large: {size} where at most {limit} are allowed",
        "大きすぎます。{limit} までのところ {size} あります。",
    ),
    "too_deep": ("nested too deeply", "入れ子が深すぎます。"),
    "duplicate_key": ("the key {key} is given twice", "キー {key} が重複しています。"),
    "unknown_field": ("unknown field {field}", "項目 {field} はありません。"),
    "missing_field": ("the field {field} is missing", "項目 {field} がありません。"),
    "wrong_type": (
        "must be {expected}, not {found}",
        "{expected} でなければなりません（{found} が指定されています）。",
    ),
    "not_a_number": ("{found} is no number that can be used", "{found} は数値として使えません。"),
    "out_of_range": (
        "must be between {least} and {most}, not {found}",
        "{least} から {most} まででなければなりません（{found}）。",
    ),
    "not_one_of": ("must be one of {choices}, not {found}", "{choices} のいずれかでなければなりません（{found}）。"),
    "bad_instant": (
        "must be an instant with its offset, such as 2026-11-26T09:00:00+09:00, not {found}",
        "2026-11-26T09:00:00+09:00 のような時差付きの日時でなければなりません（{found}）。",
    ),
    "bad_time": ("must be a time such as 09:00, not {found}", "09:00 のような時刻でなければなりません（{found}）。"),
    "bad_zone": ("unknown time zone {found}", "タイムゾーン {found} はありません。"),
    "bad_dzn": ("{name}: {detail}", "{name}：{detail}"),
    # Input that means nothing
    "duplicate_id": ("the identifier {id} is used twice", "ID {id} が重複しています。"),
    "unknown_id": ("there is no {kind} {id}", "{kind} {id} はありません。"),
    "empty_id": ("an identifier must not be empty", "ID が空です。"),
    "slot_ends_before_start": ("the slot ends before it starts", "時間枠の終了が開始より前です。"),
    "slots_overlap": ("the slot overlaps slot {other}", "時間枠が {other} と重なっています。"),
    "too_few_parties": ("a meeting needs two parties or more", "商談には 2 者以上が必要です。"),
    "party_twice": ("party {party} is in the meeting twice", "参加者 {party} が同じ商談に重複しています。"),
    "pinned_to_forbidden_slot": (
        "request {request} is pinned to slot {slot}, in which it can't be held",
        "面談申込 {request} が固定されている時間枠 {slot} では、この商談を行えません。",
    ),
    "pinned_veto": (
        "request {request} is pinned and vetoed",
        "面談申込 {request} は固定と同時に除外が指定されています。",
    ),
    "must_have_veto": (
        "request {request} is a must-have and vetoed",
        "面談申込 {request} は必須と同時に除外が指定されています。",
    ),
    "after_itself": (
        "request {request} would come after itself",
        "面談申込 {request} が自身より後に指定されています。",
    ),
    "number_out_of_place": ("place {place} has no number {number}", "場所 {place} に {number} 番はありません。"),
    "hours_without_zone": ("decent hours need a time zone", "都合のよい時間帯にはタイムゾーンが必要です。"),
}


def say(code: str, arguments: Mapping[str, str | int], language: str = "en") -> str:
    """The sentence of a code in a language (`en` or `ja`)."""
    return MESSAGES[code][language == "ja"].format(**arguments)
