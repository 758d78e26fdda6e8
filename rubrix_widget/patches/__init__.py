"""Patches: what was corrected, as a small file that can be applied to other data of the same texts.

``patch`` has corrections in memory, ``reading`` the file, ``differences`` makes a patch of two
states of a dataset, and ``applying`` changes a dataset as a patch says.
"""

from rubrix_widget.patches.applying import Outcome, PatchReport, apply
from rubrix_widget.patches.differences import difference
from rubrix_widget.patches.patch import Correction, Difference, MergeConflict, Patch
from rubrix_widget.patches.reading import read

__all__ = [
    "Correction",
    "Difference",
    "MergeConflict",
    "Outcome",
    "Patch",
    "PatchReport",
    "apply",
    "difference",
    "read",
]
