"""Where predictions are wrong, how sure that is, and what to do about it.

Every function takes a dataset's name, a dataset in memory or an explorer, and a query that says
which records; each answers with its ``data`` and can draw it.

>>> import rubrix_widget as rb
>>> from rubrix_widget.analysis import scores
>>> made = [
...     rb.TextClassificationRecord(text=t, prediction=[(p, 0.9)], annotation="good")
...     for t, p in [("fine", "good"), ("nice", "good"), ("dull", "bad")]
... ]
>>> round(scores(rb.DatasetForTextClassification(made)).data["accuracy"], 3)
0.667
"""

from rubrix_widget.analysis.calibrating import calibration, thresholds
from rubrix_widget.analysis.comparing import compare
from rubrix_widget.analysis.confusing import confusion_matrix
from rubrix_widget.analysis.contradicting import contradictions
from rubrix_widget.analysis.correcting import what_if
from rubrix_widget.analysis.errors import error_words
from rubrix_widget.analysis.mislabelled import label_errors
from rubrix_widget.analysis.reporting import Report, report
from rubrix_widget.analysis.reviewing import review
from rubrix_widget.analysis.scoring import scores
from rubrix_widget.analysis.slicing import slices

__all__ = [
    "Report",
    "calibration",
    "compare",
    "confusion_matrix",
    "contradictions",
    "error_words",
    "label_errors",
    "report",
    "review",
    "scores",
    "slices",
    "thresholds",
    "what_if",
]
