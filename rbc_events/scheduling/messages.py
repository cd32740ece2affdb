"""What the scheduler says, in English and Japanese: a code and its arguments make a sentence."""

from collections.abc import Mapping

from rbc_events.scheduling.rules import REGISTRY

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
    "own_rival": ("party {party} is its own rival", "参加者 {party} が自身の競合に指定されています。"),
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
    "proof_wrong": (
        "{file}: line {line} doesn't follow from the clauses before it: no proof",
        "{file}：{line} 行目がそれより前の節から導かれないため、証明になっていません。",
    ),
    "proof_cut": (
        "{file}: the proof ends before it comes to a contradiction",
        "{file}：証明が矛盾に至る前に終わっています。",
    ),
    "proof_of_another": (
        "{file}: these are clauses of another problem or bound; its proof isn't one of this",
        "{file}：別の問題または別の限界値の節です。その証明はこの問題の証明にはなりません。",
    ),
    "not_refuted": (
        "{level}: no proof of the bound was found: the clauses that are made of the problem can be kept together",
        "{level}：問題から作った節は両立するため、限界値の証明は得られませんでした。",
    ),
    # Why the must-haves can't all be held
    "why_held": ("request {request} must be held", "面談申込 {request} は必ず組む必要があります。"),
    "conflict_not_minimal": (
        "Perhaps some of these would do: there was no time to try each one out.",
        "これらの一部だけで両立しない可能性があります。すべてを確かめる時間がありませんでした。",
    ),
    "no_conflict_found": (
        "There was no time to find out which rules can't hold together.",
        "どの条件が両立しないかを調べる時間がありませんでした。",
    ),
}
"""What is no rule's own; the words of rules stand with them, in `rules/`."""

SENTENCES = MESSAGES | {code: words for rule in REGISTRY for code, words in rule.words.items()}


def say(code: str, arguments: Mapping[str, str | int], language: str = "en") -> str:
    """The sentence of a code in a language (`en` or `ja`)."""
    return SENTENCES[code][language == "ja"].format(**arguments)
