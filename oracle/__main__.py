"""Compare our ``"lucene"`` dialect with a real Lucene on made-up queries."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import warnings
from collections.abc import Iterable
from functools import partial

import pyarrow as pa
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import HypothesisWarning

import rubrix_widget as rb
from oracle import corpus
from oracle.compare import Bench, Case
from oracle.disagreements import KNOWN
from oracle.lucene import Lucene, MissingError, lucene_command
from oracle.queries import queries
from rubrix_widget.home import active
from rubrix_widget.index import Segment

BATCH = 500  # queries or texts a round trip
ROUND = 500  # examples a run of hypothesis; in long ones they grow alike


def main() -> int:
    """Run as the command line asks; return the exit status."""
    options = argparse.ArgumentParser(prog="make oracle", description=__doc__)
    options.add_argument("--examples", type=int, default=20_000, help="queries to make")
    options.add_argument("--records", type=int, default=1_500, help="real texts to search")
    options.add_argument("--seed", type=int, default=random.randrange(10**6))
    options.add_argument("--most", type=int, default=20, help="disagreements to show")
    options.add_argument("query", nargs="*", help="compare these queries and show both answers")
    chosen = options.parse_args()
    warnings.simplefilter("ignore", HypothesisWarning)  # of how long its own descriptions are
    try:
        command = lucene_command()
        records = corpus.records(chosen.records, seed=1)
        documents = [corpus.document(record) for record in records]
        lucene = Lucene(command, corpus.FIELDS, documents)
    except MissingError as missing:
        print(f"oracle skipped: {missing}")
        return 0
    with lucene, tempfile.TemporaryDirectory() as home:
        rb.init(home)
        rb.log(records, "oracle", verbose=False)
        bench = Bench(active().dataset("oracle").engine(), lucene)
        if chosen.query:
            for case in bench.cases(chosen.query):
                show(bench, case)
            return 0
        print(f"{len(records):,} records; seed {chosen.seed}")
        different = differing_texts(lucene)
        found, counts = differing_queries(bench, chosen)
        return report(bench, different, found, counts, chosen.most)


def differing_texts(lucene: Lucene) -> list[str]:
    """Analyse every text on both sides; return those that come out differently."""
    texts = corpus.all_texts()
    fields = Segment.build({"text": pa.array(texts, pa.large_string())}).arrays
    different: dict[str, None] = {}
    for kind, name in (("text", "text"), ("exact", "text.exact")):
        field = fields[name]
        lexicon = field.lexicon.to_pylist()
        ends = field.token_offsets.tolist()
        words = [lexicon[number] for number in field.tokens.tolist()]
        for i in range(0, len(texts), BATCH):
            for k, theirs in enumerate(lucene.tokens(kind, texts[i : i + BATCH]), i):
                if words[ends[k] : ends[k + 1]] != theirs:
                    different.setdefault(texts[k])
    print(f"{len(texts):,} texts analysed: {len(different):,} differ")
    return list(different)


def differing_queries(
    bench: Bench, chosen: argparse.Namespace
) -> tuple[list[Case], dict[str, int]]:
    """Make queries, and ask both sides."""
    asked = made_queries(chosen)
    counts = {"asked": len(asked), "matching": 0, "errors": 0, "explained": 0}
    found: list[Case] = []
    for i in range(0, len(asked), BATCH):
        for case in bench.cases(asked[i : i + BATCH]):
            counts["errors"] += case.theirs.mask is None
            counts["matching"] += case.theirs.mask is not None and bool(case.theirs.mask.any())
            if case.agrees:
                continue
            if any(known.covers(case) for known in KNOWN):
                counts["explained"] += 1
            else:
                found.append(case)
    return found, counts


def made_queries(chosen: argparse.Namespace) -> list[str]:
    """Make as many different queries as asked for, by many short runs with seeds of their own."""
    strategy = queries(corpus.texts(chosen.records, seed=1))
    made: dict[str, None] = {}
    rounds = 0
    while len(made) < chosen.examples:

        @seed(chosen.seed + rounds)
        @settings(
            max_examples=ROUND,
            phases=[Phase.generate],
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(strategy)
        def make(query: str) -> None:
            made.setdefault(query)

        make()
        rounds += 1
    return list(made)[: chosen.examples]


def unexplained(case: Case) -> bool:
    """Whether the sides disagree and no entry of the list says why."""
    return not case.agrees and not any(known.covers(case) for known in KNOWN)


def same_fault(first: Case, other: Case) -> bool:
    """Whether the sides disagree on another query in the same way."""
    return other.kind == first.kind and unexplained(other)


def report(
    bench: Bench, different: Iterable[str], found: list[Case], counts: dict[str, int], most: int
) -> int:
    """Print what disagrees, at its shortest; return the exit status."""
    print(
        f"{counts['asked']:,} queries: {counts['matching']:,} match records, "
        f"{counts['errors']:,} are errors to Lucene, {counts['explained']:,} differ as listed, "
        f"{len(found):,} differ"
    )
    for text in list(different)[:most]:
        print(f"\nanalysed differently: {text[:200]!r}")
    seen: set[str] = set()
    for case in found:
        short = bench.shrunk(case.query, partial(same_fault, case))
        if short.query not in seen:
            seen.add(short.query)
            show(bench, short)
        if len(seen) == most:
            break
    stale = [
        known
        for known, case in zip(KNOWN, bench.cases([k.example for k in KNOWN]), strict=True)
        if case.agrees or not known.covers(case)
    ]
    for known in stale:
        print(f"\nno disagreement any more, so take it off the list: {known.example!r}")
    return 1 if different or found or stale else 0


def show(bench: Bench, case: Case) -> None:
    """Print a query with both answers and readings."""
    print(f"\nquery   {case.query!r}")
    for name, answer, reading in (
        ("ours", case.ours, bench.reading),
        ("lucene", case.theirs, bench.lucene.reading),
    ):
        said = answer.error.splitlines()[0] if answer.error else ""
        hits = "" if answer.mask is None else f"{int(answer.mask.sum()):,} records"
        print(f"{name:<7} {said or hits}" + ("" if said else f"; {reading(case.query)}"))


if __name__ == "__main__":
    sys.exit(main())
