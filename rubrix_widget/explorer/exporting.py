"""The records of a view taken out of it: as a DataFrame, a dataset, a file; in its order."""

from __future__ import annotations

import os
import re
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from rubrix_widget.arrays import Ints
from rubrix_widget.datasets import DatasetForTextClassification
from rubrix_widget.edits import LiveDataset
from rubrix_widget.engine import Engine
from rubrix_widget.explorer import checks, pages
from rubrix_widget.explorer.files import MEDIA, Format, Taken, pieces
from rubrix_widget.explorer.protocol import RequestError
from rubrix_widget.explorer.protocol.limits import FORMATS, MAX_EXPORTS, MAX_NAMED
from rubrix_widget.explorer.protocol.records import View
from rubrix_widget.explorer.protocol.sharing import ExportResult

if TYPE_CHECKING:
    import datasets
    import pandas as pd


class Exports:
    """Answers to the page about files: begun, fetched piece by piece, closed.

    Parameters
    ----------
    live : LiveDataset
    report : callable
        Makes a page of its own of what is shown.
    """

    def __init__(self, live: LiveDataset, report: Callable[[], str]) -> None:
        self._live = live
        self._report = report
        self._lock = threading.Lock()
        self._open: OrderedDict[str, _File] = OrderedDict()
        self.methods: dict[str, Callable[[object], Any]] = {"export": self.export}

    def export(self, params: object) -> tuple[ExportResult, list[bytes]]:
        """Answer ``export``, with the bytes beside the answer."""
        what = "params of 'export'"
        given = checks.fields(params, what, ("do", "file"), ("piece", "changes", *_BEGIN))
        do = checks.choice(given["do"], "do", tuple(_NEEDED))
        more = ("changes",) if do == "begin" else ()
        checks.fields(params, what, ("do", "file", *_NEEDED[do]), more)
        name = checks.text(given["file"], "file", MAX_NAMED)
        with self._lock:
            if do == "close":
                self._open.pop(name, None)
                return {"file": name, "name": "", "media": "", "total": 0, "written": 0}, []
            file = self._open.get(name)
            if do == "begin":
                file = file or self._begun(given)
            elif file is None:
                raise RequestError("the file is no longer being written; begin it again")
            else:
                file.turn_to(checks.integer(given["piece"], "piece", 0, _MOST_PIECES))
            self._open[name] = file
            self._open.move_to_end(name)
            while len(self._open) > MAX_EXPORTS:
                self._open.popitem(last=False)
            told: ExportResult = {
                "file": name,
                "name": file.name,
                "media": file.media,
                "total": file.total,
                "written": file.written,
            }
            return told, [] if do == "begin" else [file.piece]

    def _begun(self, given: dict[str, Any]) -> _File:
        kind = _format(given["format"])
        view = checks.view(given["view"])
        engine = self._live.engine()
        ids = None if given["ids"] is None else checks.selected(given["ids"])
        changes = checks.flag(given.get("changes", False), "changes")
        if kind == "html" and ids is not None:
            raise RequestError("a report is of all records of a view; take another format")
        positions = positions_of(engine, view, ids)
        total = len(positions)
        made = self._page(total) if kind == "html" else pieces(engine, positions, kind, changes)
        stem = re.sub(r"[^\w.-]+", "-", self._live.name) + ("-selected" if ids is not None else "")
        return _File(f"{stem}.{kind}", MEDIA[kind], total, made)

    def _page(self, total: int) -> Iterator[tuple[int, bytes]]:
        yield total, self._report().encode()


class _File:
    """A file that is being written, with the piece of it that was made last."""

    def __init__(
        self, name: str, media: str, total: int, rest: Iterator[tuple[int, bytes]]
    ) -> None:
        self.name, self.media, self.total = name, media, total
        self.written, self.piece = 0, b""
        self._number, self._rest = -1, rest

    def turn_to(self, number: int) -> None:
        """Make the next piece, or none where the last one is asked for again."""
        if number == self._number:
            return
        if number != self._number + 1:
            raise RequestError(f"piece {number} of the file is not the next one; begin it again")
        try:
            self.written, self.piece = next(self._rest)
        except StopIteration:  # past the end, or after a fault
            raise RequestError("the file has no further piece; begin it again") from None
        self._number = number


_BEGIN: Final = ("format", "view", "ids")
_NEEDED: Final = {"begin": _BEGIN, "next": ("piece",), "close": ()}
_MOST_PIECES: Final = 10**9  # no file has more records


def _format(value: object) -> Format:
    kind: Any = checks.choice(value, "format", FORMATS)
    chosen: Format = kind
    return chosen


def positions_of(engine: Engine, view: View, ids: list[str] | None) -> Ints:
    """Return where the records of a view are, or the chosen ones whether or not it shows them.

    Both in the order of the view.
    """
    if ids is None:
        return pages.select(engine, view).order()
    places = engine.positions(ids)
    chosen = np.zeros(engine.n, dtype=bool)
    chosen[places[places >= 0]] = True
    order = pages.select(engine, {**view, "query": "", "filters": {}}).order()
    found: Ints = order[chosen[order]]
    return found


