"""How much page and kernel ask, tell and keep at most, and what a view has by default."""

from __future__ import annotations

from typing import Any

PAGE_SIZE = 50  # a screen or two of wrapped text, about 50 KB of JSON
MAX_PAGE_SIZE = 200  # beyond it a plain table of wrapped text stops scrolling smoothly
MAX_TEXT = 5_000  # characters of one input in a page: 200 long texts stay near 1 MB
MAX_QUERY = 100_000  # characters; longer than any query a person writes or a program should
MAX_SORT = 8  # keys; more than a header row can show
MAX_EDITS = 1_000  # edits in one request: a page annotated at once, five times over
MAX_APPLIED = 200  # records, and conflicts, told with an answer; a page shows no more
MAX_BECOMING = 12  # kinds of change told before they are made; a person reads no more
MAX_COMMENT = 10_000  # characters
MAX_REASON = 1_000  # characters
MAX_GROUPS = 50  # of changes, told at once
MAX_KINDS = 1_000  # of change looked at in a group
GROUP_BECOMING = 3  # kinds of change told of each
MAX_LABELS = 1_000  # labels of one annotation
MAX_STRING = 10_000  # characters of an id, a label or a field's name
MAX_NAMED = 200  # characters of the name that a page gives a change or a file
MAX_SELECTED = 10_000  # ids; a message of some 400 KB
SAVED_SELECTED = 10_000  # bytes of them that are saved with a notebook
MAX_COLUMNS = 200  # names; a table of more is scrolled sideways for long
MIN_WIDTH, MAX_WIDTH = 48, 4_000  # of a column, in CSS pixels
MAX_CLAMP = 100  # lines of text shown before "Expand"
REMEMBERED_CHANGES = 256  # answers kept for changes asked again; a page has few in flight
MAX_FACETS = 100  # fields counted in one request; more than are open at once
FACET_VALUES = 50  # values of a facet; a search finds the others
MATRIX_LABELS = 30  # of a confusion matrix; more no longer fit beside the records
MAX_HISTORY = 100  # changes of a record shown with it
MAX_TOKENS = 5_000  # of an explanation, as many as a page has characters of a text
SIMILAR_RECORDS = 10
SIMILAR_TEXT = 240  # characters of each of them
SNAPSHOT_RECORDS = 20  # what a notebook without a kernel shows
SNAPSHOT_LABELS = 12  # of the confusion matrix there
SNAPSHOT_TEXT = 300  # characters of one record's texts there
SNAPSHOT_BYTES = 40_000  # of the static table, so that a saved notebook stays small
CHARTS = ("confusion_matrix", "scores", "reliability", "labels", "text_length", "field", "words")
MAX_TOKEN = 1_000_000  # characters of a shared view; an address bar takes far fewer
MAX_VIEWS = 200  # saved with a dataset; a list of more is not looked through
MAX_VIEW_NAME = 80  # characters; a line of a menu
FORMATS = ("csv", "jsonl", "parquet", "html")
TABS = ("records", "charts", "analysis")
REVIEW_RECORDS = 6  # to judge, told at once: some in hand, whatever the next answer takes
NEAR_RECORDS = 3  # like each of them and annotated otherwise
CURVE_POINTS = 200  # of what was found so far
MAX_EVERY = 1_000
MAX_ANALYSES = 4  # going on at once for one explorer
MAX_EXPORTS = 4  # files being written at once for one page
DEFAULTS: dict[str, Any] = {  # of the state to be shared, in the order in which it is taken
    "dialect": "notebook",
    "query": "",
    "filters": {},
    "sort": [],
    "page_size": PAGE_SIZE,
    "page": 1,
    "columns": [],
    "column_widths": {},
    "tab": "records",
    "analysis": "scores",
    "analysis_options": {},
}
