"""Compare model predictions with ground truth on text data, inside the notebook, and act on it.

>>> import rubrix_widget as rb
>>> record = rb.TextClassificationRecord(text="a fine film", prediction=[("positive", 0.9)])
>>> record.status
'Default'

The public names are imported when first used, so ``import rubrix_widget`` stays quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from rubrix_widget._version import __version__

if TYPE_CHECKING:
    from rubrix_widget.analysis import report
    from rubrix_widget.datasets import (
        DatasetForTextClassification,
        read_datasets,
        read_pandas,
    )
    from rubrix_widget.engine import Explanation, Suggestion
    from rubrix_widget.explorer import Explorer
    from rubrix_widget.patches import Patch
    from rubrix_widget.records import TextClassificationRecord, TokenAttributions
    from rubrix_widget.workspace import (
        BulkResponse,
        add_predictions,
        agreement,
        apply_patch,
        comment,
        compact,
        copy,
        count,
        delete,
        delete_records,
        diff,
        explain,
        explore,
        export_patch,
        get_workspace,
        history,
        init,
        labels,
        list_datasets,
        load,
        log,
        merge_labels,
        read_patch,
        redo,
        relabel,
        remove_predictions,
        rename_label,
        set_labels,
        set_status,
        set_verdict,
        set_workspace,
        similar,
        suggest,
        undo,
        views,
        whoosh_searcher,
    )

_ROOMS = {
    "DatasetForTextClassification": "datasets",
    "read_datasets": "datasets",
    "read_pandas": "datasets",
    "Explanation": "engine",
    "Explorer": "explorer",
    "Patch": "patches",
    "Suggestion": "engine",
    "TextClassificationRecord": "records",
    "TokenAttributions": "records",
    "BulkResponse": "workspace",
    "add_predictions": "workspace",
    "agreement": "workspace",
    "apply_patch": "workspace",
    "comment": "workspace",
    "compact": "workspace",
    "copy": "workspace",
    "count": "workspace",
    "delete": "workspace",
    "delete_records": "workspace",
    "diff": "workspace",
    "explain": "workspace",
    "explore": "workspace",
    "export_patch": "workspace",
    "get_workspace": "workspace",
    "history": "workspace",
    "init": "workspace",
    "labels": "workspace",
    "list_datasets": "workspace",
    "load": "workspace",
    "log": "workspace",
    "merge_labels": "workspace",
    "read_patch": "workspace",
    "redo": "workspace",
    "relabel": "workspace",
    "remove_predictions": "workspace",
    "report": "analysis",
    "rename_label": "workspace",
    "set_labels": "workspace",
    "set_status": "workspace",
    "set_verdict": "workspace",
    "set_workspace": "workspace",
    "similar": "workspace",
    "suggest": "workspace",
    "undo": "workspace",
    "views": "workspace",
    "whoosh_searcher": "workspace",
}

__all__ = [
    "BulkResponse",
    "DatasetForTextClassification",
    "Explanation",
    "Explorer",
    "Patch",
    "Suggestion",
    "TextClassificationRecord",
    "TokenAttributions",
    "__version__",
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
    "read_datasets",
    "read_pandas",
    "read_patch",
    "redo",
    "relabel",
    "remove_predictions",
    "report",
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


def __getattr__(name: str) -> Any:
    room = _ROOMS.get(name)
    if room is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{room}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_ROOMS})
