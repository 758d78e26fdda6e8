"""What cannot be asked is refused: the error says what came in, and what is accepted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import rubrix_widget as rb
from rubrix_widget import analysis
from rubrix_widget.labeling.text_classification import find_label_errors

WHOLE = "; give a whole number, {} at least"
SHARE = "; give a number above 0, 1 at most"
# Each analysis, and numbers that it cannot take with what it says of them.
NUMBERS: list[tuple[Any, str, Any, str]] = [
    *((analysis.slices, name, 0, WHOLE.format(1)) for name in ("most", "least", "depth")),
    *((analysis.error_words, name, 0, WHOLE.format(1)) for name in ("most", "least")),
    *((analysis.calibration, "bins", value, WHOLE.format(1)) for value in (0, 2.5, "a", None)),
    (analysis.contradictions, "contained", 0, WHOLE.format(1)),
    (analysis.contradictions, "most", -1, WHOLE.format(0)),
    (analysis.label_errors, "most", -1, WHOLE.format(0)),
    (analysis.report, "examples", -1, WHOLE.format(0)),
    *(
        (one, "seed", value, WHOLE.format(0))
        for one in (analysis.scores, analysis.slices, analysis.review, analysis.what_if)
        for value in (-1, "a")
    ),
    *((one, "fdr", 1.1, SHARE) for one in (analysis.slices, analysis.error_words)),
    *((analysis.contradictions, "similarity", value, SHARE) for value in (0, "a")),
]


def of(*lines: tuple[Any, str | None]) -> rb.DatasetForTextClassification:
    """Return a record for each prediction and agent."""
    return rb.DatasetForTextClassification(
        [
            rb.TextClassificationRecord(
                text="fine", id=at, prediction=given, prediction_agent=agent, annotation="x"
            )
            for at, (given, agent) in enumerate(lines)
        ]
    )


ONE = [("x", 0.9)]
SEVERAL = of(({"a": ONE, "b": ONE}, None))


@pytest.mark.parametrize(("measure", "name", "value", "said"), NUMBERS)
def test_numbers_that_make_no_sense(
    measure: Callable[..., Any], name: str, value: Any, said: str
) -> None:
    """Their name, what they are, and what they may be."""
    with pytest.raises(ValueError, match="^" + f"{name} is {value!r}{said}".replace(".", r"\.")):
        measure(SEVERAL, **{name: value})


def test_agents_that_are_none() -> None:
    """The agents there are, or why there is none to be asked."""
    for made, said in (
        (SEVERAL, r"no agent 'c'; agents are a, b\."),
        (of((ONE, "bert")), r"no agent 'c'; agents are bert\."),
        (of((ONE, None)), "no agent 'c'; no prediction here has an agent's name"),
        (of((ONE, "bert"), (ONE, "c")), "each record here .* those of 'c' are predicted_by:c$"),
    ):
        with pytest.raises(ValueError, match=said):
            analysis.scores(made, agent="c")
    with pytest.raises(
        ValueError, match=r"compare is of .* each record here .* rb\.add_predictions$"
    ):
        analysis.compare(of((ONE, "bert")))
    for agents in ("ab", ("a", "a"), ("a",), 5):
        with pytest.raises(ValueError, match=r"agents is .*; name two different ones of a, b"):
            analysis.compare(SEVERAL, agents=agents)  # type: ignore[arg-type]
    for agent, against in ((None, "a"), ("b", "b")):
        with pytest.raises(ValueError, match=f"against is '{against}', whose predictions are"):
            analysis.slices(SEVERAL, agent=agent, against=against)


def test_one_named_and_one_nameless_agent_are_two() -> None:
    """The predictions without a name are none of the named one's."""
    with pytest.raises(ValueError, match="those of 'bert' are predicted_by:bert"):
        analysis.scores(of((ONE, "bert"), (ONE, None)), agent="bert")


def test_names_are_no_records() -> None:
    """Records are asked for, as Rubrix did, and a name of a dataset is none."""
    with pytest.raises(TypeError, match=r"records is 'sst2'; .* rb\.load\(name\) returns"):
        find_label_errors("sst2")  # type: ignore[arg-type]
