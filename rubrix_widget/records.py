"""One record of a text-classification dataset, with the fields and defaults of Rubrix 0.18."""

from __future__ import annotations

import datetime as dt
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from . import coercions
from .errors import RecordError, RecordWarning, warn
from .jsontext import is_missing
from .predictions import Prediction, is_by_agent

__all__ = ["FIELDS", "TextClassificationRecord", "TokenAttributions"]

FIELDS = (
    "text",
    "inputs",
    "prediction",
    "prediction_agent",
    "annotation",
    "annotation_agent",
    "multi_label",
    "explanation",
    "id",
    "metadata",
    "status",
    "event_timestamp",
    "metrics",
    "search_keywords",
)
"""The fields of a record, in the column order of a DataFrame."""


@dataclass
class TokenAttributions:
    """How much one token of an input speaks for each label.

    Parameters
    ----------
    token : str
        The token.
    attributions : dict of str to float
        A number for each label.

    Examples
    --------
    >>> TokenAttributions(token="superb", attributions={"positive": 0.9})
    TokenAttributions(token='superb', attributions={'positive': 0.9})
    """

    token: str
    attributions: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not isinstance(self.token, str):
            raise RecordError(f"token {self.token!r} is a {type(self.token).__name__}, not text")
        if not isinstance(self.attributions, Mapping):
            raise RecordError(f"attributions of token {self.token!r} are not a dictionary")
        pairs = {}
        for label, value in self.attributions.items():
            if is_missing(value):  # a struct in Arrow has every label in every token
                continue
            try:
                pairs[str(label)] = float(value)
            except (TypeError, ValueError):
                raise RecordError(
                    f"attribution {value!r} of token {self.token!r} to {label!r} is not a number"
                ) from None
        self.attributions = pairs


Explanation = dict[str, list[TokenAttributions]]


