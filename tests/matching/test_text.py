"""Spellings that people take for one word are one word."""

import pytest

from rbc_events.matching.text import BREAK, fold, index_tokens, stem, topic_words, units, word_tokens


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ﾛﾎﾞｯﾄ", "ロボット"),
        ("ＡＩ", "ai"),
        ("センサー", "センサ"),
        ("コンピューター", "コンピュータ"),
        ("ヴァイオリン", "バイオリン"),
        ("髙﨑", "高崎"),
        ("①", "1"),
        ("STRASSE", "straße"),
        ("サンプル・オーロラ・レティナ", "サンプルオーロラレティナ"),
        ("ｻﾝﾌﾟﾙ･ｵｰﾛﾗ", "サンプルオーロラ"),
        ("ジャン＝ポール", "ジャン・ポール"),
        ("ジャン゠ポール", "ジャンポール"),
        ("センサー・カメラ", "センサーカメラ"),
        ("渡邉", "渡辺"),
        ("渡邊", "渡辺"),
        ("齋藤", "斎藤"),
        ("齊藤", "斉藤"),
        ("廣澤", "広沢"),
        ("𠮷野家", "吉野家"),
        ("葛\U000e0100城", "葛城"),
        ("辻\ufe00", "辻"),
        ("國立醫藥大學", "国立医薬大学"),
        ("慶應義塾", "慶応義塾"),
        ("實驗裝置", "実験装置"),
        ("㈱見本", "(株)見本"),
        ("ＳＡＭＰＬＥ　見本", "sample 見本"),
        ("袖ヶ浦", "袖ケ浦"),
        ("神", "神"),
        ("ウェブサーバー", "ウェブサーバ"),
        ("ベンチャー", "ベンチャ"),
        ("ヴィジョン", "ビジョン"),
    ],
)
def test_two_spellings_of_one_word_are_folded_to_one(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("ビール", "ビル"), ("スキー", "スキ"), ("データ", "デタ"), ("はし", "はじ"), ("斎藤", "斉藤"), ("1-2", "12")],
)
def test_different_words_stay_different(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_umlauts_are_stored_in_both_spellings() -> None:
    assert word_tokens("müller") == ["muller", "mueller"]
    assert word_tokens("muller") == ["muller"]
    assert word_tokens("ångström") == ["angstrom", "aangstroem"]


@pytest.mark.parametrize(
    ("word", "root"),
    [
        ("robots", "robot"),
        ("batteries", "battery"),
        ("glass", "glass"),
        ("virus", "virus"),
        ("organisation", "organization"),
        ("labour", "labor"),
        ("centre", "center"),
        ("programme", "program"),
    ],
)
def test_plurals_and_british_spelling_meet_the_other_form(word: str, root: str) -> None:
    assert stem(word) == root


def test_japanese_is_indexed_as_pairs_of_characters_in_katakana() -> None:
    assert index_tokens("抹茶") == ["抹茶", "茶"]
    assert index_tokens("ろぼっと") == index_tokens("ロボット") == ["ロボ", "ボッ", "ット", "ト"]
    assert index_tokens("AIによる診断") == ["ai", "ニヨ", "ヨル", "ル診", "診断", "断"]


def test_punctuation_breaks_and_a_middle_dot_does_not() -> None:
    assert units("スマート・シティ") == units("スマートシティ") == units("スマート シティ")
    assert units("茶、葉") == ["茶", BREAK, "葉"]
    assert units("e-bikes") == ["e", "bike"]


def test_topic_words_leave_grammar_out() -> None:
    assert topic_words("We are monitoring the patients") == ["monitor", "patient"]
    assert topic_words("橋を点検するロボット") == ["橋", "点検", "ロボット", "ロボッ", "ボット"]


def test_strange_text_is_read_without_a_fault() -> None:
    for text in ("", "😀", "‮مرحبا", "\x00\x01", "ー", "a" * 5000):
        assert isinstance(index_tokens(text), list)
        assert isinstance(units(text), list)
