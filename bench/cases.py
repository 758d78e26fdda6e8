"""What is measured: each case is a function that is given a `Measure`."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench.measure import Measure

Case = Callable[[Measure], None]
CASES: dict[str, Case] = {}

SHARE = "predicted:ko"  # about 9 % of the records
SLICE = "predicted:ko and annotated_as:negative"  # about 5 %
PAGE = 50


def case(function: Case) -> Case:
    """Add a function to the cases, under its name."""
    CASES[function.__name__] = function
    return function


@case
def imports(measure: Measure) -> None:
    """A fresh process that imports the package, beside one that imports pandas."""

    def fresh(code: str) -> Callable[[], object]:
        return lambda: subprocess.run([sys.executable, "-c", code], check=True)

    measure(
        "import rubrix_widget, with the process",
        fresh("import rubrix_widget"),
        peer=("import pandas", fresh("import pandas")),
    )


@case
def demo_data(measure: Measure) -> None:
    """Making the demo data."""
    from rubrix_widget import demo

    measure("demo.sst2(), 67,349 records", demo.sst2)


@case
def main_job(measure: Measure) -> None:
    """Log, load and query as many records as SST-2 has."""
    import pandas as pd

    import rubrix_widget as rb
    from rubrix_widget import demo

    dataset = demo.sst2()
    records = rb.DatasetForTextClassification.from_datasets(
        dataset.remove_columns("idx"), annotation="label"
    )
    frame = records.to_pandas()
    names = iter(range(1000))
    with tempfile.TemporaryDirectory() as folder:
        parquet = Path(folder) / "peer.parquet"
        measure(
            "from_datasets, 67,349 records",
            lambda: rb.DatasetForTextClassification.from_datasets(
                dataset.remove_columns("idx"), annotation="label"
            ),
            peer=("Dataset.to_pandas", dataset.to_pandas),
        )
        measure(
            "log, 67,349 new records",
            lambda: rb.log(records, f"log-{next(names)}", verbose=False),
            repeat=3,
            peer=("to_parquet", lambda: frame[["text", "annotation"]].to_parquet(parquet)),
        )
        rb.log(records, "sst2", verbose=False)
        measure("log, the same records again", lambda: rb.log(records, "sst2", verbose=False))
        whole = pd.read_parquet(parquet)
        best = frame["prediction"].map(lambda prediction: prediction[0][0])

        def peer_slice() -> pd.DataFrame:
            return whole[(best != whole["annotation"]) & (whole["annotation"] == "negative")].copy()

        measure(
            f"load of {len(peer_slice()):,} records ({SLICE})",
            lambda: rb.load("sst2", query=SLICE),
            peer=("a pandas mask", peer_slice),
        )
        measure("load(...).to_pandas()", lambda: rb.load("sst2", query=SLICE).to_pandas())
        measure(
            "count of one word in the texts",
            lambda: rb.count("sst2", "wooden"),
            peer=("str.contains", lambda: whole["text"].str.contains(r"\bwooden\b").sum()),
        )


@case
def explorer_pages(measure: Measure) -> None:
    """What one gesture in the explorer asks of the kernel: a page of records and its counts."""
    import rubrix_widget as rb
    from rubrix_widget import demo

    rb.log(
        rb.DatasetForTextClassification.from_datasets(
            demo.sst2().remove_columns("idx"), annotation="label"
        ),
        "pages",
        verbose=False,
    )
    explorer = rb.explore("pages")
    sent: list[object] = []
    explorer.send = lambda content, _buffers=None: sent.append(content)  # no browser here

    def page(query: str, sort: list[list[str]] | None = None) -> Callable[[], object]:
        params = {
            "query": query,
            "dialect": "notebook",
            "filters": {},
            "sort": sort or [],
            "page": 1,
            "page_size": PAGE,
        }
        content = {"kind": "request", "id": "1", "method": "page", "params": params}
        message = {"content": {"data": {"method": "custom", "content": content}}, "buffers": []}
        return lambda: explorer._handle_msg(message)

    for query in ("", SHARE, "predicted:ko and score:>0.9", "wooden OR gripp*", '"the plot"~2'):
        measure(f"page and counts: {query or 'all records'}", page(query))
    measure(f"page sorted by score: {SHARE}", page(SHARE, [["score", "desc"]]))
