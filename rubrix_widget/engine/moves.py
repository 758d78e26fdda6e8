"""Which records people changed from one version to the next, so that only those are looked at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rubrix_widget.arrays import Ints

_STEPS = 256  # versions looked back; who asks for an older one looks at every record


@dataclass(frozen=True, eq=False)
class Moves:
    """The newest changes: for each version, the positions of the records it changed.

    Examples
    --------
    >>> moves = Moves(3).then(4, np.array([7])).then(6, np.array([2, 7]))
    >>> moves.since(4).tolist(), moves.since(3).tolist(), moves.since(6).tolist()
    ([2, 7], [2, 7], [])
    >>> moves.since(2) is None
    True
    """

    version: int
    steps: tuple[tuple[int, Ints], ...] = ()
    first: int | None = None

    def then(self, version: int, positions: Ints) -> Moves:
        """Return the moves with one more version."""
        steps = (*self.steps, (version, positions))
        first = self.version if self.first is None else self.first
        if len(steps) > _STEPS:
            first, steps = steps[0][0], steps[1:]
        return Moves(version, steps, first)

    def since(self, version: int) -> Ints | None:
        """Return the records changed after a version, in order; None where that is not known."""
        if version == self.version:
            return np.zeros(0, np.int64)
        if self.first is None or not self.first <= version < self.version:
            return None
        return np.unique(np.concatenate([moved for at, moved in self.steps if at > version]))
