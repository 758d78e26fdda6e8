"""The verbs people call: log, load, explore, relabel and their kin."""

from rubrix_widget.workspace.agreeing import agreement
from rubrix_widget.workspace.asking import BulkResponse, count, explain, load, log
from rubrix_widget.workspace.changing import (
    comment,
    delete_records,
    relabel,
    set_status,
    set_verdict,
)
from rubrix_widget.workspace.exploring import explore, views
from rubrix_widget.workspace.labelling import labels, merge_labels, rename_label, set_labels
from rubrix_widget.workspace.patching import apply_patch, diff, export_patch, read_patch
from rubrix_widget.workspace.places import (
    compact,
    copy,
    delete,
    get_workspace,
    init,
    list_datasets,
    set_workspace,
)
from rubrix_widget.workspace.predicting import add_predictions, remove_predictions
from rubrix_widget.workspace.searching import similar, suggest, whoosh_searcher
from rubrix_widget.workspace.telling import history, redo, undo

__all__ = [
    "BulkResponse",
    "add_predictions",
    "agreement",
    "apply_patch",
    "comment",
    "compact",
    "copy",
    "count",
    "delete",
    "delete_records",
    "diff",
    "explain",
    "explore",
    "export_patch",
    "get_workspace",
    "history",
    "init",
    "labels",
    "list_datasets",
    "load",
    "log",
    "merge_labels",
    "read_patch",
    "redo",
    "relabel",
    "remove_predictions",
    "rename_label",
    "set_labels",
    "set_status",
    "set_verdict",
    "set_workspace",
    "similar",
    "suggest",
    "undo",
    "views",
    "whoosh_searcher",
]
