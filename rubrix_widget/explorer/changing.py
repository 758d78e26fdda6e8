"""Changing what an explorer shows from a cell: every record of its view, or the selected ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rubrix_widget.arrays import Ints
from rubrix_widget.edits import Action, EditResult, How, LiveDataset
from rubrix_widget.engine import Engine
from rubrix_widget.explorer import pages
from rubrix_widget.explorer.exporting import positions_of

if TYPE_CHECKING:
    from rubrix_widget.explorer.protocol.records import View


class Changeable:
    """What an explorer shows, changed as one group that is undone together."""

    if TYPE_CHECKING:
        selected: list[str]
        _live: LiveDataset
        _agent: str | None

        def _now(self) -> tuple[Engine, View]: ...

    def relabel(
        self,
        label: str | Sequence[str] | None,
        *,
        query: str | None = None,
        selected: bool = False,
        how: How = "replace",
        reason: str | None = None,
    ) -> EditResult:
        """Annotate all records of the view, on every page of it, as one change.

        Parameters
        ----------
        label
            The label; in a multi-label dataset a list of labels. None clears the annotation.
        query
            All records that this query matches, in the place of the explorer's query and filters;
            read in its dialect.
        selected
            The selected records alone, whether or not the view still shows them.
        how
            "replace", or in a multi-label dataset "add" or "remove".
        reason
            Kept with the change.

        Returns
        -------
        EditResult
            As of :func:`rubrix_widget.relabel`.

        Raises
        ------
        ValueError
            Both a query and ``selected``.
        QueryError
            The query cannot be answered; nothing is changed.
        RecordError
            A label that no record of the dataset can have; nothing is changed.
        StorageError, DatasetBusyError
            Nothing is changed.

        Examples
        --------
        >>> import rubrix_widget as rb
        >>> texts = ("fine", "dull", "dull indeed")
        >>> answer = rb.log([rb.TextClassificationRecord(text=one) for one in texts], "judged")
        >>> ex = rb.explore("judged", query="dull")
        >>> ex.relabel("negative")
        <2 records meant, 2 changed, group 1>
        >>> ex.relabel("positive", query="fine").changes
        1
        """
        labels = list(label) if isinstance(label, set | tuple) else label
        return self._changed(Action("annotation", labels, how), query, selected, reason)

    def set_status(
        self,
        status: str,
        *,
        query: str | None = None,
        selected: bool = False,
        reason: str | None = None,
    ) -> EditResult:
        """Validate or discard all records of the view, on every page of it, as one change.

        Parameters
        ----------
        status
            "Validated", "Discarded", "Default" or "Edited". Annotations stay as they are.
        query, selected, reason
            As in :meth:`relabel`.

        Returns
        -------
        EditResult
            As of :func:`rubrix_widget.relabel`.

        Raises
        ------
        ValueError, QueryError, RecordError, StorageError, DatasetBusyError
            As in :meth:`relabel`.

        Examples
        --------
        >>> import rubrix_widget as rb
        >>> texts = ("fine", "dull")
        >>> answer = rb.log([rb.TextClassificationRecord(text=one) for one in texts], "judged")
        >>> rb.explore("judged", query="dull").set_status("Discarded").changes
        1
        """
        return self._changed(Action("status", status), query, selected, reason)

    def comment(
        self,
        text: str | None,
        *,
        query: str | None = None,
        selected: bool = False,
        reason: str | None = None,
    ) -> EditResult:
        """Write a comment on all records of the view, on every page of it, as one change.

        Parameters
        ----------
        text
            The comment, in the place of one that is there; None takes it away.
        query, selected, reason
            As in :meth:`relabel`.

        Returns
        -------
        EditResult
            As of :func:`rubrix_widget.relabel`.

        Raises
        ------
        ValueError, QueryError, RecordError, StorageError, DatasetBusyError
            As in :meth:`relabel`.

        Examples
        --------
        >>> import rubrix_widget as rb
        >>> answer = rb.log(rb.TextClassificationRecord(text="fine"), "judged")
        >>> rb.explore("judged").comment("ask Ada").changes
        1
        """
        return self._changed(Action("comment", text), query, selected, reason)

    def set_verdict(
        self,
        verdict: str | None,
        *,
        query: str | None = None,
        selected: bool = False,
        reason: str | None = None,
    ) -> EditResult:
        """Say of all records of the view, on every page of it, who is right, as one change.

        Parameters
        ----------
        verdict
            "label_wrong", "model_wrong", "ambiguous" or "both_fine"; None takes it away.
        query, selected, reason
            As in :meth:`relabel`.

        Returns
        -------
        EditResult
            As of :func:`rubrix_widget.relabel`.

        Raises
        ------
        ValueError, QueryError, RecordError, StorageError, DatasetBusyError
            As in :meth:`relabel`.

        Examples
        --------
        >>> import rubrix_widget as rb
        >>> answer = rb.log(rb.TextClassificationRecord(text="fine"), "judged")
        >>> rb.explore("judged").set_verdict("ambiguous").changes
        1
        """
        return self._changed(Action("verdict", verdict), query, selected, reason)

    def _changed(
        self, action: Action, query: str | None, selected: bool, reason: str | None
    ) -> EditResult:
        if query is not None and selected:
            raise ValueError("give query=… or selected=True, not both")
        engine, view = self._now()
        if query is not None:
            view = {**view, "query": query, "filters": {}}
        ids = list(self.selected) if selected else None
        asked = None
        if not selected:  # filters are no part of a query, so they are kept in words
            asked = pages.select(engine, view).reading if view["filters"] else view["query"]

        def which(now: Engine) -> Ints:
            return positions_of(now, view, ids)

        return self._live.change(which, action, agent=self._agent, query=asked, reason=reason)
