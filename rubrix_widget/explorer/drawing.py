"""The charts of what an explorer shows, as Altair objects: ``ex.charts``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from rubrix_widget.engine import Engine, Facet
from rubrix_widget.errors import RubrixWidgetError
from rubrix_widget.explorer import pages
from rubrix_widget.explorer.protocol import View
from rubrix_widget.index import Hits
from rubrix_widget.metrics.calibration import reliability

if TYPE_CHECKING:
    from rubrix_widget.charts import Chart, LayerChart

_MOST = 40  # labels of a matrix or values of a field that are still legible


class Charts:
    """Charts of the records that an explorer shows now, whatever its page.

    They carry counts, never records, so their size does not grow with the data. Each is an Altair
    chart to restyle, combine and save.

    Parameters
    ----------
    now
        Returns the engine and what the explorer shows of it.
    title
        The explorer's.
    """

    def __init__(self, now: Callable[[], tuple[Engine, View]], title: str) -> None:
        self._now = now
        self._title = title

    def __repr__(self) -> str:
        names = [name for name in dir(self) if not name.startswith("_")]
        return f"<charts: {', '.join(names)}>"

    def confusion_matrix(
        self, normalize: Literal["annotated", "predicted"] | None = None
    ) -> LayerChart:
        """Draw how many records with one label are predicted as another.

        Parameters
        ----------
        normalize : {"annotated", "predicted"}, optional
            Colour by the share of the annotated (row) or predicted label's (column) records
            instead of the count.

        Raises
        ------
        RubrixWidgetError
            The dataset is multi-label, where a record has no one cell.
        """
        from rubrix_widget import charts

        if normalize not in (None, "annotated", "predicted"):
            raise ValueError(f"normalize={normalize!r}; give 'annotated', 'predicted' or None")
        engine, hits, said = self._shown()
        self._needs_single(engine, "a confusion matrix", "field('annotated_as')")
        found = engine.confusion(hits)
        kept = found.most_confused(_MOST)
        left_out = len(found.labels) - len(kept.labels)
        title = f"Confusion matrix of {said}"
        if left_out:
            title += f" (the {_MOST} most confused labels; {left_out} not shown)"
        return charts.matrix(kept.labels, kept.counts, title=title, normalize=normalize)

    def scores(self) -> Chart:
        """Draw the scores of right and of wrong predictions."""
        return self.field("score")

    def labels(self) -> Chart:
        """Draw how many records are annotated with each label, by right and wrong."""
        return self.field("annotated_as")

    def text_length(self) -> Chart:
        """Draw the lengths of the texts in characters, by right and wrong."""
        return self.field("metrics.text_length")

    def field(self, name: str) -> Chart:
        """Draw how many records have each value of a field, by right and wrong.

        Parameters
        ----------
        name : str
            A field with values, numbers or dates, such as ``metadata.split``. Of very many values
            the 40 commonest are drawn, and the title says so.

        Raises
        ------
        FilterError
            There is no such field, or it is one of text.
        """
        from rubrix_widget import charts

        engine, hits, said = self._shown()
        (found,) = engine.facets([name], hits)
        if not isinstance(found, Facet):
            rows = _rows(found.count, found.right, found.wrong)
            title = f"{name} of {said}{_without(found.missing)}"
            return charts.split_histogram(found.edges, rows, title=title, value=name)
        top = found.top(_MOST)
        known = int(np.count_nonzero(found.count))
        shown = int(np.count_nonzero(top.count))
        title = f"{name} of {said}{_without(found.missing)}"
        if known > shown:
            title += f" (the {shown} commonest of {known:,} values)"
        rows = _rows(top.count[:shown], top.right[:shown], top.wrong[:shown])
        names = [str(value) for value in top.values[:shown]]
        return charts.split_bars(names, rows, title=title, value=name)

    def reliability(self, bins: int = 10) -> LayerChart:
        """Draw how often predictions of each score are right, with 95 % intervals.

        A well calibrated model stands on the diagonal. The title says the expected calibration
        error.

        Raises
        ------
        RubrixWidgetError
            The dataset is multi-label, where a record has no one score.
        """
        from rubrix_widget import charts

        engine, hits, said = self._shown()
        self._needs_single(engine, "a reliability diagram", "scores()")
        columns, positions = engine.columns, hits.positions
        positions = positions[columns.predicted[positions] >= 0]
        found = reliability(
            columns.logged.score[positions], columns.predicted[positions] == 1, bins
        )
        error = f", expected calibration error {found.ece:.3f}" if found.n.sum() else ""
        return charts.reliability(found, title=f"Reliability of {said}{error}")

    def _shown(self) -> tuple[Engine, Hits, str]:
        """Return the engine, the records, and what they are in words."""
        engine, view = self._now()
        selection = pages.select(engine, view)
        asked = [view["query"], *(one.describe() for one in selection.filters)]
        where = " and ".join(part for part in asked if part)
        noun = "record" if selection.count == 1 else "records"
        said = f"{selection.count:,} {noun} in {self._title}" + (f" where {where}" if where else "")
        return engine, selection.hits, said

    def _needs_single(self, engine: Engine, what: str, instead: str) -> None:
        if engine.multi_label:
            raise RubrixWidgetError(
                f"{what} needs one label a record, and this dataset is multi-label; "
                f"ex.charts.{instead} draws it by label"
            )


def _rows(count: Any, right: Any, wrong: Any) -> list[tuple[int, int, int]]:
    """Return right, wrong and neither of each bar."""
    neither = count - right - wrong
    return list(zip(right.tolist(), wrong.tolist(), neither.tolist(), strict=True))


def _without(missing: int) -> str:
    return f", {missing:,} of them without" if missing else ""
