"""Changing records: edits, undo and redo, over a live dataset that several people may share."""

from rubrix_widget.edits.bulk import Action, Becoming, How, Plan, Which
from rubrix_widget.edits.changes import EDIT_FIELDS, UNSET, Edit, EditResult, person
from rubrix_widget.edits.judging import missing
from rubrix_widget.edits.live import LiveDataset

__all__ = [
    "EDIT_FIELDS",
    "UNSET",
    "Action",
    "Becoming",
    "Edit",
    "EditResult",
    "How",
    "LiveDataset",
    "Plan",
    "Which",
    "missing",
    "person",
]
