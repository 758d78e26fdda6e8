"""From a query tree to the records it matches.

Text leaves are answered by the index, all others by columns; either way the answer is
:class:`~rubrix_widget.index.Hits`. ``None`` is a clause that analysis left empty (``!``): it is
dropped, as Elasticsearch does.
"""

from __future__ import annotations

import operator
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial, reduce
from itertools import islice

from rubrix_widget.columns import STATUSES
from rubrix_widget.engine.bulk import MANY, at_once, leaf_key
from rubrix_widget.engine.cache import Answer, Cache, on_text
from rubrix_widget.engine.dates import DATE_FORMS, Period, depends_on_now, reckoned, utc_now
from rubrix_widget.engine.fields import (
    Field,
    did_you_mean,
    matching,
    named,
    unknown,
)
from rubrix_widget.engine.hints import MAX_NOTES, why_nothing
from rubrix_widget.engine.moves import Moves
from rubrix_widget.engine.spelling import meant
from rubrix_widget.engine.values import boolean, number
from rubrix_widget.engine.view import SomeRecords, View
from rubrix_widget.errors import (
    ExpansionLimitError,
    FieldTypeError,
    QuerySyntaxError,
    UnknownFieldError,
)
from rubrix_widget.index import Corpus, Hits, PatternError, tokens
from rubrix_widget.query import leaves, shorten, tree

_RIGHT = ("ok", "ko")
_CLOSED = {"predicted": _RIGHT, "predicted_before": _RIGHT, "status": STATUSES}
_FEW = 8  # one changed record in so many: below that, an earlier answer is brought up to date
_MOST = 1024  # conditions answered whatever the time they take: Lucene's bound for all queries
_SECONDS = 0.35  # for more than those; far more than people write, and a kernel must not hang
_UNTIMED = 64  # the first ones of those, before anybody looks at the clock


