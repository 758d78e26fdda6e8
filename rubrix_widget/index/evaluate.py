"""What a leaf of a query matches in one field: the records, or the tokens themselves."""

from __future__ import annotations

import operator
from functools import reduce

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..arrays import present, text_column
from ..query import tree
from .analysis import Analyzer, words_of
from .field import Field, encoded
from .hits import Hits
from .patterns import (
    MAX_EXPANSIONS,
    bools,
    edits_allowed,
    fuzzy_numbers,
    nearest_numbers,
    pattern_mask,
    plain_parts,
    read_regex,
    wildcard_mask,
)
from .phrases import exact_places, near_places, near_values
from .regex import lower_pattern
from .regex_tree import Pattern, first_characters
from .unicode import Array

_NOTHING = np.zeros(0, np.int64)
_OF_WORDS = (tree.Term, tree.Phrase)


def hits(field: Field, analyzer: Analyzer, leaf: tree.Leaf, notes: list[str]) -> Hits | None:
    """Find the records that a leaf matches.

    None when the leaf has no word at all (``"!"``): such a clause asks for nothing, and
    Elasticsearch drops it.
    """
    if isinstance(leaf, _OF_WORDS):
        words = words_of(leaf.text, analyzer)
        if not words:
            return None
        if len(words) > 1 and isinstance(leaf, tree.Phrase) and len(words) > field.longest:
            return Hits.nothing(field.records)
        known = [number for word in words if (number := field.find(word)) is not None]
        if len(known) < len(words):
            return Hits.nothing(field.records)
        if len(known) == 1:
            return field.hits_of_term(known[0])
        if isinstance(leaf, tree.Term):
            return reduce(operator.and_, map(field.hits_of_term, dict.fromkeys(known)))
        if leaf.slop:
            return field.hits(near_values(field, known, leaf.slop))
        return field.hits(exact_places(field, known)[1])
    if isinstance(leaf, tree.Exists):
        return Hits.where(field.by_record(field.present.astype(np.bool_)))
    return field.hits_of_terms(term_numbers(field, analyzer, leaf, notes))


def places(field: Field, analyzer: Analyzer, leaf: tree.Leaf) -> Array:
    """Find the tokens that make a leaf match, to highlight them."""
    if isinstance(leaf, tree.Exists):
        return _NOTHING
    if isinstance(leaf, _OF_WORDS):
        words = words_of(leaf.text, analyzer)
        numbers = [number for number in map(field.find, words) if number is not None]
        if not words or (len(numbers) < len(words) and isinstance(leaf, tree.Phrase)):
            return _NOTHING
        if isinstance(leaf, tree.Phrase) and len(words) > 1:
            if leaf.slop:
                return np.unique(near_places(field, numbers, leaf.slop))
            starts, _ = exact_places(field, numbers)
            return np.unique(starts[:, None] + np.arange(len(words)))
        return np.concatenate([_NOTHING, *(field.places_of(n) for n in dict.fromkeys(numbers))])
    found = term_numbers(field, analyzer, leaf, [])
    return np.concatenate([_NOTHING, *(field.places_of(n) for n in found.tolist())])


def term_numbers(field: Field, analyzer: Analyzer, leaf: tree.Leaf, notes: list[str]) -> Array:
    """Find the terms that a pattern or a range stands for, in order."""
    if isinstance(leaf, tree.Wildcard):
        pattern = lower_pattern(leaf.pattern, analyzer.normalize(leaf.pattern), kept=None)
        return _wildcard(field, plain_parts(pattern))
    if isinstance(leaf, tree.Regex):
        pattern = lower_pattern(leaf.pattern, analyzer.normalize(leaf.pattern))
        return _regex(field, read_regex(pattern))
    if isinstance(leaf, tree.Fuzzy):
        word = analyzer.normalize(leaf.text)
        edits = edits_allowed(word, leaf.edits)
        near = field.near_in_length_and_letters(word, edits)
        numbers, found = nearest_numbers(field.words(near), word, edits)
        _note_limit(leaf, found, notes)
        return np.sort(near[numbers])
    if isinstance(leaf, tree.Range):
        return _range(field, analyzer, leaf)
    raise TypeError(f"a text field cannot answer {type(leaf).__name__}")


