"""Queries of any kind, and what must hold for each: an answer or a clear refusal, soon.

``python -m tests.fuzz 1000000`` feeds a million; the suite feeds some thousands.
"""

from __future__ import annotations

import argparse
import contextlib
import heapq
import multiprocessing
import sys
import tempfile
import time
from random import Random

import rubrix_widget as rb
from rubrix_widget.engine import Engine
from rubrix_widget.errors import QueryError, QuerySyntaxError
from rubrix_widget.home import active
from rubrix_widget.query import DIALECTS, Dialect, describe, notes, parse, same, unparse
from rubrix_widget.query.tree import Node

ENGINE_EVERY = 20  # inputs of which one is answered too, not only read
PIECES = [
    *("a", "film", "good", "n't", "and", "OR", "Not", "&&", "||", "+", "-", "!", "TO", "*", "?"),
    *("text:", "score:", "predicted:ko", "status:Default", "metadata.day:", "_exists_:", "\\*:"),
    *("id:", "nope:", "inputs.text:", "text.exact:", "predicted_as.text:", "metadata.stars:"),
    *('"a b"', '"', "'", "~", "~2", "^2", "^", "/", "/a.*b/", "/~(a|b)&<1-20>/", "/(a+)+b/", "/[/"),
    *("[", "]", "{", "}", "(", ")", "[1 TO 5]", "{* TO now-1d/d}", ">", "<=5", ">now", ":", "\\"),
    *("\\u00e9", "\\ud83d", "\\u", "*:*", " ", " ", " ", "\t", "\n", "\u3000", "\u00a0", "\x00"),
    *(
        "é",
        "日本",
        "😀",
        "\u200d",
        "e\u0301",
        "İ",
        "\ufeff",
        "“",
        "\ud800",
        "w?ld",
        "*in*g",
        "fo~1",
    ),
    *("2021-03||+1M/d", "now/w", "0.5", "1e309", "-1", "99999999999999999999", "NaN", "true"),
]
ENCODINGS = ("utf-8", "latin-1", "utf-16-le", "cp1252", "utf-7")
GOOD = [
    "predicted:ko and score:{0.99 TO *}",
    'text:(quick OR brown) AND NOT "near phrase"~3 wild* w?ld *ing quikc~1',
    "/joh?n(ath[oa]n)/ id:[a TO b} metadata.stars:>=2 _exists_:predicted_by",
    'metadata.day:[2021-01 TO now-1d/d] OR status:(Default Validated)^2 -"a \\"b\\" c"',
    "inputs.\\*:film (a (b (c OR d) AND e) NOT f) + g \\: h && i || j",
    '/a~(bc)d@&[^x-z]{2,5}|<01-20>"plain"/ predicted_as.text:good metrics.text_length:<20',
]


def one_input(random: Random) -> str:
    """Make a query: grammar, a good query damaged, pieces, or bytes read in some encoding."""
    kind = random.randrange(5)
    if kind == 0:
        return "".join(random.choices(PIECES, k=random.randrange(1, 25)))
    if kind == 1:
        return " ".join(random.choices(PIECES, k=random.randrange(1, 15)))
    if kind == 2:
        data = random.randbytes(random.randrange(60))
        return data.decode(random.choice(ENCODINGS), random.choice(["ignore", "replace"]))
    if kind == 3:
        return _grown(random, 4)
    query = random.choice(GOOD)
    for _ in range(random.randrange(1, 6)):
        at = random.randrange(len(query) + 1)
        put = random.choice(["", "", random.choice(PIECES), query[at : at + random.randrange(9)]])
        query = query[:at] + put + query[at + random.randrange(4) :]
    return query


def _grown(random: Random, depth: int) -> str:
    if depth == 0 or random.random() < 0.3:
        return random.choice(PIECES)
    inner = [_grown(random, depth - 1) for _ in range(random.randrange(1, 4))]
    sign = random.choice([" ", " AND ", " or ", " NOT ", "||", " +", " -"])
    return random.choice(["({})", "{}", "text:({})", "NOT {}", "{}^2", "/{}/"]).format(
        sign.join(inner)
    )