class Evaluator:
    """Answers one query's nodes; collects notes on the way."""

    def __init__(
        self,
        view: View | SomeRecords,
        corpus: Corpus,
        fields: dict[str, Field],
        cache: Cache,
        moves: Moves,
        query: str,
        dialect: str,
    ) -> None:
        self.view = view
        self.moves = moves
        self.corpus = corpus
        self.fields = fields
        self.cache = cache
        self.query = query
        self.lenient = dialect == "lucene"
        self.n = view.n
        self.notes: list[str] = []
        self._answered, self._began, self._untimed = 0, 0.0, _MOST
        self.now = utc_now()  # one moment for a whole query

    def hits(self, node: tree.Node) -> Hits:
        """Return the records a whole query matches."""
        many = len(self.query) > _MOST and next(islice(leaves(node), _MOST, None), None)
        self._untimed = _UNTIMED if many else _MOST
        self._began = time.thread_time()
        found = self._node(node)
        if found is None:
            self._note("the query has no word in it to search for, so it matches nothing")
            return Hits.nothing(self.n)
        return found

    def _node(self, node: tree.Node) -> Hits | None:
        match node:
            case tree.Leaf():
                return self._leaf(node)
            case tree.Everything():
                return Hits.everything(self.n)
            case tree.Boost(child=child):
                return self._node(child)
            case tree.Not(child=child):
                found = self._node(child)
                return None if found is None else ~found
            case tree.And(children=children):
                return self._and(children)
            case tree.Or(children=children):
                return self._any(children)
            case tree.Clauses():
                return self._clauses(node)
        raise TypeError(f"no rule for {type(node).__name__} nodes")

    def _and(self, children: Sequence[tree.Node]) -> Hits | None:
        excluded = [node.child for node in children if isinstance(node, tree.Not)]
        found = self._all([node for node in children if not isinstance(node, tree.Not)])
        return self._less(found, self._any(excluded))

    def _all(self, children: Sequence[tree.Node]) -> Hits | None:
        found = self._each(children, every=True)
        found.sort(key=lambda hits: not hits.is_sparse)
        return reduce(operator.and_, found) if found else None

    def _any(self, children: Sequence[tree.Node]) -> Hits | None:
        found = self._each(children, every=False)
        return Hits.any(found) if found else None

    def _each(self, children: Sequence[tree.Node], *, every: bool) -> list[Hits]:
        answered: list[Hits] = []
        if len(children) >= MANY:
            answered, children = at_once(children, self.fields, self.view, self.corpus, every=every)
        one_by_one = (hits for child in children if (hits := self._node(child)) is not None)
        return [*one_by_one, *answered]

    def _less(self, found: Hits | None, unwanted: Hits | None) -> Hits | None:
        if unwanted is None:
            return found
        return ~unwanted if found is None else found.without(unwanted)

    def _clauses(self, node: tree.Clauses) -> Hits | None:
        found = self._all(node.required)
        optional = self._any(node.optional)
        if found is None:
            found = optional
        return self._less(found, self._any(node.prohibited))

    def _leaf(self, leaf: tree.Leaf) -> Hits | None:
        self._answered += 1
        if self._answered > self._untimed and time.thread_time() - self._began > _SECONDS:
            raise ExpansionLimitError(
                f"this query has very many conditions: {self._answered - 1:,} took more than "
                f"{_SECONDS} seconds of processor time, and there are more. Ask for fewer at once; "
                "words and values beside each other, as in id:(a OR b), take the least time",
                self.query,
                *leaf.span,
            )
        names = self._names(leaf)
        if not names:
            return Hits.nothing(self.n)
        found = [hits for name in names if (hits := self._field(leaf, name)) is not None]
        if not found:
            return None
        joined = Hits.any(found)
        if self.n and not joined.count:
            self._say_why_nothing(leaf, names[0])
        return joined

    def _say_why_nothing(self, leaf: tree.Leaf, name: str) -> None:
        """Add a note on a condition that no record matches, unless there are many already."""
        if len(self.notes) >= MAX_NOTES:
            return

        def matches(other: tree.Leaf) -> bool:
            hits = self._field(other, name)
            return hits is not None and bool(hits.count)

        note = why_nothing(
            leaf, self.fields[name], self.view, matches, partial(meant, self.corpus, name)
        )
        if note:
            self._note(note)

    def _names(self, leaf: tree.Leaf) -> list[str]:
        if leaf.field is None:
            return ["text"]
        name = named(leaf.field, self.fields)
        if name in self.fields:
            return [name]
        found: list[str] = []
        if "*" in leaf.field:
            every = isinstance(leaf, tree.Exists)
            found = matching(leaf.field, self.fields.values(), every=every)
        if found:
            return found
        why = unknown(leaf.field, self.fields)
        if self.lenient:
            self._note(f"{why.short}: this clause matches nothing.{why.hint}")
            return []
        raise UnknownFieldError(why.whole, self.query, *(leaf.field_span or leaf.span))

    def _field(self, leaf: tree.Leaf, name: str) -> Hits | None:
        field = self.fields[name]
        if field.kind == "text":
            return self._text(leaf, name)
        if field.kind == "date" and depends_on_now(leaf):
            return self._answer(leaf, field)
        key = (name, self._refuses(leaf, field), leaf_key(leaf))
        kept = self.cache.get(key)
        if kept is None or (field.changeable and kept.version != self.moves.version):
            kept = self._moved_on(leaf, field, kept) or self._noted(leaf, field)
            self.cache.put(key, kept)
        for note in kept.notes:
            self._note(note)
        return kept.hits

    def _refuses(self, leaf: tree.Leaf, field: Field) -> bool:
        """Tell whether a value that the field cannot have is an error, or matches nothing."""
        return not self.lenient and leaf.field == field.name

    def _noted(self, leaf: tree.Leaf, field: Field) -> Answer:
        said, self.notes = self.notes, []
        try:
            hits = self._answer(leaf, field)
            return Answer(hits, tuple(self.notes), self.moves.version)
        finally:
            self.notes = said

    def _moved_on(self, leaf: tree.Leaf, field: Field, kept: Answer | None) -> Answer | None:
        """Bring an earlier answer up to date by asking about the records changed since, if few."""
        moved = None if kept is None else self.moves.since(kept.version)
        if kept is None or kept.hits is None or moved is None or len(moved) * _FEW > self.n:
            return None
        assert isinstance(self.view, View)
        part = Evaluator(
            self.view.at(moved), self.corpus, self.fields, self.cache, self.moves, self.query, ""
        )
        part.lenient = self.lenient
        now = part._noted(leaf, field)
        if now.hits is None:
            return None
        mask = kept.hits.mask.copy()
        mask[moved] = now.hits.mask
        return Answer(Hits.where(mask), now.notes, now.version)

    def _answer(self, leaf: tree.Leaf, field: Field) -> Hits | None:
        try:
            if field.kind in ("keyword", "label"):
                return self._keyword(leaf, field)
            if field.kind == "words":
                return self._words(leaf, field)
        except PatternError as error:
            raise self._pattern_error(leaf, error) from error
        if field.kind == "date":
            return self._date(leaf, field)
        return self._number(leaf, field)

    def _text(self, leaf: tree.Leaf, name: str) -> Hits | None:
        try:
            found = on_text(leaf, name, self.corpus, self.cache)
        except PatternError as error:
            raise self._pattern_error(leaf, error) from error
        if found.hits is None:
            self._note(f"{self._words_of(leaf)} holds no word to search for and was left out")
        for note in found.notes:
            self._note(note)
        return found.hits

    def _keyword(self, leaf: tree.Leaf, field: Field) -> Hits:
        source = self.view.keywords(field)
        if isinstance(leaf, tree.Exists):
            return source.present()
        hit = source.matched(leaf, self.notes)
        if not hit.any() and isinstance(leaf, tree.Term | tree.Phrase):
            self._no_value(leaf, field, source.values.to_pylist() if field.kind == "label" else [])
        return source.spread(hit)

    def _no_value(self, leaf: tree.Term | tree.Phrase, field: Field, known: list[str]) -> None:
        allowed, value = _CLOSED.get(field.name.partition("@")[0]), shorten(leaf.text)
        if allowed is not None:
            message = (
                f"{value!r} is no value of {field.name}; it is one of {', '.join(allowed)}"
                f" (upper and lower case differ).{did_you_mean(value, allowed)}"
            )
            if self._refuses(leaf, field):
                raise FieldTypeError(message, self.query, *self._value_span(leaf))
            if leaf.field == field.name:
                self._note(message)
        elif known and leaf.field == field.name:
            self._note(f"no label {value!r} here.{did_you_mean(value, known)}")

    def _words(self, leaf: tree.Leaf, field: Field) -> Hits | None:
        source = self.view.keywords(self.fields[field.base or field.name])
        leaves: list[tree.Leaf] = [leaf]
        if isinstance(leaf, tree.Term):  # its words may be in different values of a list
            leaves = [replace(leaf, text=word.text) for word in tokens(leaf.text)]
        found = [source.words.hits(one, "text", self.notes) for one in leaves]
        known = [source.spread(hits.mask) for hits in found if hits is not None]
        return reduce(operator.and_, known) if known else None

    def _number(self, leaf: tree.Leaf, field: Field) -> Hits:
        source = self.view.numbers(field)
        if isinstance(leaf, tree.Exists):
            return source.spread(source.values.notna())
        if field.kind == "bool":
            text = self._single(leaf, field, "true or false", "multi_label:true")
            value = boolean(text)
            if value is None:
                raise self._type_error(field, text, "true or false", self._value_span(leaf))
            return source.spread(source.values == value)
        if isinstance(leaf, tree.Range):
            low = self._number_bound(leaf, field, leaf.low, leaf.low_span)
            high = self._number_bound(leaf, field, leaf.high, leaf.high_span)
            empty = low is not None and high is not None and low > high
            if empty:
                self._impossible(leaf, "above")
            return source.between(low, high, leaf.include_low, leaf.include_high)
        text = self._single(leaf, field, "numbers", f"{field.name}:[0.9 TO *]")
        return source.spread(source.values == self._as_number(leaf, field, text))

    def _as_number(self, leaf: tree.Leaf, field: Field, text: str) -> float:
        value = number(text)
        if value is None:
            raise self._type_error(field, text, "numbers", self._value_span(leaf))
        return int(text) if field.kind == "integer" and text.lstrip("+-").isdigit() else value

    def _number_bound(
        self, leaf: tree.Range, field: Field, text: str | None, span: tree.Span
    ) -> float | None:
        if text is None:
            return None
        if number(text) is None:
            raise self._type_error(field, text, "numbers", span)
        return self._as_number(leaf, field, text)

    def _date(self, leaf: tree.Leaf, field: Field) -> Hits:
        source = self.view.numbers(field)
        if isinstance(leaf, tree.Exists):
            return source.spread(source.values.notna())
        if not isinstance(leaf, tree.Range):
            text = self._single(leaf, field, "dates", f"{field.name}:[2021-03 TO *]")
            covered = self._period(field, text, self._value_span(leaf))
            return source.between(covered.start, covered.stop, include_high=False)
        low = None if leaf.low is None else self._period(field, leaf.low, leaf.low_span)
        high = None if leaf.high is None else self._period(field, leaf.high, leaf.high_span)
        if low is not None and high is not None and low.start >= high.stop:
            self._impossible(leaf, "after")
        return source.between(
            None if low is None else low.start if leaf.include_low else low.stop,
            None if high is None else high.stop if leaf.include_high else high.start,
            include_high=False,
        )

    def _period(self, field: Field, text: str, span: tree.Span) -> Period:
        found = reckoned(text, self.now)
        if found is None:
            raise self._type_error(field, text, f"dates such as {DATE_FORMS}", span)
        return found

    def _single(self, leaf: tree.Leaf, field: Field, holds: str, example: str) -> str:
        if isinstance(leaf, tree.Term | tree.Phrase):
            return leaf.text
        kind = type(leaf).__name__.lower()
        raise FieldTypeError(
            f"a {kind} cannot be searched in {field.name}, which holds {holds}; "
            f"write for instance {example}",
            self.query,
            *leaf.span,
        )

    def _impossible(self, leaf: tree.Range, where: str) -> None:
        low, high = shorten(leaf.low or "*"), shorten(leaf.high or "*")
        message = f"nothing can lie in this range: {low} is {where} {high}"
        if not self.lenient:
            raise FieldTypeError(f"{message}. Exchange the bounds", self.query, *leaf.span)
        self._note(message)

    def _type_error(self, field: Field, text: str, holds: str, span: tree.Span) -> FieldTypeError:
        noun = {"numbers": "a number", "true or false": "true or false"}.get(holds, "a date")
        return FieldTypeError(
            f"{shorten(text)!r} is not {noun}; field {field.name} holds {holds}", self.query, *span
        )

    def _pattern_error(
        self, leaf: tree.Leaf, error: PatternError
    ) -> QuerySyntaxError | ExpansionLimitError:
        kind = ExpansionLimitError if getattr(error, "limit", False) else QuerySyntaxError
        start, end = self._value_span(leaf)
        offset = getattr(error, "offset", None)
        if offset is not None:
            start = min(start + offset + isinstance(leaf, tree.Regex), max(start, end - 1))
        return kind(str(error), self.query, start, end)

    def _value_span(self, leaf: tree.Leaf) -> tree.Span:
        """Return where the value stands: the leaf without its field."""
        start, end = leaf.span
        if leaf.field_span is not None and start <= leaf.field_span[0] < end:
            start = min(leaf.field_span[1] + 1, end)
        return start, end

    def _words_of(self, leaf: tree.Leaf) -> str:
        start, end = leaf.span
        return f"`{shorten(self.query[start:end])}`"

    def _note(self, note: str) -> None:
        if note not in self.notes:
            self.notes.append(note)
