"""What conditions matched before, so that a query shared in part with another is quicker."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from rubrix_widget.engine.bulk import leaf_key
from rubrix_widget.index import Corpus, Hits
from rubrix_widget.query import tree


@dataclass(frozen=True)
class Answer:
    """What a leaf matched, what was noted on the way, and at which version of the changes."""

    hits: Hits | None
    notes: tuple[str, ...]
    version: int


class Cache:
    """What leaves match: newest kept, in bounded memory."""

    def __init__(self, limit: int = 64 * 2**20) -> None:
        self._limit = limit
        self._kept: dict[object, Answer] = {}
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, key: object) -> Answer | None:
        """Return what was kept under a key."""
        with self._lock:
            found = self._kept.pop(key, None)
            if found is not None:
                self._kept[key] = found
            return found

    def put(self, key: object, answer: Answer) -> None:
        """Keep an answer unless there is a newer one, dropping the ones longest unused."""
        with self._lock:
            before = self._kept.get(key)
            if before is not None and before.version >= answer.version:
                return
            self._drop(key)
            self._kept[key] = answer
            self._bytes += _weight(answer.hits)
            while self._bytes > self._limit and len(self._kept) > 1:
                self._drop(next(iter(self._kept)))

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()
            self._bytes = 0

    def _drop(self, key: object) -> None:
        dropped = self._kept.pop(key, None)
        if dropped is not None:
            self._bytes -= _weight(dropped.hits)


def on_text(leaf: tree.Leaf, name: str, corpus: Corpus, cache: Cache) -> Answer:
    """Answer a condition on a text field, which no change ever touches."""
    key = (name, leaf_key(leaf))
    found = cache.get(key)
    if found is None:
        notes: list[str] = []
        found = Answer(corpus.hits(leaf, name, notes), tuple(notes), 0)
        cache.put(key, found)
    return found


def _weight(hits: Hits | None) -> int:
    """Count the bytes that hits can come to take: a mask, and positions beside it."""
    return 0 if hits is None else hits.size + 8 * hits.count
