"""One way of reading text for the index, the query and the taxonomy, in Japanese and in languages in Latin script.

`fold` makes spellings of one word equal; `units` cuts folded text into the pieces that terms are compared by;
`index_tokens` makes what the full-text index stores, `topic_words` what two texts are compared by.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any

# Variants in names (itaiji) that neither NFKC nor `_old_forms` knows, and people type as the common form.
_KANJI_VARIANTS = str.maketrans("髙﨑栁濵邉齋齊嶋冨𠮷ヶ", "高崎柳浜辺斎斉島富吉ケ")
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")  # which drawing of a character (IVS): 葛󠄀 = 葛
# Between kana a middle dot, or what stands for it between a name's parts, parts no words: オーロラ・レティナ.
_DOT = re.compile(r"(?<=[\u3041-\u3096\u30a1-\u30fa\u30fc])[・·•‧=゠‐-](?=[\u3041-\u3096\u30a1-\u30fa])")
# ヴァ行 is written バ行 as often (Cabinet notice 外来語の表記, 1991, part 2).
_VU = (("ヴァ", "バ"), ("ヴィ", "ビ"), ("ヴェ", "ベ"), ("ヴォ", "ボ"), ("ヴ", "ブ"))
_UNDECOMPOSED = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
_HIRAGANA_TO_KATAKANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}

_KANA = r"\u3005-\u3007\u3041-\u3096\u30a1-\u30fa\u30fc-\u30fe"
_CJK = _KANA + r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af\U00020000-\U0003134f"
_RUN = re.compile(rf"[{_CJK}]+|[^\W_{_CJK}]+")
_LONG_VOWEL_END = re.compile(r"([ァ-ヺ][ァ-ヺー]{2,})ー(?![ァ-ヺー])")
_BREAK = re.compile(r"[、。，．,.;:!?()\[\]{}「」『』|/\n\t]")

_SCRIPTS = re.compile(r"[\u3400-\u9fff々]+|[ァ-ヺー]+")  # kanji and katakana; hiragana is mostly grammar
_ENDING = re.compile(r"(?<=...)(ations?|ings?|ed|ers?|ions?|ic|al|ly|ness|ment|y|e|i|ive)$")
_STOP_WORDS = frozenset(
    re.findall(
        r"\w+",
        """a after again all also always an and another any are as at be become been before between both but by
        can come could day did do does each even ever every few for from get give go good great had half has
        have here hour how if in into is it its just keep know last least less let like long look made make many
        may might month more most much must need neither never new no nobody nor not nothing now of off often on
        one only or other our out over own part per put say seek several should side since so some something
        still such take than that the their them then there they thing this through time to today together too
        toward two under until up us use used using very want was way we week well were what when where which
        while who will wish with without would year yet you your""",
    )
)

READING = 2
"""Counts up when the same text is read differently from now on: what is kept of texts is then made anew."""

BREAK = "\x00"
"""The unit that stands for punctuation, which no term reaches across."""


@cache
def _old_forms() -> Any:
    """What makes 國 → 国, 醫 → 医: the old forms of the characters that were simplified in 1946.

    Loaded by those alone who read a text: it takes 5 MB of a process.
    """
    from opencc import OpenCC

    return OpenCC("t2jp")


def fold(text: str) -> str:
    """Half-width and full-width, case, old forms and variants of kanji, ヴ, dots between kana and the long vowel at the
    end of a katakana word made equal.

    The final ー is dropped after three characters or more (センサー = センサ, the older rule of JIS Z 8301 against the
    Cabinet notice of 1991), never within a word, where it tells ビール from ビル.
    """
    plain = _SELECTORS.sub("", unicodedata.normalize("NFKC", text)).casefold()
    folded = _DOT.sub("", _old_forms().convert(plain).translate(_KANJI_VARIANTS))
    for written, plain in _VU:
        folded = folded.replace(written, plain)
    return _LONG_VOWEL_END.sub(r"\1", folded)


@lru_cache(maxsize=20_000)
def plain_letters(word: str) -> str:
    """The Latin word without accents: müller → muller."""
    decomposed = unicodedata.normalize("NFD", word.translate(_UNDECOMPOSED))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """Light stem of a folded English word: the plural taken off, British spelling made American.

    The plural by the S-stemmer of D. Harman, "How effective is suffixing?", JASIS 42(1), 1991.
    """
    if len(word) > 3 and word.isascii() and word.isalpha():
        word = _singular(word)
        word = re.sub(r"(?<=.{2})is(e|ed|ing|ation)$", r"iz\1", word)
        word = re.sub(r"(?<=.{3})our$", "or", word)
        word = re.sub(r"(?<=.{2})([tb])re$", r"\1er", word)
        word = re.sub(r"gramme$", "gram", word)
    return word


def _singular(word: str) -> str:
    if word.endswith("ies") and not word.endswith(("eies", "aies")):
        return word[:-3] + "y"
    if word.endswith("es") and not word.endswith(("aes", "ees", "oes")):
        return word[:-1]
    if word.endswith("s") and not word.endswith(("us", "ss")):
        return word[:-1]
    return word


def is_cjk(unit: str) -> bool:
    return bool(unit) and re.match(rf"[{_CJK}]", unit) is not None


def units(text: str) -> list[str]:
    """The text as stemmed Latin words and single CJK characters, with `BREAK` for punctuation between them.

    Spaces, hyphens and middle dots are not breaks: スマート・シティ equals スマートシティ.
    """
    found: list[str] = []
    end = 0
    folded = fold(text)
    for run in _RUN.finditer(folded):
        if found and _BREAK.search(folded, end, run.start()):
            found.append(BREAK)
        end = run.end()
        piece = run.group()
        if is_cjk(piece):
            found.extend(piece)
        else:
            found.append(stem(plain_letters(piece)))
    return found


def runs(text: str) -> Iterator[tuple[str, bool]]:
    """The words of the folded text in their order, each with whether it is a CJK run."""
    for run in _RUN.finditer(fold(text)):
        yield run.group(), is_cjk(run.group())


@lru_cache(maxsize=100_000)
def letters(text: str) -> str:
    """The folded text without accents, blanks and punctuation, its kana made katakana: by which a list is searched.

    >>> letters("髙橋 太郎"), letters("Müller-Robotik")
    ('高橋太郎', 'mullerrobotik')
    """
    pieces = (run if cjk else plain_letters(run) for run, cjk in runs(text))
    return "".join(pieces).translate(_HIRAGANA_TO_KATAKANA)


def is_named(words: str, *texts: str) -> bool:
    """Whether each of the words stands in one of the texts, however both are spelled. An empty search finds all; one of
    signs alone finds nothing."""
    wanted = [letters(word) for word in words.split()]
    written = [letters(text) for text in texts if text]
    return any(wanted) >= bool(wanted) and all(any(word in text for text in written) for word in wanted)


def bigrams(run: str) -> list[str]:
    """The pairs of neighbouring characters of a CJK run, then its last character: 抹茶 → 抹茶, 茶.

    Kana is made katakana. A single character is found as the beginning of one of these.
    """
    folded = run.translate(_HIRAGANA_TO_KATAKANA)
    return [folded[i : i + 2] for i in range(len(folded))]


def word_tokens(word: str) -> list[str]:
    """The stored spellings of a Latin word: without accents, and with German and Nordic letters written out."""
    return list(dict.fromkeys([stem(plain_letters(word)), stem(plain_letters(word.translate(_UMLAUTS)))]))


def index_tokens(text: str) -> list[str]:
    """What the full-text index stores for the text, in order; the second spelling of a word stands after the first."""
    tokens: list[str] = []
    for run, cjk in runs(text):
        tokens.extend(bigrams(run) if cjk else word_tokens(run))
    return tokens


def topic_words(text: str) -> list[str]:
    """The pieces that say what a text is about: Latin word roots, kanji bigrams, katakana words and their trigrams."""
    found: list[str] = []
    for run, cjk in runs(text):
        if cjk:
            for part in _SCRIPTS.findall(run):
                found.extend(_katakana_pieces(part) if "ァ" <= part[0] <= "ー" else _kanji_pieces(part))
        else:
            word = stem(plain_letters(run))
            if word not in _STOP_WORDS and not word.isdigit():
                found.append(_root(word))
    return found


def _katakana_pieces(part: str) -> list[str]:
    return [part] if len(part) <= 3 else [part, *(part[i : i + 3] for i in range(len(part) - 2))]


def _kanji_pieces(part: str) -> list[str]:
    return [part] if len(part) == 1 else [part[i : i + 2] for i in range(len(part) - 1)]


def _root(word: str) -> str:
    """monitoring, monitored, monitor → monitor: up to two endings off, three letters stay. Too coarse for a search."""
    return _ENDING.sub("", _ENDING.sub("", word))
