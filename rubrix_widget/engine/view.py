"""Columns as a query meets them: distinct values with codes, numbers, instants.

Each answers for *values* and spreads the answer to records, so a field with several values a
record (labels, a list in the metadata, the scores of a multi-label prediction) is no special case.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import reduce
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from rubrix_widget.arrays import Ints, text_column
from rubrix_widget.columns import STATUSES, VERDICTS, Columns, input_texts
from rubrix_widget.engine.fields import COMPARED, Field, changeable
from rubrix_widget.engine.keywords import Codes, Keywords, booleans, encoded, narrow
from rubrix_widget.engine.numbers import Bars, Numbers, series
from rubrix_widget.engine.ranks import Ranks

if TYPE_CHECKING:
    import pandas as pd

_T = TypeVar("_T")
_RIGHT = ("ko", "ok")  # as coded in Columns.predicted


class View:
    """The fields of some columns, each made when first asked for.

    A later view of the same records, after some of them changed, keeps what cannot have changed.
    """

    def __init__(self, columns: Columns, earlier: View | None = None) -> None:
        self.columns = columns
        self._made: dict[tuple[str, str], object] = {}  # what of which field
        if earlier is not None and earlier.columns.logged is columns.logged:
            self._made = {
                key: made
                for key, made in list(earlier._made.items())  # another thread may be adding to it
                if not changeable(key[1])
            }

    @property
    def n(self) -> int:
        """How many records there are."""
        return self.columns.logged.n

    def at(self, positions: Ints) -> SomeRecords:
        """Return the fields of some records only."""
        return SomeRecords(self, positions)

    def bars(self, field: Field) -> Bars:
        """Return the bars of a histogram of a number or date field."""
        key = ("bars", field.name)
        return self._once(key, lambda: Bars.of(self.numbers(field), field.kind == "integer"), Bars)

    def keywords(self, field: Field) -> Keywords:
        """Return the distinct values of a keyword, label or Boolean field."""
        if field.kind == "bool":
            key = ("values", field.name)
            return self._once(key, lambda: booleans(self.numbers(field)), Keywords)
        return self._once(("column", field.name), lambda: self._keywords(field.name), Keywords)

    def numbers(self, field: Field) -> Numbers:
        """Return the values of a number, Boolean or date field."""
        return self._once(("column", field.name), lambda: self._numbers(field.name), Numbers)

    def ranks(self, field: Field) -> Ranks:
        """Return for each record where it stands when sorted by a field."""
        if field.kind == "text":
            return self._once(("order", field.name), lambda: self._text_ranks(field), Ranks)
        source = self.keywords(field) if field.kind in ("keyword", "label") else self.numbers(field)
        return self._once(("order", field.name), source.ranks, Ranks)

    def _once(self, key: tuple[str, str], make: Callable[[], _T], kind: type[_T]) -> _T:
        made = self._made.get(key)
        if made is None:  # two threads may both make it; both go on with what was there first
            made = self._made.setdefault(key, make())
        assert isinstance(made, kind)
        return made

    def _keywords(self, name: str) -> Keywords:
        columns, logged = self.columns, self.columns.logged
        sets = logged.sets
        what, _, agent = name.partition("@")
        if what in ("predicted_as", "annotated_as", "annotated_as_before"):
            given = self._label_sets(what, agent)
            members = sets.membership()  # before the others, which another thread may lengthen
            codes = narrow(given, len(sets))
            return Keywords(text_column(sets.labels), codes, members, len(sets))
        if what == "predicted":
            right = columns.right(agent) if agent else columns.predicted
            return Keywords(text_column(_RIGHT), right)
        if what == "predicted_before":
            return Keywords(text_column(_RIGHT), columns.right_before(agent))
        if name == "status":
            return Keywords(text_column(STATUSES), columns.status)
        if name in ("predicted_by", "annotated_by"):
            agents = text_column(logged.agents.values)
            by = logged.prediction_agent if name == "predicted_by" else columns.annotation_agent
            return Keywords(agents, by)
        if name == "comment":
            return Keywords(text_column(logged.comments.values), columns.comment)
        if name == "verdict":
            return Keywords(text_column(VERDICTS), columns.verdict)
        if name == "id":
            return Keywords(logged.column("id"), np.arange(logged.n, dtype=np.int64))
        return encoded(logged.column(name))

    def _label_sets(self, what: str, agent: str) -> Codes:
        """Return the set of labels that each record has in a field."""
        logged = self.columns.logged
        if what == "annotated_as":
            return self.columns.annotation
        if what == "annotated_as_before":
            return logged.annotation
        return (logged.predicted(agent) if agent else logged.primary).predicted_as

    def _numbers(self, name: str) -> Numbers:
        logged = self.columns.logged
        what, _, agent = name.partition("@")
        if what == "score":
            found = logged.predicted(agent) if agent else logged.primary
            if not logged.multi_label:
                return Numbers(series(found.score), None, logged.n)
            record = np.repeat(np.arange(logged.n), np.diff(found.score_offsets))
            return Numbers(series(found.all_scores), record, logged.n)
        if what in COMPARED:
            return Numbers(self._compared(what, agent), None, logged.n)
        if name == "corrected":
            corrected = self.columns.annotation != logged.annotation
            return Numbers(series(corrected), None, logged.n)
        if name == "metrics.text_length":
            return Numbers(series(logged.text_length), None, logged.n)
        if name == "multi_label":
            return Numbers(series(np.full(logged.n, logged.multi_label)), None, logged.n)
        if name == "last_updated":
            return Numbers(series(self.columns.updated), None, logged.n)
        if name == "event_timestamp":
            return Numbers(series(logged.column("event_timestamp")), None, logged.n)
        column = logged.column(name)
        if pa.types.is_large_list(column.type):
            sizes = column.value_lengths().fill_null(0).to_numpy(zero_copy_only=False)
            record = np.repeat(np.arange(logged.n), sizes)
            return Numbers(series(column.flatten()), record, logged.n)
        return Numbers(series(column), None, logged.n)

    def _compared(self, what: str, agent: str) -> pd.Series:
        """Tell of each record how two agents compare, missing where not both can be judged."""
        import pandas as pd

        columns, agents = self.columns, self.columns.logged.predicting
        other = agent or agents[1]
        was, now = columns.right(agents[0]), columns.right(other)
        if what == "agree":
            one, two = (columns.logged.predicted(name).predicted_as for name in (agents[0], other))
            found = one == two
        else:
            wanted = {"fixed": (0, 1), "broken": (1, 0), "both_wrong": (0, 0)}[what]
            found = (was == wanted[0]) & (now == wanted[1])
        return pd.Series(pd.array(found, dtype="boolean")).mask((was < 0) | (now < 0))

    def _text_ranks(self, field: Field) -> Ranks:
        logged = self.columns.logged
        name = field.name.removesuffix(".exact")
        inputs = logged.input_names
        chosen = inputs if name == "text" else [name.removeprefix("inputs.")]
        texts = [input_texts(logged.inputs([one]), one) for one in chosen]
        if len(texts) == 1:
            return Ranks.of_values(texts[0])
        joined = pc.binary_join_element_wise(
            *texts, pa.scalar("\n", pa.large_string()), null_handling="skip"
        )
        none = reduce(pc.and_, [one.is_null() for one in texts])
        return Ranks.of_values(pc.if_else(none, pa.scalar(None, joined.type), joined))


class SomeRecords:
    """The fields of some records of a view, those that people's changes touch among them."""

    def __init__(self, view: View, positions: Ints) -> None:
        self._view = view
        self._positions = positions
        self.n = len(positions)

    def keywords(self, field: Field) -> Keywords:
        """Return the distinct values of a field, and which of the records have each."""
        whole = self._view.keywords(field)
        return dataclasses.replace(whole, codes=whole.codes[self._positions])

    def numbers(self, field: Field) -> Numbers:
        """Return the values of a field that has one a record."""
        whole = self._view.numbers(field)
        if whole.record is not None:
            raise TypeError(f"{field.name} may have several values a record, and never changes")
        values = whole.values.take(self._positions).reset_index(drop=True)
        return Numbers(values, None, self.n)
