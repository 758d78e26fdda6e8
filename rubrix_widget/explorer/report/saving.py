"""``ex.save("report.html")`` and ``ex.to_html()``."""

from __future__ import annotations

import datetime as dt
import importlib.util
import os
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rubrix_widget._version import __version__
from rubrix_widget.engine import Engine, Facet, Selection
from rubrix_widget.errors import RubrixWidgetError
from rubrix_widget.explorer import bundle, pages
from rubrix_widget.explorer.facets import confusion
from rubrix_widget.explorer.protocol.limits import MATRIX_LABELS
from rubrix_widget.explorer.protocol.records import View
from rubrix_widget.explorer.report.carried import carry
from rubrix_widget.explorer.report.page import About, LabelLine, Picture, page
from rubrix_widget.query import describe

if TYPE_CHECKING:
    from rubrix_widget.explorer.drawing import Charts

LIMIT = 1_000  # records of a report, unless more are asked for: well below a megabyte
_LABELS = 50  # of the table of labels
_WAYS = {"asc": "ascending", "desc": "descending"}


class Reporting:
    """What an explorer can do to leave the notebook."""

    _title: str
    _save_texts: bool

    if TYPE_CHECKING:

        @property
        def charts(self) -> Charts: ...  # noqa: D102

        def code(self) -> str: ...  # noqa: D102

        def _now(self) -> tuple[Engine, View]: ...

    def save(
        self,
        path: str | os.PathLike[str],
        *,
        limit: int | None = LIMIT,
        texts: bool | None = None,
        metadata: bool | None = None,
        charts: bool | None = None,
    ) -> Path:
        """Write what the explorer shows as a page of its own: counts, matrix, labels, records.

        The page needs no notebook, no kernel and no internet; it searches, sorts and filters the
        records it carries. A file of that name is replaced.

        Parameters
        ----------
        path : str or path-like
            The file, such as ``"report.html"``; its folder must be there.
        limit : int or None
            How many records are carried, the first of the view's order; None is all of them.
            Counts are always of all.
        texts : bool, optional
            Whether the records' texts are carried; by default as ``save_texts`` says. The query,
            the filters, labels and ids are in the page either way.
        metadata : bool, optional
            Whether their metadata are; by default as `texts`, since they may quote them.
        charts : bool, optional
            Whether charts are drawn; by default where the extra ``charts`` is installed.

        Returns
        -------
        Path
            The file.

        Raises
        ------
        RubrixWidgetError
            The path is a folder or in none, or `charts` without the extra.

        Examples
        --------
        >>> import tempfile, rubrix_widget as rb
        >>> answer = rb.log(rb.TextClassificationRecord(text="fine"), "kept")
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     rb.explore("kept").save(f"{folder}/report.html").name
        'report.html'
        """
        path = Path(path)
        if path.is_dir():
            raise RubrixWidgetError(
                f"{path} is a folder; give the name of a file, such as {path / 'report.html'}"
            )
        if not path.parent.is_dir():
            raise RubrixWidgetError(f"there is no folder {path.parent} to write {path.name} into")
        made = self.to_html(limit=limit, texts=texts, metadata=metadata, charts=charts)
        _write(path, made)
        return path

    def to_html(
        self,
        *,
        limit: int | None = LIMIT,
        texts: bool | None = None,
        metadata: bool | None = None,
        charts: bool | None = None,
    ) -> str:
        """Return the page that :meth:`save` writes.

        Parameters
        ----------
        limit, texts, metadata, charts
            As in :meth:`save`.

        Raises
        ------
        RubrixWidgetError
            `charts` without the extra.

        Examples
        --------
        >>> import rubrix_widget as rb
        >>> answer = rb.log(rb.TextClassificationRecord(text="fine"), "kept")
        >>> rb.explore("kept").to_html()[:15]
        '<!doctype html>'
        """
        wanted = _limit(limit)
        texts = self._save_texts if texts is None else texts
        metadata = texts if metadata is None else metadata
        engine, view = self._now()
        selection = pages.select(engine, view)
        positions = selection.order() if wanted is None else selection.page(0, wanted)
        carried = carry(engine, positions, texts=texts, metadata=metadata)
        about = _about(engine, selection, view, self._title, self.code())
        return page(
            about,
            carried,
            _pictures(self.charts, about, charts),
            script=bundle.read(bundle.STATIC / "report.js").strip(),
            style=bundle.read(bundle.STATIC / "report.css").strip(),
        )


def _limit(limit: object) -> int | None:
    if limit is None:
        return None
    if isinstance(limit, bool) or not isinstance(limit, int | np.integer) or limit < 0:
        raise ValueError(f"limit={limit!r}; give how many records to carry, or None for all")
    return int(limit)


def _about(engine: Engine, selection: Selection, asked: View, title: str, code: str) -> About:
    lines = _label_lines(engine, selection)
    now = dt.datetime.now(dt.UTC)
    return About(
        title=title,
        made=f"made {now:%Y-%m-%d %H:%M} UTC with rubrix_widget {__version__}",
        query=asked["query"],
        reading=describe(selection.tree),
        filters=[one.describe() for one in selection.filters],
        sort=", then ".join(f"{name} {_WAYS[way]}" for name, way in asked["sort"]),
        code=code,
        count=selection.count,
        total=engine.n,
        summary=pages.summary(engine, selection),
        confusion=confusion(engine, selection.hits, MATRIX_LABELS),
        labels=lines[:_LABELS],
        labels_left_out=max(0, len(lines) - _LABELS),
    )


def _label_lines(engine: Engine, selection: Selection) -> list[LabelLine]:
    """Return the labels that the view has, the commonest first."""
    annotated, predicted = engine.facets(["annotated_as", "predicted_as"], selection.hits)
    assert isinstance(annotated, Facet)
    assert isinstance(predicted, Facet)
    counted: dict[str, list[int]] = {}
    for start, facet in ((0, annotated), (3, predicted)):
        columns = (facet.values, facet.count, facet.right, facet.wrong)
        for value, count, right, wrong in zip(*columns, strict=True):
            line = counted.setdefault(str(value), [0] * 6)
            line[start : start + 3] = [int(count), int(right), int(right + wrong)]
    lines = [LabelLine(label, *numbers) for label, numbers in counted.items() if any(numbers)]
    return sorted(lines, key=lambda line: -(line.annotated + line.predicted))


def _pictures(charts: Charts, about: About, wanted: bool | None) -> list[Picture]:
    able = importlib.util.find_spec("vl_convert") is not None
    if wanted and not able:
        raise RubrixWidgetError(
            "charts=True needs the extra that draws pictures: pip install 'rubrix-widget[charts]'. "
            "Without charts= the report is made without them"
        )
    summary = about.summary
    if wanted is False or not able or not summary["n"]:
        return []
    from rubrix_widget.charts.offline import svg

    drawn: list[tuple[str, Any]] = []
    if summary["predicted"]:
        drawn.append(("Scores, right and wrong", charts.scores()))
    if summary["accuracy"] is not None and not about.confusion["multi_label"]:
        drawn.append(("Reliability", charts.reliability()))
    drawn.append(("Text length, right and wrong", charts.text_length()))
    return [Picture(title, svg(chart, title)) for title, chart in drawn]


def _write(path: Path, text: str) -> None:
    """Replace the file in one step: another program sees the old page or the new one."""
    target = path.resolve()  # what a link points to, not the link
    draft = target.with_name(f".{uuid.uuid4().hex}.html")
    try:
        draft.write_bytes(text.encode("utf-8", "replace"))
        draft.replace(target)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
