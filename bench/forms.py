"""Queries as small trees that everyone measured translates to its own language."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from rubrix_widget.index.field import Field


@dataclass(frozen=True)
class Word:
    text: str


@dataclass(frozen=True)
class Phrase:
    """Words one after another."""

    words: tuple[str, ...]


@dataclass(frozen=True)
class Near:
    """A sloppy phrase: Lucene's rule, moves of words summing up to ``slop``."""

    words: tuple[str, ...]
    slop: int


@dataclass(frozen=True)
class Prefix:
    text: str


@dataclass(frozen=True)
class Like:
    """A pattern for a whole word: ``?`` one character, ``*`` any number."""

    pattern: str


@dataclass(frozen=True)
class Regex:
    """A regular expression for a whole word."""

    pattern: str


@dataclass(frozen=True)
class Fuzzy:
    text: str
    edits: int


@dataclass(frozen=True)
class Span:
    """Texts with a word between two words, both included."""

    low: str
    high: str


@dataclass(frozen=True)
class Equals:
    field: str
    value: str


@dataclass(frozen=True)
class Between:
    """A number, or a day as ISO 8601, between two, both included."""

    field: str
    low: float | str
    high: float | str


@dataclass(frozen=True)
class All:
    parts: tuple[Form, ...]


@dataclass(frozen=True)
class Any:
    parts: tuple[Form, ...]


@dataclass(frozen=True)
class Not:
    part: Form


Text = Word | Phrase | Near | Prefix | Like | Regex | Fuzzy | Span
Form = Text | Equals | Between | All | Any | Not
_OPERATORS = pa.array(["and", "or", "not", "to"], pa.large_string())
METADATA = ("source", "split", "stars", "day")


@dataclass(frozen=True)
class Query:
    """A class of queries and its example."""

    name: str
    form: Form


def written(form: Form) -> str:
    """Write a form in our query language."""
    match form:
        case Equals(field, value):
            return f'{_named(field)}:"{value}"'
        case Between(field, low, high):
            return f"{_named(field)}:[{low} TO {high}]"
        case All(parts):
            return "(" + " AND ".join(written(part) for part in parts) + ")"
        case Any(parts):
            return "(" + " OR ".join(written(part) for part in parts) + ")"
        case Not(part):
            return f"(NOT {written(part)})"
    return _text(form)


def _text(form: Text) -> str:
    match form:
        case Word(text) | Like(text):
            return text
        case Phrase(words):
            return f'"{" ".join(words)}"'
        case Near(words, slop):
            return f'"{" ".join(words)}"~{slop}'
        case Prefix(text):
            return f"{text}*"
        case Regex(pattern):
            return f"/{pattern}/"
        case Fuzzy(text, edits):
            return f"{text}~{edits}"
        case Span(low, high):
            return f"[{low} TO {high}]"


def _named(field: str) -> str:
    return f"metadata.{field}" if field in METADATA else field


@dataclass(frozen=True)
class Choice:
    """Words of a text field by how common they are; of plain letters, which all cut alike."""

    common: tuple[str, ...]
    rare: str
    after_rare: str
    usual: str

    @classmethod
    def of(cls, field: Field) -> Choice:
        """Choose from an index: four commonest words, a rare one, one to misspell."""
        terms = field.lexicon
        found = np.diff(field.posting_offsets)
        plain = pc.match_substring_regex(terms, "^[a-z]+$").to_numpy(zero_copy_only=False)
        plain = plain & ~pc.is_in(terms, _OPERATORS).to_numpy(zero_copy_only=False)
        by_count = np.argsort(-np.where(plain, found, 0), kind="stable")
        texts = len(field.token_offsets) - 1
        lengths = pc.binary_length(terms).to_numpy()

        def nearest(count: float, letters: int, most: int = 30) -> int:
            fits = np.flatnonzero(plain & (lengths >= letters) & (lengths <= most))
            fits = fits if len(fits) else np.flatnonzero(plain)
            return int(fits[np.argmin(np.abs(found[fits] - count))])

        rare = nearest(max(2.0, texts / 50_000), 4)
        usual = nearest(texts / 2_000, 6, 8)
        places = np.flatnonzero(field.tokens == rare)
        following = [
            after
            for after in field.tokens[np.minimum(places + 1, len(field.tokens) - 1)].tolist()
            if plain[after] and after != rare
        ]
        words = terms.take(np.array([*by_count[:4], rare, (following or [by_count[0]])[0], usual]))
        *common, rare_word, after, usual_word = words.to_pylist()
        return cls(tuple(common), rare_word, after, usual_word)


def text_queries(choice: Choice) -> list[Query]:
    """Give an example of every class of queries on texts."""
    one, two, three, four = choice.common
    return [
        Query("rare term", Word(choice.rare)),
        Query("common term", Word(one)),
        Query("AND of two common", All((Word(one), Word(two)))),
        Query("OR of three common", Any((Word(one), Word(two), Word(three)))),
        Query("NOT", Not(Word(one))),
        Query("common AND NOT common", All((Word(two), Not(Word(one))))),
        Query("phrase, two common words", Phrase((one, two))),
        Query("phrase, rare", Phrase((choice.rare, choice.after_rare))),
        Query("near ~3, two commonest", Near((one, two), 3)),
        Query("near ~5, three words", Near((one, two, three), 5)),
        Query("near ~3, a word twice", Near((one, one), 3)),
        Query("prefix, one letter", Prefix("a")),
        Query("wildcard", Like("t?o*n")),
        Query("leading wildcard", Like("*ful*")),
        Query("regular expression", Regex("[a-c].*tion.*")),
        Query("fuzzy ~1", Fuzzy(choice.usual, 1)),
        Query("fuzzy ~2", Fuzzy(choice.usual, 2)),
        Query("range of words", Span("f", "h")),
        Query(
            "mix of six, texts",
            All(
                (
                    Any((Word(one), Phrase((two, three)))),
                    Any((Prefix("b"), Like("*ful*"))),
                    Not(Any((Word(four), Regex("[a-c].*tion.*")))),
                )
            ),
        ),
    ]


def structured_queries(choice: Choice) -> list[Query]:
    """Give an example of every class that asks fields as well."""
    one, two, three, _ = choice.common
    return [
        Query("range of numbers", Between("score", 0.9, 0.95)),
        Query("keyword", Equals("annotated_as", "negative")),
        Query("right or wrong", Equals("predicted", "ko")),
        Query("range of days", Between("day", "2021-03-01", "2021-06-30")),
        Query("word and keyword", All((Word(one), Equals("annotated_as", "negative")))),
        Query(
            "mix of six, texts and fields",
            All(
                (
                    Any((Word(one), Prefix("b"))),
                    Not(Phrase((two, three))),
                    Any((Equals("annotated_as", "negative"), Between("score", 0.9, 1.0))),
                    Between("day", "2021-03-01", "2021-06-30"),
                )
            ),
        ),
    ]
