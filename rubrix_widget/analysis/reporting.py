"""A finding as a sentence, with its table and examples."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from rubrix_widget import charts
from rubrix_widget.analysis.numbers import check_whole
from rubrix_widget.analysis.source import Data, Source, pairs_of, source_of, text_of
from rubrix_widget.metrics.intervals import difference, wilson
from rubrix_widget.query import Dialect

if TYPE_CHECKING:
    from rubrix_widget.charts.offline import Chart, LayerChart

_LINES = 10  # of the table
_TEXT = 300  # characters of an example
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$&])")


@dataclass(frozen=True)
class Report:
    """What is wrong with some records, for people.

    Attributes
    ----------
    sentence : str
        How often they are predicted wrong, how sure that is, and how it compares with the rest.
    data : dict
        Its numbers: ``n``, ``wrong``, ``rate``, ``low``, ``high``, ``rest`` (the rate of all other
        records, None where there are none), ``rest_n``, ``rest_wrong``, ``times`` (rate by rest;
        None where rest is 0), ``told_apart`` (whether the 95 % interval of their difference leaves
        out 0), ``left_out`` (records that match and have no annotation or no prediction) and
        ``seed``.
    table : list of tuple
        The commonest mistakes: (annotated, predicted, records, share of all wrong ones).
    examples : list of tuple
        A random sample of wrong records: (id, annotated, predicted, score, text).
    """

    title: str
    sentence: str
    data: dict[str, Any] = field(repr=False)
    table: list[tuple[str, str, int, float]] = field(repr=False)
    examples: list[tuple[str, str, str, float, str]] = field(repr=False)
    sampled: str = field(repr=False)

    @property
    def markdown(self) -> str:
        """The report as Markdown; what comes of records is escaped."""
        lines = [f"## {_plain(self.title)}", "", _plain(self.sentence), ""]
        if self.table:
            lines += ["| annotated | predicted | records | of the wrong |", "|---|---|--:|--:|"]
            lines += [
                f"| {_plain(one)} | {_plain(other)} | {count:,} | {share:.1%} |"
                for one, other, count, share in self.table
            ]
        if self.examples:
            lines += ["", _plain(self.sampled), ""]
            lines += ["| id | annotated | predicted | score | text |", "|---|---|---|--:|---|"]
            lines += [
                f"| {_plain(name)} | {_plain(one)} | {_plain(other)} | {at:.3f} | {_plain(text)} |"
                for name, one, other, at, text in self.examples
            ]
        return "\n".join(lines) + "\n"

    @property
    def html(self) -> str:
        """The report as HTML; what comes of records is escaped."""
        mistakes = _html_table(
            ("annotated", "predicted", "records", "of the wrong"),
            [(one, other, f"{n:,}", f"{share:.1%}") for one, other, n, share in self.table],
        )
        examples = _html_table(
            ("id", "annotated", "predicted", "score", "text"),
            [(i, one, other, f"{s:.3f}", text) for i, one, other, s, text in self.examples],
        )
        title, sentence = html.escape(self.title), html.escape(self.sentence)
        found = [mistakes] if self.table else []
        found += [f"<p>{html.escape(self.sampled)}</p>", examples] if self.examples else []
        return f"<section><h2>{title}</h2><p>{sentence}</p>{''.join(found)}</section>"

    def visualize(self) -> Chart | LayerChart:
        """Return how often the records, and all others, are wrong, as an Altair chart.

        Examples
        --------
        >>> import rubrix_widget as rb
        >>> made = rb.TextClassificationRecord(text="a", prediction=[("b", 1)], annotation="b")
        >>> rb.report(rb.DatasetForTextClassification([made])).visualize().to_dict()["title"]
        'Errors in the dataset'
        """
        from rubrix_widget.charts.offline import chart_of

        return chart_of(self.spec())

    def spec(self) -> charts.Spec:
        """Return the same as a Vega-Lite specification, without Altair.

        Examples
        --------
        >>> import rubrix_widget as rb
        >>> made = rb.TextClassificationRecord(text="a", prediction=[("b", 1)], annotation="b")
        >>> rb.report(rb.DatasetForTextClassification([made])).spec()["title"]
        'Errors in the dataset'
        """
        counts = {
            "these records": (self.data["wrong"], self.data["n"]),
            "all others": (self.data["rest_wrong"], self.data["rest_n"]),
        }
        rows = [
            (name, "wrong", wrong / n, *wilson(wrong, n), n)
            for name, (wrong, n) in counts.items()
            if n
        ]
        return charts.points(rows, title=self.title)

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return self.sentence


def report(
    data: Data,
    query: str | None = None,
    *,
    dialect: Dialect = "notebook",
    agent: str | None = None,
    examples: int = 10,
    seed: int = 0,
) -> Report:
    """Say how often some records are predicted wrong, beside the rest, with examples.

    Parameters
    ----------
    data
        A dataset's name, a dataset in memory, or an explorer: then what it shows.
    query
        Only the records it matches.
    dialect : {"notebook", "lucene"}
        How the query is read.
    agent : str, optional
        Whose predictions are measured, where records have those of several: by default the
        primary ones.
    examples : int
        Wrong records drawn at random, without replacement.
    seed : int
        Of the draw: the same seed draws the same records.

    Returns
    -------
    Report
        Shown as HTML in a notebook; ``.markdown`` and ``.html`` have it as text, ``.data`` its
        numbers.

    Raises
    ------
    DatasetNotFoundError, QueryError
    ValueError
        A number that makes no sense, or no predictions of that agent.

    Examples
    --------
    >>> import rubrix_widget as rb
    >>> made = [
    ...     rb.TextClassificationRecord(
    ...         text=f"{t} {n}", prediction=[(p, 0.9)], annotation="good"
    ...     )
    ...     for t, p in [("fine", "good"), ("fine", "good"), ("not bad", "bad"), ("bad", "good")]
    ...     for n in range(10)
    ... ]
    >>> rb.report(rb.DatasetForTextClassification(made), "text:bad")
    wrong on 50.0 % of the 20 records matching text:bad (95 % CI 29.9–70.1); none of the other 20
    records is
    """
    check_whole(0, examples=examples, seed=seed)
    source = source_of(data, query, dialect, agent)
    predicted = source.engine.columns.predicted
    some = source.hits.positions[predicted[source.hits.positions] >= 0]
    wrong = some[predicted[some] == 0]
    _, others = pairs_of(source.engine, ~source.hits)
    n, of = len(some), int(others.n)
    numbers: dict[str, Any] = {"n": n, "wrong": len(wrong), "seed": seed}
    numbers["rate"] = len(wrong) / n if n else float("nan")
    numbers["low"], numbers["high"] = wilson(len(wrong), n) if n else (float("nan"),) * 2
    numbers["rest"] = rest = (of - int(others.right)) / of if of else None
    numbers |= {"rest_n": of, "rest_wrong": of - int(others.right)}
    numbers["times"] = numbers["rate"] / rest if rest and n else None
    ends = difference(len(wrong), n, of - int(others.right), of) if n and of else (0.0, 0.0)
    numbers["told_apart"] = ends[0] > 0 or ends[1] < 0
    numbers["left_out"] = source.hits.count - n
    drawn = np.random.default_rng(seed).permutation(wrong)[:examples]
    return Report(
        f"Errors in {source.name}",
        _sentence(numbers, source),
        numbers,
        _mistakes(source),
        _examples(source, np.sort(drawn)),
        _sampled(len(drawn), len(wrong), seed),
    )


def _sentence(numbers: dict[str, Any], source: Source) -> str:
    n, left_out = numbers["n"], numbers["left_out"]
    which = f" matching {source.query}" if source.query else ""
    if not n + left_out:
        return f"there is no record{which}"
    if not n:
        return f"no record{which} has an annotation and a prediction, so none can be wrong"
    rate, low, high = (_percent(numbers[name]) for name in ("rate", "low", "high"))
    who = "" if source.agent is None else f"predictions of {source.agent} are "
    said = f"{who}wrong on {rate} % of the {_counted(n)}{which} (95 % CI {low}–{high})"
    said += _beside(numbers)
    if left_out:
        has = "has" if left_out == 1 else "have"
        said += f"; {left_out:,} more {has} no annotation or no prediction"
    return said


def _sampled(drawn: int, wrong: int, seed: int) -> str:
    if drawn < wrong:
        return f"{drawn:,} of the {wrong:,} wrong records, drawn at random (seed {seed})"
    return "The one wrong record" if wrong == 1 else f"All {wrong:,} wrong records"


def _beside(numbers: dict[str, Any]) -> str:
    """Say how some records compare with all others."""
    of, rest, times = numbers["rest_n"], numbers["rest"], numbers["times"]
    if not of:
        return ""
    chance = "" if numbers["told_apart"] else ", which may be chance"
    if rest and numbers["wrong"]:
        rounded = f"{times:.1f}"
        if rounded == "1.0" and numbers["told_apart"]:
            rounded = f"{times:.2f}"
        return f", {rounded} times the rest{chance}"
    if rest:
        return f", beside {_percent(rest)} % of the other {_counted(of)}{chance}"
    none = f"none of the other {of:,} records is" if of > 1 else "the other record is not"
    return f"; {none}{chance}" if numbers["wrong"] else f"; {none} either"


def _counted(n: int) -> str:
    return "1 record" if n == 1 else f"{n:,} records"


def _percent(share: float) -> str:
    """Return a percentage of one digit, or of as many as tell it from none and all.

    Examples
    --------
    >>> [_percent(one) for one in (0.0, 0.1234, 0.00002, 0.99997, 1.0)]
    ['0.0', '12.3', '0.002', '99.997', '100.0']
    """
    digits = 1
    while 0 < share < 1 and round(100 * share, digits) in (0, 100):
        digits += 1
    return f"{100 * share:.{digits}f}"


def _mistakes(source: Source) -> list[tuple[str, str, int, float]]:
    labels, pairs = source.pairs
    wrong = np.flatnonzero((pairs.annotated != pairs.predicted).any(axis=1))
    weights = pairs.weights[wrong]
    order = wrong[np.argsort(-weights, kind="stable")][:_LINES]
    whole = float(weights.sum())

    def named(row: Any) -> str:
        return ", ".join(label for label, has in zip(labels, row, strict=True) if has) or "no label"

    return [
        (
            named(pairs.annotated[at]),
            named(pairs.predicted[at]),
            int(pairs.weights[at]),
            float(pairs.weights[at]) / whole,
        )
        for at in order.tolist()
    ]


def _examples(source: Source, drawn: Any) -> list[tuple[str, str, str, float, str]]:
    columns = source.engine.columns
    sets = columns.logged.sets
    lines = []
    for record, place in zip(source.engine.records(drawn), drawn.tolist(), strict=True):
        lines.append(
            (
                record["id"] or "",
                ", ".join(record["annotation"] or []) or "no label",
                ", ".join(sets.names(int(columns.logged.predicted_as[place]))) or "no label",
                float(columns.logged.score[place]),
                text_of(record, _TEXT),
            )
        )
    return lines


def _plain(text: str) -> str:
    """Return a text that Markdown shows as it is, in a cell of a table too."""
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))


def _html_table(names: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    head = "".join(f"<th>{name}</th>" for name in names)
    body = "".join(
        f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in row)}</tr>" for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
