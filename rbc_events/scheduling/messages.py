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
    "bad_dzn": ("line {line}: {name}: {detail}", "{line} 行目 {name}：{detail}"),
    # Input that means nothing
    "duplicate_id": ("the identifier {id} is used twice", "ID {id} が重複しています。"),
    "unknown_id": ("there is no {kind} {id}", "{kind} {id} はありません。"),
    "empty_id": ("an identifier must not be empty", "ID が空です。"),
    "no_slots": ("at least one slot is needed", "時間枠が 1 つ以上必要です。"),
    "slot_ends_before_start": ("the slot ends before it starts", "時間枠の終了が開始より前です。"),
    "slot_too_long": ("the slot is longer than a day", "時間枠が 1 日より長くなっています。"),
    "year_out_of_range": ("no time in the year {year} can be used", "西暦 {year} 年の日時は使えません。"),
    "block_interrupted": (
        "slot {other} lies between this slot and the others of its block",
        "同じ区切りの時間枠の間に、別の区切りの時間枠 {other} があります。",
    ),
    "slots_overlap": ("the slot overlaps slot {other}", "時間枠が {other} と重なっています。"),
    "too_few_parties": ("a meeting needs two parties or more", "商談には 2 者以上が必要です。"),
    "party_twice": ("party {party} is in the meeting twice", "参加者 {party} が同じ商談に重複しています。"),
    "pinned_to_forbidden_slot": (
        "request {request} is pinned to slot {slot}, in which it can't be held",
        "面談申込 {request} が固定されている時間枠 {slot} では、この商談を行えません。",
    ),
    "pinned_to_forbidden_place": (
        "request {request} is pinned to place {place}, where it can't be held in slot {slot}",
        "面談申込 {request} が固定されている場所 {place} では、時間枠 {slot} にこの商談を行えません。",
    ),
    "pinned_to_forbidden_interpreter": (
        "request {request} is pinned with interpreter {interpreter}, who can't serve it in slot {slot}",
        "面談申込 {request} に固定されている通訳 {interpreter} は、時間枠 {slot} のこの商談に対応できません。",
    ),
    "pinned_interpreter_not_needed": (
        "request {request} is pinned with interpreter {interpreter}, but needs none",
        "面談申込 {request} には通訳 {interpreter} が固定されていますが、通訳は不要です。",
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
    "is_vetoed": ("request {request} is vetoed", "面談申込 {request} は除外されています。"),
    "is_held": ("request {request} is held", "面談申込 {request} は組まれています。"),
    # Rules that a plan breaks
    "known": ("there is no {kind} {id}", "{kind} {id} はありません。"),
    "held_once": ("request {request} is held {times} times", "面談申込 {request} が {times} 回組まれています。"),
    "not_vetoed": ("request {request} is vetoed but held", "除外された面談申込 {request} が組まれています。"),
    "pins_kept": (
        "request {request} is not held as pinned to slot {slot}",
        "面談申込 {request} が固定された時間枠 {slot} のとおりに組まれていません。",
    ),
    "begins_where_allowed": (
        "request {request} may not begin in slot {slot}",
        "面談申込 {request} は時間枠 {slot} に始められません。",
    ),
    "lies_in_one_block": (
        "request {request} does not fit into its block from slot {slot}",
        "面談申込 {request} は時間枠 {slot} からでは区切りに収まりません。",
    ),
    "lies_in_session": (
        "request {request} in slot {slot} is not in session {session}",
        "面談申込 {request}（時間枠 {slot}）がセッション {session} の外にあります。",
    ),
    "in_order": (
        "request {request} begins before {before} has ended",
        "面談申込 {request} が {before} の終了前に始まります。",
    ),
    "parties_available": (
        "party {party} is not available in slot {slot} (request {request})",
        "参加者 {party} は時間枠 {slot} に参加できません（面談申込 {request}）。",
    ),
    "party_capacity": (
        "party {party} holds {meetings} meetings in slot {slot} where it can hold {capacity}",
        "参加者 {party} の時間枠 {slot} の商談は {meetings} 件ですが、同時に {capacity} 件までです。",
    ),
    "party_most": (
        "party {party} has {meetings} meetings where {most} is the most",
        "参加者 {party} の商談は {meetings} 件ですが、上限は {most} 件です。",
    ),
    "party_most_per_day": (
        "party {party} has {meetings} meetings on {day} where {most} is the most",
        "参加者 {party} の {day} の商談は {meetings} 件ですが、上限は {most} 件です。",
    ),
    "party_longest_run": (
        "party {party} is busy {slots} slots in a row from {slot} where {most} is the most",
        "参加者 {party} は {slot} から {slots} 枠続きますが、上限は {most} 枠です。",
    ),
    "time_to_change_rooms": (
        "party {party} needs {minutes} minutes between requests {request} and {next} to change rooms",
        "参加者 {party} は面談申込 {request} と {next} の間に移動時間 {minutes} 分が必要です。",
    ),
    "fairness": (
        "party {party}: number of breaks {breaks}, more than {most_apart} above another's",
        "参加者 {party} の空き時間は {breaks} 回で、最も少ない参加者との差が {most_apart} 回を超えます。",
    ),
    "place_given": (
        "request {request} has no place that exists ({place} {number})",
        "面談申込 {request} の場所（{place} {number}）はありません。",
    ),
    "place_open": (
        "place {place} can't be used in slot {slot} (request {request})",
        "場所 {place} は時間枠 {slot} に使えません（面談申込 {request}）。",
    ),
    "one_meeting_a_table": (
        "place {place} number {number} has two meetings in slot {slot}",
        "場所 {place} の {number} 番で時間枠 {slot} の商談が重なっています。",
    ),
    "place_suits_mode": (
        "place {place} doesn't suit request {request} ({mode})",
        "場所 {place} は面談申込 {request}（{mode}）に合いません。",
    ),
    "booths": (
        "request {request} may not be at place {place} because of a booth",
        "面談申込 {request} はブースの都合により場所 {place} では行えません。",
    ),
    "interpreter_where_needed": (
        "the parties of request {request} need an interpreter; {interpreter} doesn't serve",
        "面談申込 {request} には通訳が必要ですが、{interpreter} では対応できません。",
    ),
    "interpreter_only_where_needed": (
        "request {request} needs no interpreter, but has {interpreter}",
        "面談申込 {request} には通訳が不要ですが、{interpreter} が付いています。",
    ),
    "interpreters_available": (
        "interpreter {interpreter} is not available in slot {slot} (request {request})",
        "通訳 {interpreter} は時間枠 {slot} に対応できません（面談申込 {request}）。",
    ),
    "interpreter_once": (
        "interpreter {interpreter} is in two meetings in slot {slot}",
        "通訳 {interpreter} の時間枠 {slot} の商談が重なっています。",
    ),
    "interpreter_most": (
        "interpreter {interpreter} has {meetings} meetings where {most} is the most",
        "通訳 {interpreter} の商談は {meetings} 件ですが、上限は {most} 件です。",
    ),
    "interpreter_most_per_day": (
        "interpreter {interpreter} has {meetings} meetings on {day} where {most} is the most",
        "通訳 {interpreter} の {day} の商談は {meetings} 件ですが、上限は {most} 件です。",
    ),
    "interpreter_rest": (
        "interpreter {interpreter} works {slots} slots in a row from {slot} without the rest that is due",
        "通訳 {interpreter} は {slot} から {slots} 枠続き、必要な休憩がありません。",
    ),
    # Certificates that say something untrue
    "left_out_wrong": ("the list of requests left out is wrong", "組まれなかった面談申込の一覧が正しくありません。"),
    "changes_wrong": ("the list of changes is wrong", "変更の一覧が正しくありません。"),
    "another_input": (
        "the plan was made from another input, or with other --levels or --fairness",
        "この日程は、別の入力から、または --levels か --fairness の異なる指定で作成されています。",
    ),
    "levels_wrong": (
        "the certificate's levels are not the input's: {levels}",
        "証明書の最適化項目が入力（{levels}）と異なります。",
    ),
    "value_wrong": ("{level} is {found}, not {value}", "{level} は {value} ではなく {found} です。"),
    "bound_passed": (
        "{level}: the value {value} is better than the bound {bound}",
        "{level}：値 {value} が限界値 {bound} を超えています。",
    ),
    "bound_wrong": (
        "{level}: only {found} is proved, not {bound}",
        "{level}：証明できる限界値は {bound} ではなく {found} です。",
    ),
    "bound_unproved": (
        "{level}: the bound by {method} is not proved",
        "{level}：{method} による限界値が証明されていません。",
    ),
    "proved_wrong": (
        "{level}: said to be proved, or not to be, against its value and bound",
        "{level}：証明済みかどうかの記載が値と限界値に合いません。",
    ),
    "gap_wrong": (
        "{level}: the gap is not that between value and bound",
        "{level}：差の記載が値と限界値に合いません。",
    ),
    "pinned_wrong": (
        "request {request} is said to be pinned, or not to be, against the input",
        "面談申込 {request} の固定の有無が入力と異なります。",
    ),
    "record_wrong": ("{field} can't be below 0", "{field} は 0 未満にはなりません。"),
    "conflict_wrong": (
        "the rules named as a conflict are not one, or not all of them are needed",
        "両立しないとされた条件は、実際には両立するか、不要なものを含んでいます。",
    ),
    "status_wrong": ("the status is {found}, not {status}", "状態は {status} ではなく {found} です。"),
    # Why the must-haves can't all be held
    "why_held": ("request {request} must be held", "面談申込 {request} は必ず組む必要があります。"),
    "why_pinned": (
        "request {request} is pinned to slot {slot}",
        "面談申込 {request} は時間枠 {slot} に固定されています。",
    ),
    "why_order": ("request {request} comes after {before}", "面談申込 {request} は {before} より後に行います。"),
    "why_request_slots": (
        "request {request} may begin in {limit} slots only",
        "面談申込 {request} を始められる時間枠は {limit} 枠だけです。",
    ),
    "why_request_slot": (
        "request {request} is fixed to slot {limit}",
        "面談申込 {request} は時間枠 {limit} に限られています。",
    ),
    "why_request_session": (
        "request {request} lies in session {limit}",
        "面談申込 {request} はセッション {limit} に限られています。",
    ),
    "why_request_length": (
        "request {request} takes {limit} slots in a row",
        "面談申込 {request} は連続 {limit} 枠を要します。",
    ),
    "why_request_mode": (
        "request {request} is held {limit}",
        "面談申込 {request} の実施形態は {limit} に限られています。",
    ),
    "why_party_available": (
        "party {party} is available in {limit} slots only",
        "参加者 {party} が参加できる時間枠は {limit} 枠だけです。",
    ),
    "why_party_capacity": (
        "party {party} holds no more than {limit} at once",
        "参加者 {party} が同時に行える商談は {limit} 件です。",
    ),
    "why_party_most": (
        "party {party} has no more meetings than {limit}",
        "参加者 {party} の商談は {limit} 件までです。",
    ),
    "why_party_most_per_day": (
        "party {party} has no more meetings a day than {limit}",
        "参加者 {party} の商談は 1 日 {limit} 件までです。",
    ),
    "why_party_longest_run": (
        "party {party} has no longer runs than {limit}",
        "参加者 {party} の商談は連続 {limit} 枠までです。",
    ),
    "why_party_room_change": (
        "party {party} needs {limit} minutes to change rooms",
        "参加者 {party} は部屋の移動に {limit} 分必要です。",
    ),
    "why_party_site_change": (
        "party {party} needs {limit} minutes to change sites",
        "参加者 {party} は会場の移動に {limit} 分必要です。",
    ),
    "why_party_booth": ("party {party} stays at place {limit}", "参加者 {party} は場所 {limit} から移動しません。"),
    "why_interpreter_available": (
        "interpreter {interpreter} is available in {limit} slots only",
        "通訳 {interpreter} が対応できる時間枠は {limit} 枠だけです。",
    ),
    "why_interpreter_longest_run": (
        "interpreter {interpreter} has no longer runs than {limit}",
        "通訳 {interpreter} の対応は連続 {limit} 枠までです。",
    ),
    "why_interpreter_most": (
        "interpreter {interpreter} has no more meetings than {limit}",
        "通訳 {interpreter} の商談は {limit} 件までです。",
    ),
    "why_interpreter_most_per_day": (
        "interpreter {interpreter} has no more meetings a day than {limit}",
        "通訳 {interpreter} の商談は 1 日 {limit} 件までです。",
    ),
    "why_interpreters": (
        "interpreters for meetings without a common language, in all: {interpreters}",
        "共通の言語がない商談には、{interpreters} 名の通訳のいずれかが必要です。",
    ),
    "why_places": ("there are {places} tables and rooms in all", "テーブルと部屋は全部で {places} です。"),
    "why_virtual_places": ("there are {places} virtual rooms in all", "オンライン会議室は全部で {places} です。"),
    "why_places_of_both_kinds": (
        "there are {places} tables and rooms and {virtual} virtual rooms in all",
        "テーブルと部屋は全部で {places}、オンライン会議室は {virtual} です。",
    ),
    "why_fairness": (
        "nobody's breaks are more than {most_apart} above another's",
        "空き時間の回数の差は {most_apart} 回までです。",
    ),
    "conflict_not_minimal": (
        "Perhaps some of these would do: there was no time to try each one out.",
        "これらの一部だけで両立しない可能性があります。すべてを確かめる時間がありませんでした。",
    ),
    "no_conflict_found": (
        "There was no time to find out which rules can't hold together.",
        "どの条件が両立しないかを調べる時間がありませんでした。",
    ),
    # What keeps a request out
    "party_busy": (
        "party {party} meets in slot {slot} already (request {requests})",
        "参加者 {party} の時間枠 {slot} には別の商談（面談申込 {requests}）があります。",
    ),
    "no_place_free": (
        "no place that suits request {request} is free in slot {slot}",
        "面談申込 {request} に合う場所は時間枠 {slot} に空いていません。",
    ),
    "no_interpreter_free": (
        "no interpreter is free for request {request} in slot {slot}",
        "面談申込 {request} に対応できる通訳は時間枠 {slot} に空いていません。",
    ),
    "no_interpreter_serves": (
        "no interpreter serves the languages of request {request}",
        "面談申込 {request} の言語に対応できる通訳がいません。",
    ),
}


def say(code: str, arguments: Mapping[str, str | int], language: str = "en") -> str:
    """The sentence of a code in a language (`en` or `ja`)."""
    return MESSAGES[code][language == "ja"].format(**arguments)
