"""What records were before people changed them, as columns beside those that they have now."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from rubrix_widget.arrays import Ints
from rubrix_widget.columns.columns import Columns
from rubrix_widget.columns.labels import to_arrow
from rubrix_widget.columns.logged import STATUSES, VERDICTS


def before(columns: Columns, positions: Ints) -> pa.Table:
    """Return what was changed of some records, in the order given.

    ``annotation_before`` and ``status_before`` are as logged, also where nothing was changed;
    ``changed_at`` is when it was last (UTC), null where never since it was logged; ``comment`` and
    ``verdict`` are as they are now.
    """
    logged = columns.logged
    labels = to_arrow(logged.sets, logged.annotation[positions], logged.multi_label)
    lists = logged.multi_label
    at, kept = columns.updated[positions], columns.changed[positions]
    return pa.table(
        {
            "annotation_before": labels.cast(pa.list_(pa.string()) if lists else pa.string()),
            "status_before": _named(list(STATUSES), logged.status[positions]),
            "changed_at": pa.array(at, pa.timestamp("us"), mask=~kept),
            "comment": _named(logged.comments.values, columns.comment[positions]),
            "verdict": _named(list(VERDICTS), columns.verdict[positions]),
        }
    )


def _named(values: list[str], codes: npt.NDArray[np.integer]) -> pa.Array:
    return pa.array(values, pa.string()).take(pa.array(codes.astype(np.int64), mask=codes < 0))
