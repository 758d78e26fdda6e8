"""The predictions of a model, put to a dataset's records or taken from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from rubrix_widget import coercions
from rubrix_widget import table as tables
from rubrix_widget.columns import ByAgent, Logged, input_texts, one_chunk
from rubrix_widget.datasets import DatasetForTextClassification, Rejected
from rubrix_widget.engine import did_you_mean
from rubrix_widget.errors import RecordError, RecordWarning, warn
from rubrix_widget.home import active
from rubrix_widget.progress import bar
from rubrix_widget.records import TextClassificationRecord
from rubrix_widget.store import Store, amend, consider
from rubrix_widget.workspace.asking import BulkResponse

if TYPE_CHECKING:
    import pandas as pd

Mask = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
_SHOWN = 5  # refused ones named in a warning; all of them are in `.errors`


def add_predictions(
    name: str,
    agent: str,
    predictions: Mapping[Any, Any]
    | pd.Series[Any]
    | pd.DataFrame
    | DatasetForTextClassification
    | Iterable[TextClassificationRecord],
    *,
    primary: str | None = None,
    id: str | None = None,  # noqa: A002 - the record field's name
    text: str | None = None,
    prediction: str | None = None,
    score: str | None = None,
    verbose: bool = True,
) -> BulkResponse:
    """Put the predictions of one more model to records of a dataset.

    Everything else stays: annotations, changes that people made, which agent is the primary one,
    and the predictions of the others; those that this one made before are exchanged. It happens as
    a whole or not at all; predictions that cannot be read, or are of no record, are left out and
    told.

    Parameters
    ----------
    name
        The dataset's name.
    agent
        What to call the model.
    predictions
        By record id: a dictionary, a Series, a DataFrame, or records. A prediction has any shape
        that a record takes; None leaves the record as it is. Where texts are given too, they must
        be the records' own.
    primary
        What to call the model whose predictions are there, where they were logged without a name:
        all of them then have it.
    id, text, prediction, score
        Columns of a DataFrame, where they are not called so; ``score`` where ``prediction`` holds
        labels only.
    verbose
        Show a progress bar.

    Returns
    -------
    BulkResponse
        How many records were processed, of which so many were ``replaced`` or are ``unchanged``,
        and how many predictions ``failed``: ``errors`` has the reasons.

    Raises
    ------
    DatasetNotFoundError
        There is no dataset of that name in the workspace.
    ValueError
        An agent without a name, or predictions there that have none while ``primary`` is not given.
    RecordError
        None of the predictions can be put to a record, or two are of one record.
    StorageError, DatasetBusyError
        As with every other error, nothing is changed.

    Warns
    -----
    RecordWarning
        Some predictions were left out.

    Examples
    --------
    >>> made = rb.TextClassificationRecord(text="fine", id=7, prediction={"bert": [("good", 0.9)]})
    >>> done = rb.log(made, "models")
    >>> rb.add_predictions("models", "gpt", {7: [("bad", 0.6)]}).replaced
    1
    >>> dict(rb.load("models")[0].predictions)
    {'bert': [('good', 0.9)], 'gpt': [('bad', 0.6)]}
    """
    agent = _named(agent, "agent")
    primary = None if primary is None else _named(primary, "primary")
    dataset = active().dataset(name)
    store, logged = Store(dataset.folder), dataset.engine().columns.logged
    given = _read(predictions, agent, id=id, text=text, prediction=prediction, score=score)
    nameless = logged.column("id").filter(pa.array(logged.unnamed))
    usual = _usual(logged, primary)
    only_named = 0

    def make(there: pa.Table) -> pa.Table:
        nonlocal only_named
        unnamed = tables.unnamed(there)
        if primary is None and unnamed.any():
            raise ValueError(
                f"{int(unnamed.sum()):,} records have predictions that were logged without an "
                f"agent. Say what to call it, as in add_predictions({name!r}, {agent!r}, …, "
                "primary='model-1'). Nothing was changed"
            )
        at, places = given.put_to(there)
        if given.errors and not len(at):
            raise RecordError(f"no prediction was put to a record: {_told(given.errors)}")
        source = np.full(there.num_rows, -1)
        source[places] = at
        known = (source >= 0) | unnamed
        only_named = int(known.sum()) - len(at)
        taken = given.prediction.take(pa.array(source[known], mask=source[known] < 0))
        return tables.beside(there.filter(pa.array(known)), agent, taken, primary, usual)

    with bar(f"Adding to {name}", len(given.ids), show=verbose) as tell:
        ids = pa.concat_arrays([given.ids, nameless.cast(given.ids.type)])
        done = amend(store, ids, make, tell)
    consider(store)
    errors = sorted(given.errors, key=lambda one: one.index)
    if given.left_out:
        warn(f"{len(errors):,} predictions left out: {_told(errors)}", RecordWarning)
    replaced = done.replaced - only_named
    processed = replaced + done.unchanged
    return BulkResponse(name, processed, len(errors), 0, replaced, done.unchanged, errors)


def remove_predictions(name: str, agent: str, *, verbose: bool = True) -> int:
    """Take the predictions of a model from all records of a dataset.

    Everything else stays: annotations, changes that people made, and the predictions of the others.
    If it was the primary one, the agent that is the next one in most of its records becomes
    primary in all of them that others predicted; records without a prediction of that one then have
    no primary prediction, as where it was logged first. What explained the predictions
    (``explanation``) goes with them. It happens as a whole or not at all. It cannot be undone, but
    by :func:`add_predictions`.

    Parameters
    ----------
    name
        The dataset's name.
    agent
        The model.
    verbose
        Show a progress bar.

    Returns
    -------
    int
        From how many records it was taken.

    Raises
    ------
    DatasetNotFoundError
        There is no dataset of that name in the workspace.
    ValueError
        There are no predictions of that agent.
    StorageError, DatasetBusyError
        As with every other error, nothing is changed.

    Examples
    --------
    >>> both = {"bert": [("good", 0.9)], "gpt": [("bad", 0.6)]}
    >>> made = rb.TextClassificationRecord(text="fine", id=7, prediction=both)
    >>> done = rb.log(made, "tried")
    >>> rb.remove_predictions("tried", "bert")
    1
    >>> rb.load("tried")[0].prediction_agent
    'gpt'
    """
    agent = _named(agent, "agent")
    store = Store(active().dataset(name).folder)

    def make(there: pa.Table) -> pa.Table:
        known = tables.agents(there)
        if agent in known:
            return tables.without(there, agent)
        listed = f"agents are {', '.join(map(repr, known))}" if known else "none has a name there"
        raise ValueError(f"no agent {agent!r} in {name!r}; {listed}.{did_you_mean(agent, known)}")

    with bar(f"Removing from {name}", store.manifest().records, show=verbose) as tell:
        done = amend(store, None, make, tell)
    consider(store)
    return done.replaced


def _usual(logged: Logged, primary: str | None) -> str | None:
    """Return the primary agent of most records; None where nobody predicted anything."""
    counts = np.bincount(logged.prediction_agent + 1, minlength=len(logged.agents.values) + 1)
    named = dict(zip(logged.agents.values, counts[1:].tolist(), strict=True))
    if primary is not None:
        named[primary] = named.get(primary, 0) + int(logged.unnamed.sum())
    found = min(named, key=lambda one: (-named[one], one), default="")
    return found if named.get(found) else None


class _Given:
    """Predictions by id, with the texts they are of where these were given too.

    Parameters
    ----------
    records
        As they were read.
    texts
        Whether their texts are those of the records that are meant.
    """

    def __init__(self, records: DatasetForTextClassification, agent: str, *, texts: bool) -> None:
        table = records.table
        self.errors = list(records.rejected)
        self.left_out = False  # beside those that the reading told of already
        bad = {one.index for one in self.errors}
        whole = np.arange(table.num_rows + len(bad))
        self._origin: Ints = whole[~np.isin(whole, list(bad))]
        self._table = table
        self.ids = one_chunk(table.column("id"))
        self._refuse(_mask(self.ids.is_null()), "it has no id, and predictions are put to ids")
        self.prediction = self._of(agent)
        ok = ~np.isin(self._origin, [one.index for one in self.errors])
        self._table, self._origin = table.filter(pa.array(ok)), self._origin[ok]
        self.ids, self.prediction = (
            self.ids.filter(pa.array(ok)),
            self.prediction.filter(pa.array(ok)),
        )
        self._inputs = tables.input_names(table) if texts else []

    def _of(self, agent: str) -> pa.Array:
        """Return the predictions of an agent, or those of no agent by name."""
        table = self._table
        names = one_chunk(table.column("prediction_agent"))
        own = one_chunk(table.column("prediction"))
        if tables.several(table):
            found = ByAgent(own, names, one_chunk(table.column("other_predictions"))).of(agent)
        else:
            found = pc.if_else(pc.equal(names, agent), own, pa.scalar(None, own.type))
        found = pc.if_else(names.is_null(), own, found)
        other = _mask(pc.and_(found.is_null(), own.is_valid())) & _mask(self.ids.is_valid())
        self._refuse(other, f"its predictions are of other agents than {agent!r}")
        return found

    def put_to(self, there: pa.Table) -> tuple[Ints, Ints]:
        """Return which predictions are of which records, as places among both."""
        found = pc.index_in(self.ids, value_set=one_chunk(there.column("id")))
        here = _mask(found.is_valid())
        self._refuse(~here, "no record has this id")
        at = np.flatnonzero(here)
        places = np.asarray(found.drop_null()).astype(np.int64)
        same = np.ones(len(at), bool)
        for name in self._inputs:
            ours = input_texts(self._table.take(pa.array(at)), name)
            if f"inputs.{name}" in there.column_names:
                theirs = input_texts(there.take(pa.array(places)), name)
                gone = pc.and_(ours.is_null(), theirs.is_null())
                same &= _mask(pc.fill_null(pc.or_kleene(gone, pc.equal(ours, theirs)), False))
            else:
                same &= _mask(ours.is_null())
        other = np.zeros(len(self.ids), bool)
        other[at[~same]] = True
        self._refuse(other, "its text is another than that of the record with this id")
        return at[same], places[same]

    def _refuse(self, which: Mask, reason: str) -> None:
        self.left_out = self.left_out or bool(which.any())
        for place in np.flatnonzero(which).tolist():
            self.errors.append(Rejected(int(self._origin[place]), self.ids[place].as_py(), reason))


def _read(
    predictions: Any,
    agent: str,
    *,
    id: str | None,  # noqa: A002 - the record field's name
    text: str | None,
    prediction: str | None,
    score: str | None,
) -> _Given:
    import pandas as pd

    from rubrix_widget.frames import dataset_of

    if isinstance(predictions, Mapping):
        values = pd.Series(list(predictions.values()), dtype=object)
        predictions = pd.DataFrame({"id": list(predictions), "prediction": values})
    elif isinstance(predictions, pd.Series):
        predictions = pd.DataFrame({"id": predictions.index, "prediction": predictions.array})
    elif hasattr(predictions, "features"):
        predictions = predictions.to_pandas()  # a Hugging Face dataset
    if not isinstance(predictions, pd.DataFrame):
        return _Given(dataset_of(predictions), agent, texts=True)
    whole = text is None and "inputs" in predictions.columns  # then the text is among them
    of_texts = {"inputs": None} if whole else {"text": text}
    named = {"id": id, "prediction": prediction, "score": score, **of_texts}
    wanted = {
        field: column or field
        for field, column in named.items()
        if column is not None or field in predictions.columns
    }
    for field in ("id", "prediction"):
        wanted.setdefault(field, field)
    for field, column in wanted.items():
        if column not in predictions.columns:
            there = ", ".join(map(str, predictions.columns))
            raise RecordError(
                f"the DataFrame has no column {column!r} for {field}. Columns: {there}"
            )
    frame = predictions[list(wanted.values())].set_axis(list(wanted), axis=1)
    known = not {"text", "inputs"}.isdisjoint(wanted)
    if not known:
        frame = frame.assign(text="-")
    read = dataset_of(frame, score="score" if "score" in wanted else None, metadata=[])
    return _Given(read, agent, texts=known)


def _named(value: object, what: str) -> str:
    try:
        name = coercions.agent(value, what)
    except ValueError as error:
        raise ValueError(f"{error}. Give the model a name") from None
    if not name:
        raise ValueError(f"{what} is {value!r}; give the model a name")
    return name


def _told(errors: Sequence[Rejected]) -> str:
    said = "; ".join(f"{one.index} (id {one.id!r}): {one.reason}" for one in errors[:_SHOWN])
    more = f"; and {len(errors) - _SHOWN:,} more" if len(errors) > _SHOWN else ""
    return f"{said}{more}. All are in .errors" if more else said


def _mask(values: pa.Array) -> Mask:
    return np.asarray(values).astype(bool)