class TextClassificationRecord:
    """A text, or several named texts, with what a model predicted and what is true.

    Parameters
    ----------
    text : str, optional
        The text. Give either this or `inputs`; it cannot be changed afterwards.
    inputs : dict of str to str or list of str, optional
        Several texts by name; a list of texts is the input ``text``.
    prediction : list of (str, float), or dict of str to such lists, optional
        Labels with scores in [0, 1]; any shape of :mod:`rubrix_widget.predictions`. Of several
        agents, a dictionary by agent: :attr:`predictions` has all of them, `prediction` that of
        the primary one, the first unless `prediction_agent` names another.
    prediction_agent, annotation_agent : str, optional
        Who or what predicted, and annotated.
    annotation : str or list of str, optional
        The true label; a list where `multi_label`. None, NaN and ``pd.NA`` are no label.
    multi_label : bool, default False
        Whether a record can have any number of labels.
    explanation : dict of str to list of TokenAttributions, optional
        For each input, what its tokens speak for.
    id : int or str, optional
        Kept as given: ``7`` stays a number and ``"7"`` text, though they name the same record.
    metadata : dict, optional
        Whatever JSON can hold, and dates. Never shortened.
    status : {"Default", "Validated", "Edited", "Discarded"}, optional
        When not given, and whenever the annotation changes: Validated with an annotation,
        Default without.
    event_timestamp : datetime, optional
        When it happened; kept in UTC without a zone.
    metrics : dict, optional
        Set on records that were loaded.
    search_keywords : list of str, optional
        Set on records that were loaded.

    Raises
    ------
    RecordError
        When a value cannot be accepted; the message names the record, by its id if it has one.

    Examples
    --------
    >>> record = TextClassificationRecord(
    ...     text="a superb film", prediction=[("positive", 0.9), ("negative", 0.1)]
    ... )
    >>> record.status
    'Default'
    >>> record.annotation = "positive"
    >>> record.status
    'Validated'
    >>> record.prediction = {"a": [("positive", 0.9)], "b": [("negative", 0.6)]}
    >>> record.prediction_agent, record.prediction, list(record.predictions)
    ('a', [('positive', 0.9)], ['a', 'b'])
    """

    __slots__ = (*FIELDS, "__weakref__", "_others")

    _others: dict[str, Prediction] | None

    text: str | None
    inputs: coercions.Inputs
    prediction: list[tuple[str, float]] | None
    prediction_agent: str | None
    annotation: str | list[str] | None
    annotation_agent: str | None
    multi_label: bool
    explanation: Explanation | None
    id: int | str | None
    metadata: dict[str, Any]
    status: str
    event_timestamp: dt.datetime | None
    metrics: dict[str, Any] | None
    search_keywords: list[str] | None

    def __init__(
        self,
        *,
        text: str | None = None,
        inputs: str | Sequence[str] | Mapping[str, str | Sequence[str]] | None = None,
        prediction: Any = None,
        prediction_agent: str | None = None,
        annotation: str | Sequence[str] | None = None,
        annotation_agent: str | None = None,
        multi_label: bool = False,
        explanation: Mapping[str, Sequence[Any]] | None = None,
        id: int | str | None = None,  # noqa: A002 - the field's name
        metadata: Mapping[str, Any] | None = None,
        status: str | None = None,
        event_timestamp: dt.datetime | str | float | None = None,
        metrics: Mapping[str, Any] | None = None,
        search_keywords: Sequence[str] | None = None,
    ) -> None:
        put = object.__setattr__
        put(self, "id", None)
        self._set("id", id)
        self._set("multi_label", multi_label)
        if isinstance(inputs, str):
            warn("inputs as one string is deprecated, as in Rubrix: use text", FutureWarning)
        try:
            texts = resolve_inputs(text, inputs)
        except ValueError as error:
            raise self._refusal(str(error)) from None
        put(self, "inputs", texts)
        single = texts["text"] if texts.keys() == {"text"} else None
        put(self, "text", single if isinstance(single, str) else None)
        self._predict(prediction, prediction_agent)
        put(self, "annotation", self._checked("annotation", annotation))
        self._set("annotation_agent", annotation_agent)
        self._set("explanation", explanation)
        self._set("metadata", metadata)
        self._set("status", status)
        self._set("event_timestamp", event_timestamp)
        self._set("metrics", metrics)
        self._set("search_keywords", search_keywords)
        for what in ("prediction", "annotation")[self._others is not None :]:
            if getattr(self, f"{what}_agent") and getattr(self, what) is None:
                warn(f"{self._name()} has a {what}_agent but no {what}", RecordWarning)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in ("text", "inputs", "multi_label"):
            raise AttributeError(f"{name} of a record cannot be changed; make a new record")
        if name == "prediction" and is_by_agent(value):
            self._predict(value, None)
            return
        if name not in FIELDS:
            raise AttributeError(f"a record has no field {name!r}; fields: {', '.join(FIELDS)}")
        if name == "prediction_agent" and self._others is not None:
            self._rename(self._checked(name, value))
        self._set(name, value)
        if name == "annotation" and self.status in ("Default", "Validated"):
            self._set("status", None)

    @property
    def predictions(self) -> Mapping[str, Prediction | None] | None:
        """The predictions of all agents, the primary one's first; None where there is one only.

        To change them, set `prediction` to a new dictionary.
        """
        if self._others is None:
            return None
        assert self.prediction_agent is not None
        return MappingProxyType({self.prediction_agent: self.prediction, **self._others})

    def _predict(self, value: Any, agent: str | None) -> None:
        """Take in a prediction, or those of several agents."""
        put = object.__setattr__
        if not is_by_agent(value):
            self._set("prediction", value)
            self._set("prediction_agent", agent)
            put(self, "_others", None)
            return
        several = self._checked("predictions", value)
        name = self._checked("prediction_agent", agent) or next(iter(several))
        if name not in several:
            raise self._refusal(
                f"prediction_agent is {name!r}, but there are predictions of "
                f"{', '.join(map(repr, several))}; name one of these"
            )
        primary = several.pop(name)
        others = {other: one for other, one in several.items() if one is not None} or None
        put(self, "prediction", primary)
        put(self, "prediction_agent", name if primary is not None or others else agent)
        put(self, "_others", others)

    def _rename(self, agent: str | None) -> None:
        if not agent or agent in (self._others or ()):
            raise self._refusal(
                f"prediction_agent cannot become {agent!r} beside predictions of "
                f"{', '.join(map(repr, self._others or ()))}; set prediction to a dictionary by "
                "agent, the primary one first"
            )

    def _set(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, self._checked(name, value))

    def _checked(self, name: str, value: Any) -> Any:
        try:
            if name == "annotation":
                return coercions.annotation(value, self.multi_label)
            if name == "status":
                given = coercions.status(value)
                return given or ("Default" if self.annotation is None else "Validated")
            return _COERCE[name](value)
        except ValueError as error:
            raise self._refusal(str(error)) from None

    def _refusal(self, reason: str) -> RecordError:
        known = None if self.id is None else str(self.id)
        return RecordError(f"{self._name()}: {reason}", record_id=known)

    def _name(self) -> str:
        return "record" if self.id is None else f"record {self.id!r}"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, TextClassificationRecord):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in (*FIELDS, "_others"))

    __hash__ = None  # type: ignore[assignment]  # records change

    def __repr__(self) -> str:
        values = ", ".join(f"{name}={value!r}" for name, value in given(self).items())
        return f"TextClassificationRecord({values})"

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, ({name: one for name, one in given(self).items() if name != "text"},)


