"""The charts of what an explorer shows, as Altair objects: ``ex.charts``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, cast

from rubrix_widget.engine import Engine
from rubrix_widget.errors import RubrixWidgetError
from rubrix_widget.explorer import charting
from rubrix_widget.explorer.charting import Drawn
from rubrix_widget.explorer.protocol.records import View
from rubrix_widget.index import Hits

if TYPE_CHECKING:
    from rubrix_widget.charts.offline import Chart, LayerChart

_TITLE = 200  # characters of the condition in a title; a query may have many more


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
    linked
        Leave out the filters on the very fields that a chart draws, so that what they exclude can
        still be seen and chosen.
    """

    def __init__(
        self, now: Callable[[], tuple[Engine, View]], title: str, *, linked: bool = False
    ) -> None:
        self._now = now
        self._title = title
        self._linked = linked

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
        return cast("LayerChart", _altair(self._confusion_matrix(normalize)))

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
        return cast("Chart", _altair(self._field(name)))

    def reliability(self, bins: int = 10) -> LayerChart:
        """Draw how often predictions of each score are right, with 95 % intervals.

        A well calibrated model stands on the diagonal. The title says the expected calibration
        error. A bin holds the scores from its lower edge to below its upper one, the last one 1
        too; only records count that have both an annotation and a prediction.

        Raises
        ------
        RubrixWidgetError
            The dataset is multi-label, where a record has no one score.
        """
        return cast("LayerChart", _altair(self._reliability(bins)))

    def words(self, most: int = 15) -> LayerChart:
        """Draw the words that stand in wrong records more often than in right ones.

        Those whose log-odds ratio is above 0 with 95 % confidence in all of them together, the
        surest first; see :mod:`rubrix_widget.metrics.contrast`. A word counts once a record. The
        intervals are of each word alone.

        Parameters
        ----------
        most : int
            At most so many words.
        """
        return cast("LayerChart", _altair(self._words(most)))

    def _confusion_matrix(
        self, normalize: Literal["annotated", "predicted"] | None = None
    ) -> Drawn:
        if normalize not in (None, "annotated", "predicted"):
            raise ValueError(f"normalize={normalize!r}; give 'annotated', 'predicted' or None")
        engine, hits, said = self._shown("annotated_as", "predicted_as")
        _needs_single(engine, "a confusion matrix", "field('annotated_as')")
        return charting.confusion(engine, hits, said, normalize)

    def _field(self, name: str) -> Drawn:
        engine, hits, said = self._shown(name)
        return charting.values(engine, hits, said, name)

    def _reliability(self, bins: int = 10) -> Drawn:
        engine, hits, said = self._shown("predicted", "score")
        _needs_single(engine, "a reliability diagram", "scores()")
        return charting.reliability(engine, hits, said, bins)

    def _words(self, most: int = 15) -> Drawn:
        return charting.words(*self._shown("predicted"), most)

    def _shown(self, *own: str) -> tuple[Engine, Hits, str]:
        """Return the engine, the records, and what they are in words."""
        engine, view = self._now()
        filters = view["filters"]
        if self._linked:
            filters = {name: one for name, one in filters.items() if name not in own}
        selection = engine.select(view["query"], dialect=view["dialect"], filters=filters)
        asked = [view["query"], *(one.describe() for one in selection.filters)]
        where = " and ".join(part for part in asked if part)
        if len(where) > _TITLE:
            where = where[: _TITLE - 1] + "…"
        noun = "record" if selection.count == 1 else "records"
        said = f"{selection.count:,} {noun} in {self._title}" + (f" where {where}" if where else "")
        return engine, selection.hits, said


def _altair(drawn: Drawn) -> Chart | LayerChart:
    from rubrix_widget.charts.offline import chart_of

    return chart_of(drawn.spec)


def _needs_single(engine: Engine, what: str, instead: str) -> None:
    if engine.multi_label:
        raise RubrixWidgetError(
            f"{what} needs one label a record, and this dataset is multi-label; "
            f"ex.charts.{instead} draws it by label"
        )
