"""What a query means, the slow and obvious way: plain loops over plain records, no index.

Takes a parsed tree and knows nothing of how the engine answers. Everything is by definition:
tokens are found by the grammar, character by character; phrases by trying all places; patterns
letter by letter; distances by dynamic programming.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Callable, Iterable

import rubrix_widget as rb
from rubrix_widget.index.grammar import longest_match
from rubrix_widget.index.unicode import code_points, tables
from rubrix_widget.query import join_adjacent, tree

Record = rb.TextClassificationRecord
Ids = set[object]

REGEXES = {  # Lucene's, and what Python says for the same
    "g.*": "g.*",
    "[^g].{2,}": "[^g].{2,}",
    "@o@": ".*o.*",
    "~(go+d)": "(?!go+d$).*",
    "~(@o@)&...": "(?!.*o)...",
    "m~(ovie)": "m(?!ovie$).*",
    "<2-20>": "0*([2-9]|1[0-9]|20)",
    "(good|bad|Movie)s?": "(good|bad|Movie)s?",
    "#": "(?!)",
    "\\d+": "[0-9]+",
}
KEYWORDS = ("predicted_by", "annotated_by", "status", "id", "predicted_as", "annotated_as")


class Refused(Exception):  # noqa: N818 - what the engine must refuse
    """The query asks for something that the records have no answer to."""


def lowered(text: str) -> str:
    """Lower-case letter by letter, so that the dotted capital I is a plain i, as in Java."""
    return "".join(c.lower()[0] for c in text)


def words_of(text: str, *, exact: bool) -> list[str]:
    if exact:
        return text.split()
    classes = tables().classes[code_points(f"\n{text}\n")].tobytes()
    found, place = [], 1
    while place <= len(text):
        end = longest_match(classes, place, len(classes))
        if end > place:
            found.append(lowered(text[place - 1 : end - 1]))
        place = max(end, place + 1)
    return found


def wildcard(pattern: str, text: str) -> bool:
    if not pattern:
        return not text
    if pattern[0] == "*":
        return any(wildcard(pattern[1:], text[i:]) for i in range(len(text) + 1))
    if pattern[0] == "?":
        return bool(text) and wildcard(pattern[1:], text[1:])
    plain = pattern[:2] if pattern[0] == "\\" else pattern[0]
    return text[:1] == plain[-1] and bool(text) and wildcard(pattern[len(plain) :], text[1:])


def distance(a: str, b: str) -> int:
    """Count edits, a swap of neighbours being one (optimal string alignment)."""
    table = [[i + j if 0 in (i, j) else 0 for j in range(len(b) + 1)] for i in range(len(a) + 1)]
    for i, j in itertools.product(range(1, len(a) + 1), range(1, len(b) + 1)):
        table[i][j] = min(
            table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + (a[i - 1] != b[j - 1])
        )
        if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
            table[i][j] = min(table[i][j], table[i - 2][j - 2] + 1)
    return table[-1][-1]


def near(words: list[str], text: list[str], slop: int) -> bool:
    """Tell whether the words can be put in order within so many moves of a token each."""
    places = [[i for i, token in enumerate(text) if token == word] for word in words]
    for chosen in itertools.product(*places):
        moved = [place - i for i, place in enumerate(chosen)]
        if len(set(chosen)) == len(chosen) and max(moved) - min(moved) <= slop:
            return True
    return False


def one_word(leaf: tree.Leaf, word: str, fold: Callable[[str], str]) -> bool:
    """Tell whether one token, or one whole value, is what a pattern or range asks for."""
    match leaf:
        case tree.Wildcard(pattern=pattern):
            return wildcard(fold(pattern), word)
        case tree.Regex(pattern=pattern):
            return re.fullmatch(fold(REGEXES[pattern]), word, re.DOTALL) is not None
        case tree.Fuzzy(text=text, edits=edits):
            text = fold(text)
            auto = 0 if len(text) < 3 else 1 if len(text) < 6 else 2
            return distance(text, word) <= (auto if edits is None else edits)
        case tree.Range(low=low, high=high):
            above = low is None or word > fold(low) or (leaf.include_low and word == fold(low))
            below = high is None or word < fold(high) or (leaf.include_high and word == fold(high))
            return above and below
    raise TypeError(type(leaf).__name__)


def period(text: str) -> tuple[dt.datetime, dt.datetime]:
    """Return the first moment that a date covers, and the first that it does not."""
    parts = [int(part) for part in text.split("-")] if re.fullmatch(r"[\d-]+", text) else []
    if len(parts) == 1:
        return dt.datetime(parts[0], 1, 1), dt.datetime(parts[0] + 1, 1, 1)
    if len(parts) == 2:
        year, month = parts
        return dt.datetime(year, month, 1), dt.datetime(year + month // 12, month % 12 + 1, 1)
    if len(parts) == 3:
        day = dt.datetime(*parts)
        return day, day + dt.timedelta(days=1)
    raise Refused(text)


class Model:
    """Some records, and the dialect that they are asked in."""

    def __init__(self, records: Iterable[Record], *, lenient: bool) -> None:
        self.records = {record.id: record for record in records}
        self.lenient = lenient
        metadata = {
            f"metadata.{k}": v for r in self.records.values() for k, v in r.metadata.items()
        }
        self.strings = {
            k for k, v in metadata.items() if isinstance(v, str | list) and "day" not in k
        }
        self.numbers = {
            k for k, v in metadata.items() if isinstance(v, int | float) and not isinstance(v, bool)
        }
        self.booleans = {k for k, v in metadata.items() if isinstance(v, bool)}
        self.dates = {k for k in metadata if "day" in k}
        self.inputs = {f"inputs.{name}" for r in self.records.values() for name in r.inputs}

    def ids(self, node: tree.Node) -> Ids:
        found = self.match(join_adjacent(node, self.holds_values))
        return set() if found is None else found

    def holds_values(self, name: str | None) -> bool:
        return name in (*KEYWORDS, "predicted", *self.strings)

    def match(self, node: tree.Node) -> Ids | None:
        """Return the ids, or None for a clause without a word, which asks for nothing."""
        match node:
            case tree.Everything():
                return set(self.records)
            case tree.Boost(child=child):
                return self.match(child)
            case tree.Not(child=child):
                found = self.match(child)
                return None if found is None else set(self.records) - found
            case tree.And(children=children):
                return self.joined(children, set.intersection)
            case tree.Or(children=children):
                return self.joined(children, set.union)
            case tree.Clauses(required=required, prohibited=prohibited, optional=optional):
                must, may = (
                    self.joined(required, set.intersection),
                    self.joined(optional, set.union),
                )
                must_not = self.joined(prohibited, set.union)
                kept = must if must is not None else may
                if must_not is None:
                    return kept
                return (set(self.records) if kept is None else kept) - must_not
            case tree.Leaf():
                return self.leaf(node)
        raise TypeError(type(node).__name__)

    def joined(self, nodes: Iterable[tree.Node], join: Callable[..., Ids]) -> Ids | None:
        found = [ids for ids in map(self.match, nodes) if ids is not None]
        return join(*found) if found else None

    def leaf(self, leaf: tree.Leaf) -> Ids | None:
        name = leaf.field or "text"
        names = [name] if name in self.known() else []
        if not names and "*" in name:
            pattern = re.compile(re.escape(name).replace(r"\*", ".*"))
            searched = ["text", *self.inputs, *KEYWORDS, "predicted", *self.strings]
            names = [one for one in searched if pattern.fullmatch(one)]
        if not names:
            if self.lenient:
                return set()
            raise Refused(name)
        found = [ids for one in names if (ids := self.field(leaf, one, len(names))) is not None]
        return set.union(*found) if found else None

    def known(self) -> set[str]:
        texts = {"text", *self.inputs}
        words = {f"{name}.text" for name in (*KEYWORDS[:2], *KEYWORDS[4:], *self.strings)}
        other = {"score", "multi_label", "metrics.text_length", "event_timestamp", "last_updated"}
        typed = self.numbers | self.booleans | self.dates | self.strings
        exact = {f"{name}.exact" for name in texts}
        return texts | words | other | typed | exact | {"predicted", *KEYWORDS}

    def field(self, leaf: tree.Leaf, name: str, beside: int) -> Ids | None:
        if name.removesuffix(".exact") in {"text", *self.inputs}:
            return self.words(leaf, lambda r: self.texts(r, name), exact=name.endswith(".exact"))
        if name.endswith(".text"):
            base = name.removesuffix(".text")
            return self.words(leaf, lambda r: self.values(r, base), exact=False)
        if self.holds_values(name):
            return self.keyword(leaf, name, beside)
        if name in self.dates or name in ("event_timestamp", "last_updated"):
            return self.typed(leaf, name, period)
        if name in self.booleans or name == "multi_label":
            return self.typed(leaf, name, boolean)
        return self.typed(leaf, name, number)

    def texts(self, record: Record, name: str) -> list[str]:
        name = name.removesuffix(".exact")
        return [
            str(text) for key, text in record.inputs.items() if name in ("text", f"inputs.{key}")
        ]

    def values(self, record: Record, name: str) -> list[str]:
        scored = record.prediction or []
        if record.multi_label:
            top = [label for label, score in scored if score > 0.5]
        else:
            top = [max(scored, key=lambda one: one[1])[0]] if scored else []
        given = record.annotation
        annotated = [] if given is None else [given] if isinstance(given, str) else list(given)
        right = record.prediction is not None and given is not None
        by_name: dict[str, list[str]] = {
            "predicted_as": top,
            "annotated_as": annotated,
            "predicted_by": [record.prediction_agent] if record.prediction_agent else [],
            "annotated_by": [record.annotation_agent] if record.annotation_agent else [],
            "status": [str(record.status)],
            "id": [str(record.id)],
            "predicted": [["ko", "ok"][set(top) == set(annotated)]] if right else [],
        }
        if name in by_name:
            return by_name[name]
        value = record.metadata.get(name.removeprefix("metadata."))
        return [] if value is None else list(value) if isinstance(value, list) else [str(value)]

    def plain(self, record: Record, name: str) -> list[object]:
        scores = [score for _, score in record.prediction or ()]
        if name == "score":
            return scores if record.multi_label else [max(scores)] if scores else []
        if name == "multi_label":
            return [record.multi_label]
        if name == "metrics.text_length":
            return [len("\n".join(map(str, record.inputs.values())))]
        value: object = record.event_timestamp
        if name.startswith("metadata."):
            value = record.metadata.get(name.removeprefix("metadata."))
            if name in self.dates and value is not None:
                value = dt.datetime.fromisoformat(str(value))
        return [] if value is None else [value]

    def where(self, rule: Callable[[Record], bool]) -> Ids:
        return {record.id for record in self.records.values() if rule(record)}

    def words(
        self, leaf: tree.Leaf, texts: Callable[[Record], list[str]], *, exact: bool
    ) -> Ids | None:
        if isinstance(leaf, tree.Exists):
            return self.where(lambda r: bool(texts(r)))
        tokens = {
            id(r): [words_of(t, exact=exact) for t in texts(r)] for r in self.records.values()
        }
        if isinstance(leaf, tree.Term | tree.Phrase):
            wanted = words_of(leaf.text, exact=exact)
            if not wanted:
                return None
            if isinstance(leaf, tree.Phrase):
                return self.where(lambda r: any(near(wanted, t, leaf.slop) for t in tokens[id(r)]))
            return self.where(lambda r: all(any(w in t for t in tokens[id(r)]) for w in wanted))
        fold = str if exact else lowered
        return self.where(lambda r: any(one_word(leaf, w, fold) for t in tokens[id(r)] for w in t))

    def keyword(self, leaf: tree.Leaf, name: str, beside: int) -> Ids:
        if isinstance(leaf, tree.Exists):
            return self.where(lambda r: bool(self.values(r, name)))
        if isinstance(leaf, tree.Term | tree.Phrase):
            closed = {
                "predicted": ["ok", "ko"],
                "status": ["Default", "Edited", "Discarded", "Validated"],
            }
            if not self.lenient and beside == 1 and leaf.text not in closed.get(name, [leaf.text]):
                raise Refused(leaf.text)
            return self.where(lambda r: leaf.text in self.values(r, name))
        return self.where(lambda r: any(one_word(leaf, v, str) for v in self.values(r, name)))

    def typed(
        self, leaf: tree.Leaf, name: str, read: Callable[[str], tuple[object, object]]
    ) -> Ids:
        """Compare values with what a text stands for: a first value, and one that is beyond."""

        def any_value(rule: Callable[[object], bool]) -> Ids:
            return self.where(lambda r: any(map(rule, self.plain(r, name))))

        if isinstance(leaf, tree.Exists):
            return any_value(lambda value: True)
        if isinstance(leaf, tree.Term | tree.Phrase):
            first, beyond = read(leaf.text)
            return any_value(lambda v: first == v if beyond is None else first <= v < beyond)
        if not isinstance(leaf, tree.Range) or read is boolean:
            raise Refused(leaf)
        low = None if leaf.low is None else read(leaf.low)
        high = None if leaf.high is None else read(leaf.high)
        if low and high and (low[0] > high[0] if low[1] is None else low[0] >= high[1]):
            if self.lenient:
                return set()
            raise Refused(leaf)

        def inside(value: object) -> bool:
            if low and not (value >= low[0] if leaf.include_low else after(value, low)):
                return False
            return not high or (not after(value, high) if leaf.include_high else value < high[0])

        return any_value(inside)


def after(value: object, span: tuple[object, object]) -> bool:
    return value > span[0] if span[1] is None else value >= span[1]


def number(text: str) -> tuple[float, None]:
    if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", text, re.ASCII | re.IGNORECASE):
        raise Refused(text)
    return float(text), None


def boolean(text: str) -> tuple[bool, None]:
    if text not in ("true", "false"):
        raise Refused(text)
    return text == "true", None
