"""Sorting by relevance: what the parts of a query are worth in each record it matches.

Words and phrases are scored with BM25F, as Whoosh does: a phrase is worth what its words are, in
the records that have it. Every other condition (a pattern, a range, a fuzzy word, a label, a
score) is worth 1, as in Whoosh's ``ConstantScoreQuery``. A boost multiplies. The parts that a
record matches add up; what a query excludes is worth nothing.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping

import numpy as np

from rubrix_widget.arrays import Floats
from rubrix_widget.engine.fields import Field, matching
from rubrix_widget.engine.marks import asked_for
from rubrix_widget.index import Corpus, Hits, analyzer_of, tokens
from rubrix_widget.index.relevance import add_word
from rubrix_widget.query import tree

NO_WORDS = (
    "relevance comes from the words and phrases of a query, and this one has none, so it puts no "
    "record before another; search for a word, or sort by a field"
)


class Relevance:
    """What records are worth under one query.

    Parameters
    ----------
    fields, corpus
        The dataset's fields, and its words.
    matched
        Gives the records that a part of the query matches by itself.
    """

    def __init__(
        self,
        fields: Mapping[str, Field],
        corpus: Corpus,
        matched: Callable[[tree.Node], Hits],
    ) -> None:
        self._fields = fields
        self._corpus = corpus
        self._matched = matched

    def has_words(self, node: tree.Node) -> bool:
        """Tell whether anything in a query is scored by its words."""
        return any(True for _ in self.asked(node))

    def asked(self, node: tree.Node) -> Iterator[tuple[str, str]]:
        """Iterate over the words that a query asks for, each with its text field."""
        for leaf in asked_for(node):
            for name, words in self.words(leaf):
                yield from ((name, word) for word in words)

    def words(self, leaf: tree.Leaf) -> list[tuple[str, list[str]]]:
        """Return the words of a term or phrase, by the text field they are looked for in."""
        if not isinstance(leaf, tree.Term | tree.Phrase):
            return []
        found = []
        for name in self._names(leaf):
            if self._fields[name].kind == "text":
                words = [token.text for token in tokens(leaf.text, analyzer_of(name).name)]
                if isinstance(leaf, tree.Term):  # a phrase asks for a repeated word each time
                    words = list(dict.fromkeys(words))
                found.append((name, words))
        return [(name, words) for name, words in found if words]

    def scores(self, node: tree.Node, hits: Hits) -> Floats:
        """Return the score of each record of the dataset; 0 outside of the hits."""
        scores = np.zeros(hits.size)
        self._add(node, 1.0, hits, scores)
        return scores

    def _add(self, node: tree.Node, factor: float, wanted: Hits, scores: Floats) -> None:
        """Add what a node is worth to records that it is known to match."""
        match node:
            case tree.Boost(child=child):
                self._add(child, factor * node.factor, wanted, scores)
            case tree.And(children=children):
                for child in children:
                    self._add(child, factor, wanted, scores)
            case tree.Or(children=children):
                for child in children:
                    self._add_matching(child, factor, wanted, scores)
            case tree.Clauses(required=required, optional=optional):
                for child in required:
                    self._add(child, factor, wanted, scores)
                for child in optional:
                    self._add_matching(child, factor, wanted, scores)
            case tree.Leaf():
                self._add_leaf(node, factor, wanted, scores)
            case tree.Everything():
                scores[wanted.positions] += factor

    def _add_matching(self, node: tree.Node, factor: float, wanted: Hits, scores: Floats) -> None:
        """Do the same for those of some records that the node matches."""
        if isinstance(node, tree.Boost):
            self._add_matching(node.child, factor * node.factor, wanted, scores)
        elif self._is_one_word(node):
            self._add(node, factor, wanted, scores)
        elif not isinstance(node, tree.Not):
            self._add(node, factor, wanted & self._matched(node), scores)

    def _add_leaf(self, leaf: tree.Leaf, factor: float, wanted: Hits, scores: Floats) -> None:
        names = self._names(leaf)
        words = dict(self.words(leaf))
        for name in names:
            here = wanted
            if len(names) > 1 and len(words.get(name, ())) != 1:
                here = wanted & self._matched(dataclasses.replace(leaf, field=name))
            for word in words.get(name, ()):
                add_word(self._corpus[name], word, factor, here, scores)
            if name not in words:
                scores[here.positions] += factor

    def _is_one_word(self, node: tree.Node) -> bool:
        if not isinstance(node, tree.Leaf):
            return False
        words = self.words(node)
        return len(words) == len(self._names(node)) == 1 and len(words[0][1]) == 1

    def _names(self, leaf: tree.Leaf) -> list[str]:
        name = leaf.field or "text"
        if name in self._fields:
            return [name]
        return matching(name, self._fields.values()) if "*" in name else []