def make_engine() -> Engine:
    """Log a few records in the current home."""
    rb.log(
        [
            rb.TextClassificationRecord(
                text=f"a good film n't {'quick brown' * (i % 2)} 日本 é {i} {'x' * (i * 40)}",
                id=i,
                prediction=[("good", 0.5 + i / 20), ("bad", 0.1)],
                annotation="good" if i % 2 else None,
                metadata={"stars": i, "day": f"2021-0{1 + i}-01", "split": "dev"},
            )
            for i in range(8)
        ],
        "fuzz",
        verbose=False,
    )
    return active().dataset("fuzz").engine()


def read(query: str, dialect: Dialect) -> Node | QuerySyntaxError:
    """Parse a query, or return why it is none."""
    try:
        return parse(query, dialect)
    except QuerySyntaxError as error:
        return error


def feed(query: str, engine: Engine | None) -> None:
    """Read a query in both dialects, and answer it where there is an engine."""
    for dialect in DIALECTS:
        node = read(query, dialect)
        if isinstance(node, QuerySyntaxError):
            assert 0 <= node.start <= node.end <= len(query)
            assert len(str(node)) < 2_000
            continue
        assert len(describe(node)) <= 1_000
        assert len(notes(query, node, dialect)) <= 10
        written = unparse(node)
        assert same(parse(written, dialect), node), written
        if engine is not None:
            with contextlib.suppress(QueryError):
                assert 0 <= engine.select(query, dialect=dialect).count <= engine.n


def run(engine: Engine, seed: int, count: int) -> tuple[int, list[tuple[float, str]]]:
    """Feed inputs; return how many, and the slowest with their seconds of processor time."""
    random = Random(seed)
    slowest: list[tuple[float, str]] = []
    for number in range(count):
        query = one_input(random)
        began = time.thread_time()
        try:
            feed(query, engine if number % ENGINE_EVERY == 0 else None)
        except Exception:
            print(f"seed {seed}, input {number}: {query!r}", file=sys.stderr)
            raise
        taken = time.thread_time() - began
        (heapq.heappush if len(slowest) < 5 else heapq.heappushpop)(slowest, (taken, query))
    return count, slowest


def run_alone(seed: int, count: int) -> tuple[int, list[tuple[float, str]]]:
    """Do the same over records in a home of their own, in a process of their own."""
    with tempfile.TemporaryDirectory(prefix="rubrix-widget-fuzz-") as home:
        rb.init(home)
        return run(make_engine(), seed, count)


def main() -> None:
    """Feed as many inputs as asked for, on all processors."""
    reader = argparse.ArgumentParser(description="feed the query language any input")
    reader.add_argument("count", type=int, nargs="?", default=1_000_000)
    reader.add_argument("--seed", type=int, default=0)
    given = reader.parse_args()
    share = 10_000
    jobs = [(given.seed + n, min(share, given.count - n * share))
            for n in range(-(-given.count // share))]  # fmt: skip
    began = time.perf_counter()
    done = 0
    slowest: list[tuple[float, str]] = []
    with multiprocessing.get_context("spawn").Pool() as pool:
        for waiting in [pool.apply_async(run_alone, job) for job in jobs]:
            count, slow = waiting.get()
            done += count
            slowest = heapq.nlargest(5, [*slowest, *slow])
            print(f"\r{done:,} inputs, slowest {slowest[0][0]:.3f} s", end="", flush=True)
    print(f"\n{done:,} inputs in {time.perf_counter() - began:.0f} s, none refused unclearly")
    for taken, query in slowest:
        print(f"{taken:.3f} s  {query[:100]!r}")


if __name__ == "__main__":
    main()
