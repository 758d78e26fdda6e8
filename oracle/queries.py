"""Made-up queries: every construct of the language, and every way to get it slightly wrong."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from random import Random
from typing import Final

from hypothesis import strategies as st

from oracle.corpus import AGENTS, FIELDS, LABELS

Strategy = st.SearchStrategy[str]
_SPECIAL: Final = r'+-!(){}[]^"~*?:\/&|<>='
_ODD_WORDS: Final = [
    *"and or not to TO now a n't 's well-acted don't U.S.A. 3.14 a.b o'clock C++ & | ||a".split(),
    *"a&&b a=b = ... ' -- _ @ # GOOD Film qick quikc abcd 2021 0.5 -1 1e3".split(),
    *"é e\u0301 É İstanbul ı ß ẞ σίσυφος ΣΊΣΥΦΟΣ 東京都 한국어 สวัสดี مرحبا 😀 𝔘𝔫𝔦 𐐀𐐨".split(),
    *("👨\u200d👩\u200d👧", "1\ufe0f\u20e3", "zero\u200bwidth", "\u0301b", "no\u00a0break"),
    *("a\u2028b", "x\u0085y", "w" * 256, "http://example.com", "\x00"),
]
_NAMES: Final = [
    *list(FIELDS) * 3,
    *"nosuch Text text. metadata inputs http text.exact.exact _exists".split(),
    *(r"inputs.\*", r"metadata.\*"),
]
_NUMBERS: Final = [
    *"0 1 2 -1 5 0.5 .5 5. 1e0 0.75 -0.25 40 100 1.5".split() * 4,
    *("abc", "1,5", "ten", "", "1 2", "0x", "--1", "1-2"),
]
_DATES: Final = [
    *"2019 2020 2021 2020-06 2021-02-28 2020-03-07T10 2020-02-29 2021-12-31".split() * 4,
    *"abc 2020-13 2020-02-30 20-01 2020-06- 2020/06 2020-06-07-08".split(),
]
_VALUES: Final = {
    "predicted": ["ok", "ko", "OK", "k?", "maybe"],
    "status": ["Default", "Discarded", "default", "Edited"],
    "id": ["r-1", "r-12", "R-1", "r"],
    "metadata.checked": ["true", "false", "True", "yes", "1"],
    "metadata.split": ["dev", "train", "Dev Set", "dev-2", "TO", ""],
    "metadata.tags": ["a", "b", "a b", "A", "b*"],
    "predicted_as": LABELS,
    "annotated_as": LABELS,
    "predicted_by": AGENTS,
    "annotated_by": AGENTS,
}
_JOINS: Final = [
    *([" "] * 8 + [" AND ", " OR "] * 3),
    *(" && ", " || ", " and ", " or ", "&&", "||", " AND NOT ", " OR NOT ", " AND -", " OR +"),
    *("  AND\t", "\n", "\u3000", "\u00a0", " OR -", " AND  NOT "),
]
_SIGNS: Final = [""] * 8 + ["+", "-", "!", "NOT ", "NOT  ", "not ", "- ", "! ", "+ "]
_BOOSTS: Final = [""] * 40 + ["^2", "^0.5", "^1.0"] * 2 + ["^", "^ 2", "^2b", "^-1", "^2^3", "^2~1"]
_SLOPS: Final = [""] * 8 + ["~", "~0", "~1", "~2", "~3", "~5", "~20", "~1.9", "~ 2", "~x"]
_EDITS: Final = ["~", "~1", "~2"] * 6 + "~0 ~0.5 ~1.5 ~3 ~AUTO ~auto ~x".split() + ["~ 1"]
_BETWEEN: Final = [" TO "] * 12 + ["  TO ", " to ", " ", "TO", " AND ", " TO TO ", "\tTO\t"]
_SPACES: Final = [""] * 9 + [" "] * 5 + ["  ", "\t", "\n", "\u3000", " \r\n", "\u00a0 "]
_PIECES: Final = [
    *r"a e é A goo . .. \. \d \w \s \D [a-c] [^a] [aeiou] [0-9] [A-Z] [a-] []a] [\]]".split(),
    *(")", "|", "(", r"[a-\d]", r"[\d-z]", '"'),
    *('"a."', "()", "@", "#", "$", "^", "'", "-"),
]
_OPERATORS: Final = "~a ~(a.*) a&b .*a.*&.*e.* <1-5> <10-2> <01-20>".split()
_REPEATS: Final = [""] * 16 + ["*", "+", "?"] * 3 + "{2} {1,2} {1,} {0} {,2} {2,1} **".split()


def queries(texts: Sequence[str]) -> Strategy:
    """Make query strings over some texts.

    Parameters
    ----------
    texts
        What the words are taken from.
    """
    return _Grammar(texts).query()


def escaped(text: str) -> str:
    """Write a text so that no character of it has a meaning."""
    return re.sub(rf"[{re.escape(_SPECIAL)}\s]", r"\\\g<0>", text)


def vocabulary(texts: Sequence[str]) -> list[str]:
    """Choose words of the texts: common, less common and seen once."""
    counted = Counter(word for text in texts for word in text.split())
    ranked = [word for word, _ in counted.most_common()]
    return [*ranked[:60], *ranked[60:600:9], *ranked[600::97]][:250]


def _one_of(choices: Sequence[str]) -> Strategy:
    return st.sampled_from(choices)


def _glued(*parts: Strategy) -> Strategy:
    return st.tuples(*parts).map("".join)


def _per_field(rule: Callable[[_Grammar, str], Strategy]) -> Callable[[_Grammar, str], Strategy]:
    return cache(rule)  # making a strategy anew for each example would take most of the time


class _Grammar:
    """The rules; each that depends on a field is given its name, "" for none."""

    def __init__(self, texts: Sequence[str]) -> None:
        common = vocabulary(texts)
        split = [text.split() for text in texts[:400]]
        self.phrases = _one_of([" ".join(w[i : i + 3]) for i, w in enumerate(split) if w[i:]])
        self.words = st.one_of(_one_of(common[:60]), _one_of(common), _one_of(_ODD_WORDS))
        plain = self.words.map(lambda w: re.sub(rf"[{re.escape(_SPECIAL)}]", "", w) or "x")
        one_escape = st.builds(_with_escape, plain, st.integers(0, 9))
        self.written = st.one_of(plain, plain, self.words.map(escaped), one_escape)
        letters = [word for word in common[:80] if word.isalpha()]
        self.regex = _regexes([*letters, *_PIECES, *_OPERATORS])

    def query(self) -> Strategy:
        name = _one_of(_NAMES)
        existing = _glued(_one_of(["_exists_:"]), st.one_of(name, name, _one_of(["*"])))
        fields = name.flatmap(self.field)
        values = self.value("")
        leaves = st.one_of(values, values, fields, fields, existing | _one_of(["*:*"]))
        whole = self.combined(st.recursive(leaves, self.group, max_leaves=4))
        return st.one_of(leaves, whole, whole, whole, st.builds(_spoilt, whole, st.randoms()))

    def combined(self, children: Strategy) -> Strategy:
        one = st.tuples(_one_of(_SIGNS), children, _one_of(_BOOSTS), _one_of(_JOINS))
        return st.lists(one, min_size=1, max_size=4).map(
            lambda found: "".join("".join(part) for part in found[:-1]) + "".join(found[-1][:3])
        )

    def group(self, children: Strategy) -> Strategy:
        inside = self.combined(children)
        return _glued(_one_of("("), _one_of(_SPACES), inside, _one_of(_SPACES), _one_of(")"))

    @_per_field
    def field(self, field: str) -> Strategy:
        run = st.lists(self.plain(field), min_size=1, max_size=3).map(" ".join)
        value = self.value(field)
        inside = st.one_of(run, value, _glued(value, _one_of(_JOINS), value))
        found = st.one_of(value, value, self.comparison(field), inside.map("({})".format))
        return (found | _one_of(["*"])).map(lambda text: f"{field}:{text}")

    @_per_field
    def value(self, field: str) -> Strategy:
        plain, quoted, pattern = self.plain(field), self.quoted(field), self.pattern(field)
        near, interval = self.near(field), self.interval(field)
        return st.one_of(*[plain] * 3, *[quoted] * 2, pattern, near, interval, self.regex)

    @_per_field
    def plain(self, field: str) -> Strategy:
        kind = FIELDS.get(field)
        if kind in ("double", "long"):
            return _one_of(_NUMBERS).map(escaped)
        if kind == "date":
            return _one_of(_DATES).map(escaped)
        values = _VALUES.get(field.removesuffix(".text"))
        if values:
            own = _one_of(values)
            return st.one_of(own.map(escaped), own.map(escaped), own, self.written)
        return self.written

    @_per_field
    def quoted(self, field: str) -> Strategy:
        several = st.lists(self.words, max_size=4).map(" ".join)
        values = _VALUES.get(field.removesuffix(".text"))
        inside = st.one_of(several, self.phrases, *([_one_of(values)] * 2 if values else []))
        text = inside.map(lambda found: '"' + re.sub(r'["\\]', r"\\\g<0>", found) + '"')
        return _glued(text, _one_of(_SLOPS))

    @_per_field
    def pattern(self, field: str) -> Strategy:
        plain = self.plain(field)
        half = plain.map(lambda word: word[: max(1, len(word) // 2)])
        stems = (plain | half).map(lambda text: text.removesuffix("\\"))
        star, sign = _one_of("*"), _one_of(["*", "?", "*", "??", "**", r"\*", r"\?"])
        return st.one_of(
            _glued(stems, star),
            _glued(star, stems),
            _glued(stems, sign, stems, sign | _one_of([""])),
            _one_of(["*", "?", "**", "???", "*a*", "*e*", "?o*", "*?*", "*'*"]),
        )

    @_per_field
    def near(self, field: str) -> Strategy:
        return _glued(st.builds(_misspelt, self.plain(field), st.integers(0, 99)), _one_of(_EDITS))

    @_per_field
    def interval(self, field: str) -> Strategy:
        quoted = self.quoted(field).map(lambda text: text.partition("~")[0])
        bound = st.one_of(*[self.plain(field)] * 3, quoted, _one_of("*"))
        opening = _glued(_one_of("[{"), _one_of(_SPACES), bound)
        return _glued(opening, _one_of(_BETWEEN), bound, _one_of(_SPACES), _one_of("]}"))

    @_per_field
    def comparison(self, field: str) -> Strategy:
        plain = self.plain(field)
        return _glued(_one_of([">", ">=", "<", "<="]), st.one_of(plain, plain, _one_of([""])))


def _regexes(letters: Sequence[str]) -> Strategy:
    """Make regular expressions, some of them wrong."""
    repeats = _one_of(_REPEATS)

    def combined(children: Strategy) -> Strategy:
        several = st.lists(children, min_size=1, max_size=3)
        repeated = _glued(children.map("({})".format), repeats)
        return st.one_of(
            several.map("".join), several.map("|".join), repeated, _glued(children, _one_of([".*"]))
        )

    whole = st.recursive(_glued(_one_of(letters), repeats), combined, max_leaves=5)
    return whole.map(lambda pattern: "/" + pattern.replace("/", r"\/") + "/")


def _with_escape(word: str, place: int) -> str:
    """Write one letter of a word with a backslash, or by its number."""
    place %= len(word)
    before, letter, after = word[:place], word[place], word[place + 1 :]
    if place % 2 and letter <= "\uffff":
        return f"{before}\\u{ord(letter):04x}{after}"
    return word if letter == "u" else f"{before}\\{letter}{after}"


def _misspelt(word: str, choice: int) -> str:
    place = choice % max(len(word), 1)
    if len(word) < 3 or "\\" in word or choice % 4 == 3:
        return word
    before, after = word[:place], word[place:]
    return before + (after[1:], "x" + after, after[1::-1] + after[2:])[choice % 4]


def _spoilt(query: str, chosen: Random) -> str:
    """Put in, take out or change a character, up to three times."""
    for _ in range(chosen.randint(1, 3)):
        place = chosen.randint(0, len(query))
        sign = chosen.choice([*_SPECIAL, " ", "\\u12", "AND ", " OR", "a", ""])
        query = query[:place] + sign + query[place + chosen.randint(0, 1) :]
    return query
