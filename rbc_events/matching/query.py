"""What a person typed into the search box, as clauses for the full-text index of either database.

All clauses must be met; one alternative of a clause is enough. A word that names a concept of the taxonomy also finds
every text that names the concept, or a narrower one, in either language: the index holds concept tokens beside words.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rbc_events.matching.taxonomy import Mention, Taxonomy
from rbc_events.matching.text import (
    BREAK,
    bigrams,
    fold,
    index_tokens,
    is_cjk,
    plain_letters,
    runs,
    stem,
    units,
    word_tokens,
)

SHORTEST_PREFIX = 3  # letters from which a word also finds longer ones
LONGEST_QUERY = 200


@dataclass(frozen=True)
class Phrase:
    """Index tokens that follow one another; with `prefix` the last one may go on."""

    tokens: tuple[str, ...]
    prefix: bool = False


Clause = tuple[Phrase, ...]


def concept_token(key: str) -> str:
    """The index token of a concept; the underscore keeps it apart from words."""
    return f"_{key}"


def index_document(text: str, taxonomy: Taxonomy) -> list[str]:
    """Every token of a text: its words in order, then the concepts that it names and all above them."""
    named = taxonomy.concepts_in(text)
    above = {token for key in named for token in taxonomy.ancestors(key)}
    return index_tokens(text) + [concept_token(key) for key in sorted(above)]


def parse(text: str, taxonomy: Taxonomy) -> list[Clause]:
    """The clauses of a query, empty when it holds no word. What stands in double quotes is looked for as it is.

    In a query with Japanese a space parts two wishes; elsewhere words on both sides of it may be one term.
    """
    clauses: list[Clause] = []
    for part in re.split(r'("[^"]*")', fold(text[:LONGEST_QUERY])):
        if part.startswith('"') and part.endswith('"') and len(part) > 1:
            clauses.extend((phrase,) for phrase in _exact(part))
        else:
            for wish in part.split() if any(map(is_cjk, part)) else [part]:
                clauses.extend(_clauses(wish, taxonomy))
    return clauses or [_japanese(_words(run)) for run, cjk in runs(text[:LONGEST_QUERY]) if cjk]


def _exact(text: str) -> Iterator[Phrase]:
    tokens = _in_order(list(runs(text)))
    if tokens:
        yield Phrase(tuple(tokens))


def _in_order(found: list[tuple[str, bool]]) -> list[str]:
    """The tokens of neighbouring runs as the index has them: each Japanese run but the last ends there too."""
    tokens: list[str] = []
    for place, (run, cjk) in enumerate(found):
        ends = place < len(found) - 1
        tokens.extend((bigrams(run) if ends else _inner(run)) if cjk else word_tokens(run)[:1])
    return tokens


def _inner(run: str) -> list[str]:
    """The bigrams of a run without its last single character, which the index has only where a text's run ends."""
    return bigrams(run)[:-1] or bigrams(run)


def _clauses(text: str, taxonomy: Taxonomy) -> Iterator[Clause]:
    """One clause for each concept named and one for each word or stretch of Japanese between them."""
    pieces, words = units(text), _words(text)
    position = 0
    for mention in [*taxonomy.mentions(text), Mention("", len(pieces), len(pieces))]:
        yield from _plain(words[position : mention.start])
        if mention.key:
            named = tuple(_phrases(words[mention.start : mention.end]))
            yield (*named, Phrase((concept_token(mention.key),)))
        position = mention.end


@dataclass(frozen=True)
class _Word:
    """A folded Latin word or a single CJK character; empty for punctuation. `begins`: with it a run begins."""

    written: str
    cjk: bool = False
    begins: bool = True


def _words(text: str) -> list[_Word]:
    """One for each of `units(text)`."""
    written = iter(
        _Word(piece, cjk, place == 0) for run, cjk in runs(text) for place, piece in enumerate(run if cjk else [run])
    )
    return [_Word("") if unit == BREAK else next(written) for unit in units(text)]


def _plain(words: list[_Word]) -> Iterator[Clause]:
    run: list[_Word] = []
    for word in [*words, _Word("")]:
        if word.cjk:
            run.append(word)
            continue
        if run and not _is_grammar("".join(each.written for each in run)):
            yield _japanese(run)
        run = []
        if word.written:
            yield tuple(Phrase((token,), prefix=len(token) >= SHORTEST_PREFIX) for token in word_tokens(word.written))


def _japanese(words: list[_Word]) -> Clause:
    """A stretch of Japanese as one word and, where something such as ・ parts it, also with its parts one by one."""
    whole = "".join(word.written for word in words)
    parts: list[str] = []
    for word in words:
        if word.begins or not parts:
            parts.append(word.written)
        else:
            parts[-1] += word.written
    phrases = [Phrase(tuple(_inner(whole)), prefix=len(whole) == 1)]
    if len(parts) > 1:
        phrases.append(Phrase(tuple(_in_order([(part, True) for part in parts]))))
    return tuple(phrases)


def _phrases(words: list[_Word]) -> Iterator[Phrase]:
    """The words of a concept's mention as one phrase."""
    tokens: list[str] = []
    run = ""
    for word in [*words, _Word("")]:
        if word.cjk:
            run += word.written
            continue
        if run:
            tokens.extend(_inner(run))
            run = ""
        if word.written:
            tokens.append(stem(plain_letters(word.written)))
    if tokens:
        yield Phrase(tuple(tokens), prefix=len(words) == 1 and words[0].cjk)


def _is_grammar(run: str) -> bool:
    """A few hiragana, with one kanji at most: の, による, を使った between the words that matter."""
    hiragana = len(re.findall(r"[ぁ-ゖ]", run))
    return 0 < hiragana <= 3 and len(run) - hiragana <= 1


def fts5(clauses: list[Clause], columns: tuple[str, ...] = ()) -> str:
    """A MATCH expression of SQLite's FTS5, over some columns or all."""
    inside = " AND ".join(f"({' OR '.join(map(_fts5_phrase, clause))})" for clause in clauses)
    return f"{{{' '.join(columns)}}} : ({inside})" if columns else inside


def _fts5_phrase(phrase: Phrase) -> str:
    words = " ".join(phrase.tokens).replace('"', '""')
    return f'"{words}"{" *" if phrase.prefix else ""}'


def tsquery(clauses: list[Clause], labels: str = "") -> str:
    """A tsquery of PostgreSQL, over the lexemes with one of the labels (A to D) or all."""
    return " & ".join(f"({' | '.join(_ts_phrase(phrase, labels) for phrase in clause)})" for clause in clauses)


def _ts_phrase(phrase: Phrase, labels: str) -> str:
    last = len(phrase.tokens) - 1
    parts = []
    for place, token in enumerate(phrase.tokens):
        mark = ("*" if phrase.prefix and place == last else "") + labels
        escaped = token.replace("\\", "\\\\").replace("'", "''")
        parts.append(f"'{escaped}'" + (f":{mark}" if mark else ""))
    return f"({' <-> '.join(parts)})"
