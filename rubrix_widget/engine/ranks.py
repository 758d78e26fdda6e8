"""Where each record stands when sorted by a field."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc


class Ranks(NamedTuple):
    """For each record the place of its value among the distinct ones; ``missing`` for none."""

    codes: npt.NDArray[np.int32]
    missing: int

    @classmethod
    def of_values(cls, values: pa.Array) -> Ranks:
        """Rank values; equal ones alike, null and NaN last."""
        if pa.types.is_floating(values.type):
            values = pc.if_else(pc.is_nan(values), pa.scalar(None, values.type), values)
        codes = pc.rank(values, tiebreaker="dense").to_numpy().astype(np.int32) - np.int32(1)
        missing = int(codes.max(initial=-1)) + (values.null_count == 0)
        return cls(codes, missing)

    @property
    def size(self) -> int:
        """How many different places there are."""
        return self.missing + 1

    def of(self, positions: npt.NDArray[np.int64], descending: bool) -> npt.NDArray[np.int32]:
        """Return the places of some records, smallest first in the order that is asked for."""
        codes = self.codes[positions]
        if not descending:
            return codes
        return np.where(codes == self.missing, codes, np.int32(self.missing - 1) - codes)
