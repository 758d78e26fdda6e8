"""Measure the text index: ``python -m bench.index_bench [records]``."""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa

from rubrix_widget.index import Segment
from rubrix_widget.query import tree

AT = (0, 0)


def made_texts(records: int, words: int = 12, seed: int = 1) -> pa.ChunkedArray:
    """Texts of made words whose frequencies fall as those of real ones do."""
    random = np.random.default_rng(seed)
    lengths = random.integers(2, 11, 150_000)
    letters = random.integers(ord("a"), ord("z") + 1, lengths.sum(), np.uint8).tobytes().decode()
    ends = np.cumsum(lengths)
    made = {letters[b - n : b] for b, n in zip(ends.tolist(), lengths.tolist(), strict=True)}
    shuffled = random.permutation(np.array(sorted(made)))
    vocabulary = np.concatenate([["the", "film", "is", "good", "not"], shuffled])
    rank = np.arange(1, len(vocabulary) + 1)
    share = 1 / rank
    chunks = []
    for start in range(0, records, 100_000):
        size = min(100_000, records - start)
        chosen = vocabulary[random.choice(len(vocabulary), (size, words), p=share / share.sum())]
        chunks.append(pa.array([" ".join(r) for r in chosen.tolist()], pa.large_string()))
    return pa.chunked_array(chunks, pa.large_string())


def queries(rare: str) -> dict[str, tree.Leaf]:
    """One leaf of every kind."""
    leaf = (AT, None, None)
    return {
        "common term": tree.Term(*leaf, "the"),
        "rare term": tree.Term(*leaf, rare),
        "phrase": tree.Phrase(*leaf, "is good", 0),
        "phrase, commonest": tree.Phrase(*leaf, "the film", 0),
        "near ~3": tree.Phrase(*leaf, "good the", 3),
        "near ~3, commonest": tree.Phrase(*leaf, "film the", 3),
        "near, 3 words ~5": tree.Phrase(*leaf, "is the film", 5),
        "near, repeated ~3": tree.Phrase(*leaf, "the the", 3),
        "prefix a*": tree.Wildcard(*leaf, "a*"),
        "wildcard *fu*": tree.Wildcard(*leaf, "*fu*"),
        "wildcard *ing": tree.Wildcard(*leaf, "*in"),
        "wildcard g?o*d": tree.Wildcard(*leaf, "g?o*d"),
        "regex [a-c].*io.*": tree.Regex(*leaf, "[a-c].*io.*"),
        "fuzzy ~1": tree.Fuzzy(*leaf, "film", 1),
        "fuzzy ~2": tree.Fuzzy(*leaf, "thefilm", 2),
        "range [f TO h]": tree.Range(*leaf, "f", "h", True, True, AT, AT),
        "exists": tree.Exists(*leaf),
    }


def timed(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def peak_mb() -> float:
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def main(records: int, repeats: int) -> None:
    texts = made_texts(records)
    before = peak_mb()
    print(f"{records:,} texts, {texts.nbytes / 1e6:.0f} MB")
    start = time.perf_counter()
    segment = Segment.build({"text": texts})
    print(f"build    {time.perf_counter() - start:8.2f} s, peak +{peak_mb() - before:.0f} MB")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "index"
        print(f"save     {timed(lambda: segment.save(path)):8.2f} s")
        size = sum(file.stat().st_size for file in path.iterdir())
        print(f"on disk  {size / 1e6:8.0f} MB")
        print(f"open     {timed(lambda: Segment.open(path)):8.2f} s")
        segment = Segment.open(path)
        for name, leaf in queries(segment.arrays["text"].term(1000)).items():
            first = timed(lambda leaf=leaf: segment.hits(leaf, "text"))  # type: ignore[misc]
            times = [timed(lambda: segment.hits(leaf, "text")) for _ in range(repeats)]  # noqa: B023
            found = segment.hits(leaf, "text")
            count = 0 if found is None else found.count
            print(
                f"{name:20} {statistics.median(times) * 1e3:8.2f} ms"
                f"  (first {first * 1e3:7.2f})  {count:>9,}"
            )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=sys.modules[__name__].__doc__)
    parser.add_argument("records", nargs="?", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=7)
    given = parser.parse_args()
    main(given.records, given.repeats)
