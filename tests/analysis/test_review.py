"""A review of label errors: its order, what it found, and what it has still to find."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import hypergeom

import rubrix_widget as rb
from rubrix_widget import analysis
from rubrix_widget.analysis.reviewing import Reviewed, before, reviewed
from rubrix_widget.analysis.source import source_of
from rubrix_widget.columns import VERDICTS
from rubrix_widget.edits import Edit
from rubrix_widget.home import active
from rubrix_widget.metrics.intervals import total_bounds

NONE = np.array([], np.int64)


def log(n: int = 40, *, annotated: bool = True) -> None:
    """Log records whose annotation "a" is the less likely the lower their number."""
    rb.log(
        [
            rb.TextClassificationRecord(
                text=f"word{at}",
                id=f"r{at}",
                prediction=[("a", (at + 1) / (n + 2)), ("b", 1 - (at + 1) / (n + 2))],
                prediction_agent="m",
                annotation="a" if annotated else None,
                metadata={"half": "left" if at % 2 else "right"},
            )
            for at in range(n)
        ],
        "d",
        verbose=False,
    )


def order(state: Reviewed) -> list[str]:
    """Return the ids of a review in its order."""
    return list(state.source.engine.columns.logged.ids[state.ranking.positions])


def state(query: str = "") -> Reviewed:
    return reviewed(source_of("d", query, "notebook", None, before))


def test_the_interval_is_that_of_all_totals_there_can_be() -> None:
    """Against rational numbers: every sample of every population up to 25, ties included."""
    for size in range(26):
        for drawn in range(size + 1):
            ways = math.comb(size, drawn)
            for found in range(drawn + 1):
                held = [
                    total
                    for total in range(found, size - drawn + found + 1)
                    if all(
                        Fraction(
                            sum(
                                math.comb(total, x) * math.comb(size - total, drawn - x)
                                for x in side
                            ),
                            ways,
                        )
                        >= Fraction(1, 40)
                        for side in (range(found + 1), range(found, drawn + 1))
                    )
                ]
                wanted = (held[0], held[-1])
                assert held == list(range(wanted[0], wanted[1] + 1))
                assert total_bounds(found, drawn, size) == wanted


@settings(max_examples=60)
@given(st.integers(1, 200_000), st.floats(0, 1), st.floats(0, 0.3))
def test_the_interval_of_many_is_that_of_scipy(size: int, part: float, share: float) -> None:
    """Within the interval both tails are common enough, and just outside one is not."""
    drawn = max(1, int(part**3 * size))
    found = int(share * drawn)
    low, high = total_bounds(found, drawn, size)

    def tails(total: int) -> tuple[float, float]:
        drawing = hypergeom(size, total, drawn)
        return drawing.sf(found - 1), drawing.cdf(found)

    assert tails(low)[0] >= 0.025 * (1 - 1e-6)
    assert tails(high)[1] >= 0.025 * (1 - 1e-6)
    assert low == found or tails(low - 1)[0] < 0.025 * (1 + 1e-6)
    assert high == size - drawn + found or tails(high + 1)[1] < 0.025 * (1 + 1e-6)


def test_no_sample_is_refused() -> None:
    """More found than drawn, or drawn than there are."""
    for wrong in ((3, 2, 10), (1, 11, 10), (-1, 2, 10)):
        with pytest.raises(ValueError, match="is no sample"):
            total_bounds(*wrong)


@pytest.mark.slow
@pytest.mark.parametrize("every", [3, 5])
@pytest.mark.parametrize("steps", [40, 150])
def test_the_estimate_holds_the_truth_as_often_as_it_says(every: int, steps: int) -> None:
    """Reviewed in the order of the ranking, every so manieth at random: in 95 of 100 reviews."""
    chance = np.random.default_rng(steps + every)
    n, held, known = 300, 0, 0
    likely = np.linspace(0.9, 0.02, n)  # that the label is wrong, along the ranking
    for _ in range(600):
        wrong = chance.random(n) < likely
        verdict = np.full(n, -1, np.int8)
        nothing: Any = None
        now = Reviewed(nothing, nothing, verdict, chance.permutation(n))
        for _ in range(steps):
            ((place, _),) = now.upcoming(1, every, NONE)
            verdict[place] = 0 if wrong[place] else 1
            now = Reviewed(nothing, nothing, verdict, now.drawn)
        found = now.estimate
        if not math.isnan(found.remaining):
            known += 1
            held += found.low <= (wrong & (verdict < 0)).sum() <= found.high
            assert found.low <= found.remaining <= found.high
    assert known == 600
    assert held / known >= 0.95 - 2.6 * math.sqrt(0.95 * 0.05 / known)


def test_a_review_begins_as_label_errors_rank(home: Path) -> None:
    """The same records in the same order, and nothing known of what is to be found."""
    log()
    assert order(state()) == analysis.label_errors("d").data["table"]["id"].tolist()
    found = analysis.review("d").data
    assert (found["n"], found["judged"], found["found"], found["rest"]) == (40, 0, 0, 40)
    assert (found["checked"], found["checked_wrong"]) == (0, 0)
    assert all(math.isnan(found[name]) for name in ("remaining", "low", "high"))
    assert found["curve"].empty
    by_confidence = analysis.review("d", sort_by="self_confidence")
    assert by_confidence.n == 40
    with pytest.raises(ValueError, match="sort_by is 'luck'"):
        analysis.review("d", sort_by="luck")  # type: ignore[arg-type]


def test_verdicts_change_neither_the_order_nor_the_records_reviewed(home: Path) -> None:
    """Putting labels right, validating, and a query that no longer finds them: all as before."""
    log()
    query = "predicted:ko"
    before_it = order(state(query))
    assert len(before_it) == 20
    some = before_it[:6]
    rb.set_verdict("d", "label_wrong", ids=some[:3])
    rb.relabel("d", "b", ids=some[:3])
    rb.set_verdict("d", "model_wrong", ids=some[3:5])
    rb.set_status("d", "Validated", ids=some[3:5])
    rb.set_verdict("d", "ambiguous", ids=some[5])
    assert rb.count("d", query) == 17
    for _ in range(2):
        assert order(state(query)) == before_it
        found = analysis.review("d", query).data
        counts = [found[name] for name in ("n", "judged", "found", *VERDICTS)]
        assert counts == [20, 6, 3, 3, 2, 1, 0]
        assert found["curve"].to_numpy().tolist() == [
            [1, 1, 1], [2, 2, 2], [3, 3, 3], [4, 3, 4], [5, 3, 5], [6, 3, 6],
        ]  # fmt: skip
        active().dataset("d").close()  # and from what is on the disk
    ex = rb.explore("d", query="predicted:ko", filters={"metadata.half": ["left"]})
    shown = analysis.review(ex).data
    assert (shown["n"], shown["judged"]) == (10, 3)
    assert analysis.review(ex, "word1").data["n"] == 1


def test_what_was_annotated_since_is_ranked_by_what_it_is(home: Path) -> None:
    """A record without an annotation as logged stays in the review, judged or not."""
    log(annotated=False)
    assert analysis.review("d").data["n"] == 0
    rb.relabel("d", "a", query="")
    first = order(state())
    rb.set_verdict("d", "both_fine", ids=first[:2])
    assert order(state()) == first
    rb.set_verdict("d", "label_wrong", ids=first[2])
    rb.relabel("d", "b", ids=first[2])
    found = analysis.review("d").data
    assert (found["n"], found["judged"], found["found"]) == (40, 3, 1)


def judge(place: int, now: Reviewed, verdict: str) -> None:
    active().dataset("d").edit([Edit(order(now)[place], "verdict", verdict)])


def test_the_sample_is_the_beginning_of_the_random_order_that_is_judged(home: Path) -> None:
    """Counted by hand: of the rest alone, up to the first that has no verdict."""
    log()
    now = state()
    for place in range(5):
        judge(place, now, "label_wrong")
    later = [place for place in now.drawn.tolist() if place >= 5]
    for place, verdict in zip(later[:6], ["label_wrong", *["model_wrong"] * 5], strict=True):
        judge(place, now, verdict)
    judge(later[8], now, "label_wrong")  # not in a row with the others
    now = state()
    k = now.gone_through
    rest = [place for place in now.drawn.tolist() if place >= k]
    known = [now.verdict[place] for place in rest]
    checked = known.index(-1)
    wrong = known[:checked].count(0)
    low, high = total_bounds(wrong, checked, len(rest))
    found = analysis.review("d").data
    assert (found["rest"], found["checked"], found["checked_wrong"]) == (len(rest), checked, wrong)
    already = known.count(0)
    assert found["remaining"] == pytest.approx(max(0, wrong / checked * len(rest) - already))
    assert found["low"] == max(0, low - already)
    assert found["high"] == min(high - already, known.count(-1))
    rb.set_verdict("d", "both_fine", query="NOT _exists_:verdict")
    found = analysis.review("d").data
    assert (found["judged"], found["rest"]) == (40, 0)
    assert (found["remaining"], found["low"], found["high"]) == (0, 0, 0)


def test_what_comes_next(home: Path) -> None:
    """In order, every fifth at random, nothing twice; what was passed over comes last."""
    log()
    now = state()
    coming = now.upcoming(40, 5, NONE)
    assert len({place for place, _ in coming}) == 40 == len(coming)
    assert [drawn for _, drawn in coming[:10]] == [False, False, False, False, True] * 2
    assert [place for place, drawn in coming[:4] if not drawn] == [0, 1, 2, 3]
    assert coming[4][0] == next(one for one in now.drawn.tolist() if one > 3)
    judge(0, now, "ambiguous")
    again = state().upcoming(4, 5, NONE)
    assert again == [(place, drawn) for place, drawn in coming[1:5]]
    assert all(not drawn for _, drawn in now.upcoming(40, 0, NONE))
    passed = np.array([1, 2])
    assert [place for place, _ in now.upcoming(40, 0, passed)][-2:] == [1, 2]
    assert len(now.upcoming(40, 5, np.arange(40))) == 40


def test_the_random_order_is_the_same_everywhere(home: Path) -> None:
    """It is of ids and seed alone, not of the process or of who else is in the dataset."""
    log(8)
    assert [order(state())[place] for place in state().drawn] == DRAWN
    left = state("metadata.half:left")
    inside = set(order(left))
    assert [order(left)[place] for place in left.drawn] == [one for one in DRAWN if one in inside]
    other = reviewed(source_of("d", "", "notebook"), seed=1)
    assert [order(other)[place] for place in other.drawn] != DRAWN


DRAWN = ["r2", "r4", "r5", "r7", "r3", "r1", "r6", "r0"]


def test_it_is_drawn_and_told(home: Path) -> None:
    """Curve and band; without an estimate the curve alone; a line for each number."""
    log()
    alone = analysis.review("d").visualize().to_dict()
    assert len(alone["layer"]) == 2
    for place, _ in state().upcoming(15, 5, NONE):
        judge(place, state(), "label_wrong")
    measured = analysis.review("d")
    chart = measured.visualize().to_dict()
    assert len(chart["layer"]) == 4
    data = measured.data
    (band,) = chart["datasets"][chart["layer"][0]["data"]["name"]]
    assert band["high"] == data["found"] + data["high"]
    assert "found: 15" in repr(measured)


def test_several_labels(home: Path) -> None:
    """A record with several labels is ranked by the worst of them."""
    rb.log(
        [
            rb.TextClassificationRecord(
                text=f"w{at}", id=at, multi_label=True, annotation=["a"],
                prediction=[("a", at / 10), ("b", 0.1)],
            )
            for at in range(10)
        ],
        "d", verbose=False,
    )  # fmt: skip
    first = order(state())
    rb.set_verdict("d", "label_wrong", ids=first[0])
    rb.relabel("d", [], ids=first[0])
    assert order(state()) == first
    assert analysis.review("d").data["found"] == 1
