"""Results drawn as Altair charts. The only room that imports altair.

Charts carry aggregated numbers, never records. They are ordinary Altair charts: restyle them,
combine them, save them. What they add is that they *show* in a notebook without the internet,
which Altair's own default does not (it loads its runtime from a CDN): see :func:`mimebundle`.
"""

from rubrix_widget.charts.contrast import slices, words
from rubrix_widget.charts.counts import bars, histogram, split_bars, split_histogram
from rubrix_widget.charts.finding import found_so_far
from rubrix_widget.charts.offline import Chart, LayerChart, mimebundle, svg
from rubrix_widget.charts.pairing import wins
from rubrix_widget.charts.quality import matrix, reliability
from rubrix_widget.charts.scoring import curve, points, shares, stacked

__all__ = [
    "Chart",
    "LayerChart",
    "bars",
    "curve",
    "found_so_far",
    "histogram",
    "matrix",
    "mimebundle",
    "points",
    "reliability",
    "shares",
    "slices",
    "split_bars",
    "split_histogram",
    "stacked",
    "svg",
    "wins",
    "words",
]
