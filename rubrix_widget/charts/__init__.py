"""Results as charts: Vega-Lite specifications, which ``offline`` makes Altair charts of.

They carry aggregated numbers, never records. The page draws a specification as it is; people get
an Altair chart, and ``offline`` alone imports altair.
"""

from rubrix_widget.charts.contrast import slices, words
from rubrix_widget.charts.counts import bars, histogram, split_bars, split_histogram
from rubrix_widget.charts.finding import found_so_far
from rubrix_widget.charts.pairing import wins
from rubrix_widget.charts.quality import matrix, reliability
from rubrix_widget.charts.scoring import changes, curve, points, shares, stacked
from rubrix_widget.charts.vegalite import Spec

__all__ = [
    "Spec",
    "bars",
    "changes",
    "curve",
    "found_so_far",
    "histogram",
    "matrix",
    "points",
    "reliability",
    "shares",
    "slices",
    "split_bars",
    "split_histogram",
    "stacked",
    "wins",
    "words",
]