def _wildcard(field: Field, parts: list[str]) -> Array:
    prefix = parts[0][1:] if parts and parts[0][0] == "=" else ""
    among = field.prefixed(prefix)
    numbers = np.arange(among.start, among.stop)
    rest = parts[1:] if prefix else parts
    if rest == ["*"]:
        return numbers
    texts = field.lexicon.slice(among.start, len(among))
    return numbers[wildcard_mask(texts, parts)]


def _regex(field: Field, pattern: Pattern) -> Array:
    first, last = 0, field.terms
    if begins := first_characters(pattern):
        low, high = map(chr, begins)
        first, last = field.prefixed(low).start, field.prefixed(high).stop
    return first + np.flatnonzero(pattern_mask(field.lexicon.slice(first, last - first), pattern))


def _range(field: Field, analyzer: Analyzer, leaf: tree.Range) -> Array:
    first, last = 0, field.terms
    if leaf.low is not None:
        low = encoded(analyzer.normalize(leaf.low))
        first = field.lower_bound(low if leaf.include_low else low + b"\x00")
    if leaf.high is not None:
        high = encoded(analyzer.normalize(leaf.high))
        last = field.lower_bound(high + b"\x00" if leaf.include_high else high)
    return np.arange(first, max(first, last))


def _note_limit(leaf: tree.Fuzzy, found: int, notes: list[str]) -> None:
    if found > MAX_EXPANSIONS:
        notes.append(
            f"{leaf.text}~ is near {found} words; only the {MAX_EXPANSIONS} nearest are searched"
        )


def match_values(leaf: tree.Leaf, values: pa.Array, notes: list[str] | None = None) -> Array:
    """Match a leaf against whole keyword values, case kept; null never matches.

    Examples
    --------
    >>> leaf = tree.Wildcard((0, 3), None, None, "neg*")
    >>> match_values(leaf, pa.array(["negative", "Negative", None])).tolist()
    [True, False, False]
    """
    texts = values if pa.types.is_large_string(values.type) else values.cast(pa.large_string())
    if isinstance(leaf, tree.Exists):
        return present(texts)
    if isinstance(leaf, _OF_WORDS):
        return _compared(pc.equal, texts, leaf.text)
    if isinstance(leaf, tree.Wildcard):
        return wildcard_mask(texts, plain_parts(leaf.pattern))
    if isinstance(leaf, tree.Regex):
        return pattern_mask(texts, read_regex(leaf.pattern))
    if isinstance(leaf, tree.Fuzzy):
        numbers, found = fuzzy_numbers(texts, leaf.text, edits_allowed(leaf.text, leaf.edits))
        _note_limit(leaf, found, [] if notes is None else notes)
        matched = np.zeros(len(texts), np.bool_)
        matched[numbers] = True
        return matched
    if isinstance(leaf, tree.Range):
        matched = present(texts)
        if leaf.low is not None:
            compare = pc.greater_equal if leaf.include_low else pc.greater
            matched = matched & _compared(compare, texts, leaf.low)
        if leaf.high is not None:
            compare = pc.less_equal if leaf.include_high else pc.less
            matched = matched & _compared(compare, texts, leaf.high)
        return matched
    raise TypeError(f"a keyword field cannot answer {type(leaf).__name__}")


def _compared(compare: object, texts: pa.Array, bound: str) -> Array:
    try:
        scalar = text_column([bound])[0]
    except UnicodeEncodeError:  # a lone surrogate, which no value has
        return np.zeros(len(texts), np.bool_)
    assert callable(compare)
    return bools(compare(texts, scalar))
