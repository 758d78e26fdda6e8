"""A dataset as one Arrow table: the form every other part of the package works on.

==================  =======================================================================
column              holds
==================  =======================================================================
id                  text, or null where none was given; integers as decimal text
id_is_int           whether the id was an integer
inputs.<name>       the texts, one column for each input; null where a record lacks it
prediction          labels with scores, in the order given; null where there is none
prediction_agent    text
annotation          text; for multi-label datasets a list of texts; null where there is none
annotation_agent    text
explanation         JSON text, as are metadata, metrics and search_keywords
status              Default, Validated, Edited or Discarded
event_timestamp     microseconds in UTC
other_predictions   what other agents predicted, where any record has more than one; by agent
==================  =======================================================================
"""

from .agents import agents, beside, unnamed, without
from .convert import from_records, input_values, to_records
from .layout import concat, conform, empty, input_names, is_encoded, multi_label, schema, several
from .validate import Rejected, validate

__all__ = [
    "Rejected",
    "agents",
    "beside",
    "concat",
    "conform",
    "empty",
    "from_records",
    "input_names",
    "input_values",
    "is_encoded",
    "multi_label",
    "schema",
    "several",
    "to_records",
    "unnamed",
    "validate",
    "without",
]
