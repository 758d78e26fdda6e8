"""A page of its own with what an explorer shows: to send, to keep, to open without a notebook."""

from rubrix_widget.explorer.report.saving import Reporting

__all__ = ["Reporting"]