class Exportable:
    """What an explorer shows, taken out of it."""

    if TYPE_CHECKING:
        selected: list[str]

        def _now(self) -> tuple[Engine, View]: ...

    @property
    def records(self) -> DatasetForTextClassification:
        """All records of the view, in its order."""
        return self._taken(selected=False).records

    @property
    def selected_records(self) -> DatasetForTextClassification:
        """The selected records, in the order of the view; they stay when the query moves on."""
        return self._taken(selected=True).records

    def _taken(self, *, selected: bool, changes: bool = False) -> Taken:
        return Taken(*self._positions(selected), changes)

    def _positions(self, selected: bool) -> tuple[Engine, Ints]:
        engine, view = self._now()
        return engine, positions_of(engine, view, list(self.selected) if selected else None)

    def to_pandas(self, *, changes: bool = False) -> pd.DataFrame:
        """Return all records of the view, in its order, as a DataFrame.

        Parameters
        ----------
        changes
            Add what people changed: ``annotation_before`` and ``status_before`` as logged,
            ``changed_at`` (when it was last changed, in UTC; missing where it never was),
            ``comment`` and ``verdict``. Who annotated is in ``annotation_agent``.

        Examples
        --------
        >>> import rubrix_widget as rb
        >>> made = rb.log(rb.TextClassificationRecord(text="fine", annotation="bad"), "taken")
        >>> made = rb.relabel("taken", "good", query="", agent="ada")
        >>> frame = rb.explore("taken").to_pandas(changes=True)
        >>> frame[["annotation_before", "annotation", "annotation_agent"]].values.tolist()
        [['bad', 'good', 'ada']]
        """
        return self._taken(selected=False, changes=changes).frame()

    def to_datasets(self, *, changes: bool = False) -> datasets.Dataset:
        """Return all records of the view, in its order, as a Hugging Face dataset.

        Parameters
        ----------
        changes
            Add what people changed, as in :meth:`to_pandas`.

        Examples
        --------
        >>> import rubrix_widget as rb
        >>> answer = rb.log(rb.TextClassificationRecord(text="fine"), "taken")
        >>> rb.explore("taken").to_datasets().num_rows
        1
        """
        return self._taken(selected=False, changes=changes).dataset()

    def to_csv(
        self, path: str | os.PathLike[str], *, selected: bool = False, changes: bool = False
    ) -> None:
        """Write the records of the view, in its order, as CSV.

        The columns are those of :meth:`to_pandas`; what is no text, number or date is JSON. A text
        that begins with ``=``, ``+``, ``-``, ``@``, a tab or a line break gets an apostrophe
        before it, so that no spreadsheet computes it: where texts have to stay exactly as they
        are, write :meth:`to_jsonl` or :meth:`to_parquet`.

        Parameters
        ----------
        path
            The file; one that is there is replaced once the new one is whole.
        selected
            Only the selected records.
        changes
            Add what people changed, as in :meth:`to_pandas`.

        Raises
        ------
        OSError
            The file cannot be written; one that was there stays.

        Examples
        --------
        >>> import rubrix_widget as rb
        >>> texts = ("fine", "=1+1")
        >>> answer = rb.log([rb.TextClassificationRecord(text=one) for one in texts], "written")
        >>> rb.explore("written").to_csv("written.csv")
        >>> import pandas as pd
        >>> pd.read_csv("written.csv")["text"].tolist()
        ['fine', "'=1+1"]
        """
        self._write("csv", path, selected, changes)

    def to_jsonl(
        self, path: str | os.PathLike[str], *, selected: bool = False, changes: bool = False
    ) -> None:
        """Write the records of the view, in its order, as JSON Lines: an object a record.

        The names are those of :meth:`to_pandas`; values that are missing are left out.

        Parameters
        ----------
        path
            The file; one that is there is replaced once the new one is whole.
        selected
            Only the selected records.
        changes
            Add what people changed, as in :meth:`to_pandas`.

        Raises
        ------
        OSError
            The file cannot be written; one that was there stays.

        Examples
        --------
        >>> import rubrix_widget as rb
        >>> answer = rb.log(rb.TextClassificationRecord(text="=1+1", id=7), "written")
        >>> rb.explore("written").to_jsonl("written.jsonl")
        >>> import pandas as pd
        >>> pd.read_json("written.jsonl", lines=True)["text"].tolist()
        ['=1+1']
        """
        self._write("jsonl", path, selected, changes)

    def to_parquet(
        self, path: str | os.PathLike[str], *, selected: bool = False, changes: bool = False
    ) -> None:
        """Write the records of the view, in its order, as Parquet.

        The columns are those of :meth:`to_datasets`, with metadata, explanations and metrics as
        JSON text; :func:`rubrix_widget.read_pandas` reads them.

        Parameters
        ----------
        path
            The file; one that is there is replaced once the new one is whole.
        selected
            Only the selected records.
        changes
            Add what people changed, as in :meth:`to_pandas`.

        Raises
        ------
        OSError
            The file cannot be written; one that was there stays.

        Examples
        --------
        >>> import rubrix_widget as rb
        >>> answer = rb.log(rb.TextClassificationRecord(text="fine", id=7), "written")
        >>> rb.explore("written").to_parquet("written.parquet")
        >>> import pandas as pd
        >>> rb.read_pandas(pd.read_parquet("written.parquet"))[0].text
        'fine'
        """
        self._write("parquet", path, selected, changes)

    def _write(
        self, kind: Format, path: str | os.PathLike[str], selected: bool, changes: bool
    ) -> None:
        target = Path(path).expanduser()
        engine, positions = self._positions(selected)
        draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}.tmp")
        try:
            with draft.open("wb") as file:
                for _, piece in pieces(engine, positions, kind, changes):
                    file.write(piece)
            draft.replace(target)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