def given(record: TextClassificationRecord) -> dict[str, Any]:
    """Return the arguments that make an equal record."""
    values = {name: getattr(record, name) for name in FIELDS}
    if record.predictions is not None:
        values["prediction"] = dict(record.predictions)
    return values


def trusted(values: Mapping[str, Any]) -> TextClassificationRecord:
    """Return a record of values that passed the checks before, one for each of `FIELDS`.

    ``others`` beside them are the predictions of other agents than the primary one.
    """
    record = object.__new__(TextClassificationRecord)
    for name in FIELDS:
        object.__setattr__(record, name, values[name])
    object.__setattr__(record, "_others", values.get("others"))
    return record


def _restore(values: dict[str, Any]) -> TextClassificationRecord:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RecordWarning)
        return TextClassificationRecord(**values)


def resolve_inputs(text: object, inputs: object) -> coercions.Inputs:
    """Bring `text` and `inputs` together, refusing nothing at all and two different texts."""
    single = coercions.text(text)
    texts = coercions.inputs(inputs)
    if single is None and not texts:
        raise ValueError("there is no text: give either text or inputs")
    if not texts:
        assert single is not None
        return {"text": single}
    if single is not None and texts.get("text") != single:
        raise ValueError("text and inputs['text'] differ: give either text or inputs")
    return texts


def explanation(value: object) -> Explanation | None:
    """Return the attributions of each input's tokens."""
    if is_missing(value):
        return None
    if not isinstance(value, Mapping):
        raise ValueError(f"explanation is a {type(value).__name__}, not a dictionary by input")
    result: Explanation = {}
    for name, tokens in value.items():
        if is_missing(tokens):
            continue
        result[coercions.input_name(name)] = [_attribution(token) for token in tokens]
    return result


def _attribution(token: Any) -> TokenAttributions:
    if isinstance(token, TokenAttributions):
        return token
    if not isinstance(token, Mapping) or "token" not in token:
        raise ValueError(f"explanation holds {token!r:.80}; it holds TokenAttributions")
    known: Any = token.get("attributions")
    return TokenAttributions(token["token"], {} if is_missing(known) else known)


_COERCE = {
    "id": coercions.record_id,
    "multi_label": coercions.flag,
    "prediction": coercions.prediction,
    "predictions": coercions.predictions,
    "prediction_agent": lambda value: coercions.agent(value, "prediction_agent"),
    "annotation_agent": lambda value: coercions.agent(value, "annotation_agent"),
    "explanation": explanation,
    "metadata": coercions.metadata,
    "event_timestamp": coercions.timestamp,
    "metrics": lambda value: coercions.dictionary(value, "metrics"),
    "search_keywords": coercions.keywords,
}
