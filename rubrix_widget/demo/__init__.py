"""Data to try things on: made-up film reviews with the predictions of an imperfect model.

Nothing is downloaded. A seed means the same data on every machine and with every version of NumPy,
and a smaller size is the beginning of a larger one.

Examples
--------
>>> from rubrix_widget import demo
>>> dataset = demo.sst2(1000)
>>> dataset
Dataset({
    features: ['idx', 'text', 'label', 'prediction'],
    num_rows: 1000
})
>>> dataset.features["label"].names
['negative', 'positive']
"""

from __future__ import annotations

from rubrix_widget.demo.emotions import EMOTIONS, emotions
from rubrix_widget.demo.reviews import SST2_SIZE, sst2

__all__ = ["EMOTIONS", "SST2_SIZE", "emotions", "sst2"]
