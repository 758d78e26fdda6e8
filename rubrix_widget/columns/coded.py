"""Columns of texts as codes into their distinct values, which is how Parquet keeps them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from rubrix_widget import arrays


def coded_type(kind: pa.DataType) -> pa.DataType:
    """Return a type with dictionary codes in the place of texts, in lists and structs too.

    Examples
    --------
    >>> coded_type(pa.large_list(pa.large_string()))
    LargeListType(large_list<item: dictionary<values=string, indices=int32, ordered=0>>)
    """
    if pa.types.is_large_string(kind):
        return pa.dictionary(pa.int32(), pa.string())
    if pa.types.is_large_list(kind):
        return pa.large_list(kind.value_field.with_type(coded_type(kind.value_type)))
    if pa.types.is_struct(kind):
        return pa.struct([field.with_type(coded_type(field.type)) for field in kind])
    return kind


def values_and_codes(texts: pa.Array) -> tuple[list[str], npt.NDArray[np.integer]]:
    """Return the distinct texts that occur, and which of them stands where; -1 for null.

    Parameters
    ----------
    texts
        Texts, or dictionary codes of them; what only a dictionary knows does not occur.

    Examples
    --------
    >>> values, codes = values_and_codes(pa.array(["a", "b", None, "c"]).dictionary_encode()[1:])
    >>> values, codes.tolist()
    (['b', 'c'], [0, -1, 1])
    """
    encoded = texts.dictionary_encode()
    values = encoded.dictionary.to_pylist()
    indices = arrays.from_arrow(encoded.indices, -1)
    used = np.bincount(indices + 1, minlength=len(values) + 1)[1:] > 0
    if used.all():
        return values, indices
    places = np.append(np.cumsum(used) - 1, -1)  # the last one is null's
    return [value for value, here in zip(values, used, strict=True) if here], places[indices]
