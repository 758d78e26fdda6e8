"""The explorer: a widget that shows a dataset in the notebook and lets people change it."""

from rubrix_widget.explorer.model import Explorer

__all__ = ["Explorer"]
