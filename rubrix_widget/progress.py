"""A progress bar where a person waits: in a notebook or a terminal, else nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

_FEW = 1_000  # records are there at once; a bar would only flash


@contextmanager
def bar(said: str, records: int, *, show: bool) -> Iterator[Callable[[float], None] | None]:
    """Show a bar that counts records; yield what takes the share done, from 0 to 1."""
    if not show or records < _FEW:
        yield None
        return
    from tqdm.auto import tqdm

    with tqdm(total=records, desc=said, unit=" records") as drawn:

        def tell(share: float) -> None:
            drawn.update(round(share * records) - drawn.n)

        yield tell
