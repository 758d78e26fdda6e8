"""Records as columns: label sets, typed metadata, and what people changed laid over them."""

from rubrix_widget.columns.before import before
from rubrix_widget.columns.coded import coded_type, values_and_codes
from rubrix_widget.columns.columns import Changes, Columns, State
from rubrix_widget.columns.labels import NO_SET, LabelSets
from rubrix_widget.columns.lazy import LazyTable
from rubrix_widget.columns.logged import STATUSES, VERDICTS, Logged, labels_of, one_chunk
from rubrix_widget.columns.metadata import METADATA_PREFIX, flatten, parse_date
from rubrix_widget.columns.predicted import MULTI_LABEL_THRESHOLD, ByAgent
from rubrix_widget.columns.texts import input_texts, inputs_of

__all__ = [
    "METADATA_PREFIX",
    "MULTI_LABEL_THRESHOLD",
    "NO_SET",
    "STATUSES",
    "VERDICTS",
    "ByAgent",
    "Changes",
    "Columns",
    "LabelSets",
    "LazyTable",
    "Logged",
    "State",
    "before",
    "coded_type",
    "flatten",
    "input_texts",
    "inputs_of",
    "labels_of",
    "one_chunk",
    "parse_date",
    "values_and_codes",
]
