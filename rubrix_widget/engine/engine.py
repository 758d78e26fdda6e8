"""From query, filters and sort to a selection of records; counts over it; records for a page.

An engine is a fixed view of one generation of records and one version of the changes; when either
moves on, a new engine takes over what cannot have changed.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa

from rubrix_widget import jsontext
from rubrix_widget.arrays import Floats, Ints, Mask
from rubrix_widget.columns import Columns
from rubrix_widget.engine import filters as filtering
from rubrix_widget.engine.aggregates import Aggregates, Confusion, Facet, Histogram
from rubrix_widget.engine.cache import Cache, on_text
from rubrix_widget.engine.evaluate import Evaluator
from rubrix_widget.engine.fields import Field, about_agent, did_you_mean, fields_of
from rubrix_widget.engine.marks import Marks, marks
from rubrix_widget.engine.moves import Moves
from rubrix_widget.engine.plain import plain_records, stored
from rubrix_widget.engine.reading import read_query
from rubrix_widget.engine.relevance import NO_WORDS, Relevance
from rubrix_widget.engine.selection import RELEVANCE, Selection, read_sort
from rubrix_widget.engine.view import View
from rubrix_widget.index import Corpus, Hits, Suggestion, analyzer_of, similar, suggestions, tokens
from rubrix_widget.query import Dialect, tree
from rubrix_widget.store import Indexed

_SIMPLEST = (tree.Term, tree.Phrase, tree.Fuzzy)
TELLING_WORDS = 20  # of a record, by which others are compared with it; see `index.likeness`


class Engine:
    """Answers queries over one state of a dataset.

    Parameters
    ----------
    columns
        The records as columns.
    segments
        Their text index, in the same order.
    version
        Number of the newest change the columns hold.
    earlier
        The engine this one replaces, to take over what did not change.
    moved
        Positions of the records that changed since then.
    """

    def __init__(
        self,
        columns: Columns,
        segments: Sequence[Indexed],
        version: int = 0,
        earlier: Engine | None = None,
        moved: Ints | None = None,
    ) -> None:
        self.columns = columns
        self.segments = segments
        self.version = version
        self.n = columns.logged.n
        if earlier is not None and earlier.columns.logged is not columns.logged:
            earlier = None
        self.view: View = View(columns, earlier.view if earlier else None)
        if earlier is None:
            self.fields: dict[str, Field] = fields_of(columns.logged)
            self.corpus = Corpus([(one.segment, one.live) for one in segments])
            self._cache, self._moves = Cache(), Moves(version)
            self._aggregates = Aggregates(self.view)
            return
        self.fields, self.corpus, self._cache = earlier.fields, earlier.corpus, earlier._cache
        if moved is None:
            self._moves, self._aggregates = Moves(version), Aggregates(self.view)
        else:
            self._moves = earlier._moves.then(version, moved)
            self._aggregates = earlier._aggregates.after(self.view, moved)

    def seen_by(self, agent: str) -> Engine:
        """Return an engine over the same records, with one agent's predictions as the primary ones.

        Where each record has the prediction of one agent, and all are of this one, it is this
        engine.

        Raises
        ------
        ValueError
            There are no predictions of that agent.
        """
        logged = self.columns.logged
        agents = logged.predicting
        if not agents and logged.alone == [agent] and not logged.unnamed.any():
            return self
        if agent not in agents:
            raise ValueError(about_agent(agent, agents or logged.alone, one_each=not agents))
        return self.over(self.columns.seen_by(agent))

    def over(self, columns: Columns) -> Engine:
        """Return an engine over the same records as other columns have them."""
        other = copy.copy(self)
        other.columns, other.view = columns, View(columns, self.view)
        other._cache, other._aggregates = Cache(), Aggregates(other.view)
        return other

    def again(self, selection: Selection) -> Hits:
        """Return what matches the query and the filters of a selection here."""
        found = self.select(selection.query, dialect=selection.dialect).hits
        for one in selection.filters:
            found = found & one.hits(self.view)
        return found

    @property
    def multi_label(self) -> bool:
        """Whether a record may have several labels."""
        return self.columns.logged.multi_label

    @property
    def labels(self) -> list[str]:
        """The dataset's labels in their declared order; digit keys follow it.

        A label that is offered no more is among them only while an annotation has it, at the end:
        the keys of the others stay as they are.
        """
        sets = self.columns.logged.sets
        if not sets.retired:
            return list(sets.labels)
        used = {
            name
            for code in np.unique(self.columns.annotation)
            if code >= 0
            for name in sets.names(code)
        }
        offered = [one for one in sets.labels if one not in sets.retired]
        return offered + [one for one in sets.labels if one in sets.retired and one in used]

    def select(
        self,
        query: str | None = "",
        *,
        dialect: Dialect = "notebook",
        filters: Mapping[str, Any] | None = None,
        sort: str | Sequence[tuple[str, str]] = (),
    ) -> Selection:
        """Find the records that match a query and pass all filters.

        Parameters
        ----------
        query
            In the language of ``docs/query.md``; empty or None is everything.
        dialect
            ``"notebook"`` or ``"lucene"``.
        filters
            Field to values, or to ``{"from": …, "to": …}``; ``below`` in place of ``to`` leaves the
            bound itself out. None among the values, or ``"missing": True`` beside the bounds, keeps
            records without a value.
        sort
            Pairs (field, "asc" | "desc"), the first most important. Records without a value come
            last either way; ties keep the order of logging. ``"relevance"`` stands for how well a
            record fits the words of the query, and may be one of the fields.

        Raises
        ------
        QueryError
            The query cannot be answered; the error says where and why.
        FilterError, SortError
            An unknown field, or a value that does not fit it.
        """
        query = query or ""
        if not isinstance(query, str):
            raise ValueError(f"query is {query!r}; give text such as 'predicted:ko', or None")
        order = read_sort(sort, self.fields) if sort != () else []
        node = read_query(query, dialect, self.fields)
        chosen = filtering.read(filters, self.fields) if filters else []
        hits, said = self._answer(node, query, dialect)
        for one in chosen:
            hits = hits & one.hits(self.view)
        selection = Selection(
            query, dialect, node, tuple(chosen), hits, said, order, self.view, self._scores
        )
        by_relevance = order and any(key.field is RELEVANCE for key in order)
        if by_relevance and not self._relevance(selection).has_words(node):
            said.append(NO_WORDS)
        return selection

    def _scores(self, selection: Selection) -> Floats:
        return self._relevance(selection).scores(selection.tree, selection.hits)

    def _relevance(self, asked: Selection) -> Relevance:
        return Relevance(
            self.fields,
            self.corpus,
            lambda part: self._evaluator(asked.query, asked.dialect).hits(part),
        )

    def _answer(self, node: tree.Node, query: str, dialect: Dialect) -> tuple[Hits, list[str]]:
        """Return the records that a query matches, and what there is to say on the way."""
        if isinstance(node, _SIMPLEST) and node.field is None:
            if not isinstance(node, tree.Fuzzy):
                rare = self.corpus.hits_of_rare(node)
                if rare is not None:
                    return rare, []
            found = on_text(node, "text", self.corpus, self._cache)
            if found.hits is not None and found.hits.count:  # nothing to explain
                return found.hits, list(found.notes)
        evaluator = self._evaluator(query, dialect)
        return evaluator.hits(node), evaluator.notes

    def _evaluator(self, query: str, dialect: Dialect) -> Evaluator:
        return Evaluator(
            self.view, self.corpus, self.fields, self._cache, self._moves, query, dialect
        )

    def hits(self, node: Any, query: str, dialect: Dialect) -> int:
        """Return how many records one part of a query matches by itself."""
        return self._evaluator(query, dialect).hits(node).count

    def records(self, positions: Ints) -> list[dict[str, Any]]:
        """Return records as plain data, ready for JSON."""
        return plain_records(self.columns, positions)

    def table(self, positions: Ints) -> pa.Table:
        """Return records in the canonical layout, as they are now, in the order given."""
        return self.columns.table(positions)

    def facets(self, names: Sequence[str], hits: Hits) -> list[Facet | Histogram]:
        """Count records by the values of some fields, and how many of them are right and wrong.

        Parameters
        ----------
        names
            Fields that hold values, numbers or dates; see :attr:`fields`.
        hits
            The records to count, as a selection has them.

        Raises
        ------
        FilterError
            A field that there is not, or one of text.
        """
        fields = [filtering.field_to_filter_by(name, self.fields) for name in names]
        return [self._aggregates.facet(field, hits) for field in fields]

    def value_counts(self, name: str) -> tuple[pa.Array, Ints]:
        """Return a field's distinct values, and how many records have each; not of numbers."""
        return self._aggregates.counts(self.fields[name])

    def confusion(self, hits: Hits) -> Confusion:
        """Count records by annotated and predicted label."""
        return self._aggregates.confusion(hits)

    def pairs(self, hits: Hits) -> tuple[list[str], Mask, Mask, Ints]:
        """Count records by the labels annotated and predicted; those without both are left out.

        Returns
        -------
        labels : list of str
            Those that occur, in their declared order.
        annotated, predicted : ndarray of bool, shape (pairs, labels)
            Which of them each combination that occurs holds.
        count : ndarray of int64, shape (pairs,)
        """
        annotated, predicted, count = self._aggregates.pairs(hits)
        sets = self.columns.logged.sets
        set_of, label_of = sets.membership()
        used = np.zeros(len(sets), np.bool_)
        used[annotated] = used[predicted] = True
        kept = used[set_of]
        places, column = np.unique(label_of[kept], return_inverse=True)
        has = np.zeros((len(sets), len(places)), np.bool_)
        has[set_of[kept], column] = True
        labels = [sets.labels[place] for place in places.tolist()]
        return labels, has[annotated], has[predicted], count

    def summary(self, hits: Hits) -> dict[str, int]:
        """Count records: all, annotated, predicted, right and wrong."""
        columns, positions = self.columns, hits.positions
        right = columns.predicted.take(positions)
        return {
            "n": hits.count,
            "annotated": int(np.count_nonzero(columns.annotation.take(positions) >= 0)),
            "predicted": int(np.count_nonzero(columns.logged.predicted_as.take(positions) >= 0)),
            "ok": int(np.count_nonzero(right == 1)),
            "ko": int(np.count_nonzero(right == 0)),
        }

    def label_counts(self, positions: Ints | None = None) -> list[dict[str, Any]]:
        """Return every label with how many records are annotated with it, in declared order.

        Of the records at some positions, or of all.
        """
        every = Hits.everything(self.n)
        hits = every if positions is None else Hits.at(np.unique(positions), self.n)
        facet = self._aggregates.facet(self.fields["annotated_as"], hits)
        assert isinstance(facet, Facet)
        named = zip(facet.values, facet.count.tolist(), strict=True)
        return [{"name": name, "count": count} for name, count in named]

    def marks(
        self, selection: Selection, positions: Ints, characters: int | None = None
    ) -> list[Marks]:
        """Return the ranges of each record's inputs that the query matched.

        Of inputs that the query asks for words of; nowhere in one is an empty list. With
        ``characters`` only in so much of each input.
        """
        return marks(selection.tree, self.columns.logged, positions, characters)

    def attributions(self, position: int) -> dict[str, list[dict[str, Any]]] | None:
        """Return the explanation of a record: for each input its tokens with their attributions."""
        text = self.columns.logged.column("explanation")[position].as_py()
        found: dict[str, list[dict[str, Any]]] | None = text and jsontext.decode(text)
        return found

    def whoosh_searcher(self) -> Any:
        """Open a Whoosh ``Searcher`` on the words of all records, as they were logged.

        Document numbers are the records' positions; the stored fields are ``id``, ``text`` (all
        inputs, one a line) and each ``inputs.<name>``.
        """
        from rubrix_widget.index.codec import searcher

        return searcher(self.corpus, partial(stored, self.columns.logged))

    def suggest(self, word: str, field: str = "text", limit: int = 5) -> list[Suggestion]:
        """Return the words most like one, of those that some record has in a text field.

        Parameters
        ----------
        word
            One word; upper and lower case matter in ``….exact`` fields only.
        field
            The name of a text field.
        limit
            At most so many.

        Raises
        ------
        ValueError
            No such text field; no word, or several.
        """
        known = [name for name, one in self.fields.items() if one.kind == "text"]
        if field not in known:
            hint = did_you_mean(str(field), known)
            raise ValueError(f"{field!r} is no text field.{hint} Text fields: {', '.join(known)}")
        words = tokens(word, analyzer_of(field).name)
        if len(words) != 1:
            raise ValueError(f"{word!r} holds {len(words)} words; give one")
        return suggestions(self.corpus[field], words[0].text, limit)

    def similar(self, position: int, hits: Hits, limit: int = 10) -> tuple[Ints, Floats]:
        """Return the records most like one by their words, and how like they are.

        Parameters
        ----------
        position
            The record.
        hits : Hits
            The records to look among; the record itself is never found.
        limit
            At most so many.

        Returns
        -------
        positions : ndarray of int
            The most similar first; of records as similar, the one logged first.
        scores : ndarray of float
            Shares of what the record itself would get: 1 for the same text. Never 0.
        """
        return similar(self.corpus["text"], position, hits, limit=limit, words=TELLING_WORDS)

    def positions(self, record_ids: Sequence[str]) -> Ints:
        """Return where records stand, -1 for an id there is none of."""
        found = self.columns.logged.ids.get_indexer(record_ids)
        return np.asarray(found, dtype=np.int64)
