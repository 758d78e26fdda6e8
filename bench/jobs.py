"""Jobs measured in a process of their own: ``python -m bench.jobs <job> <argument …>``.

Nothing but the standard library is imported before the clock of a job has started.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

STARTED = time.perf_counter()


def nothing() -> dict[str, Any]:
    """Import the package alone."""
    import rubrix_widget as rb
    from bench.machine import memory

    rb.log  # noqa: B018 - imported when first used
    return {"seconds": time.perf_counter() - STARTED, "memory": memory()}


def log(path: str, name: str) -> dict[str, Any]:
    """Log the records in a file."""
    import rubrix_widget as rb
    from bench.ours import records_of

    records = records_of(Path(path))
    return _measured(lambda: rb.log(records, name, verbose=False))


def save_to_disk(path: str, folder: str) -> dict[str, Any]:
    """Save a flat table as a Hugging Face dataset."""
    import datasets

    dataset = datasets.Dataset(_table(path))
    datasets.disable_progress_bars()
    return _measured(lambda: dataset.save_to_disk(folder))


def parquet(path: str, target: str) -> dict[str, Any]:
    """Write a flat table as Parquet, compressed as we do it."""
    import pyarrow.parquet as pq

    table = _table(path)
    return _measured(lambda: pq.write_table(table, target, compression="zstd"))


def first_answer(name: str, query: str) -> dict[str, Any]:
    """Count a query's records in a process that has done nothing before."""
    import rubrix_widget as rb

    count = rb.count
    imported = time.perf_counter()
    found = count(name, query)
    answered = time.perf_counter()
    again = count(name, query)
    assert found == again
    return {
        "imports": imported - STARTED,
        "answer": answered - imported,
        "again": time.perf_counter() - answered,
        "count": found,
    }


def held(name: str) -> dict[str, Any]:
    """Tell the memory of a dataset that is open, after its first answer, and after every class."""
    import rubrix_widget as rb
    from bench import forms, ours
    from bench.machine import memory

    rb.count  # noqa: B018 - imported when first used
    found = {"imported": memory()}
    from rubrix_widget.home import active

    engine = active().dataset(name).engine()
    engine.select("film").order()
    found["opened"] = memory()
    choice = ours.choice(engine)
    asked = [*forms.text_queries(choice), *forms.structured_queries(choice)]
    for query in asked:
        ours.ask(engine, query.form)()
    found["asked"] = memory()
    for sort in ((), (("score", "desc"),), (("day", "asc"),)):
        ours.view(engine, ours.View(forms.Word(choice.common[0]), sort=sort))()
    found["paged"] = memory()
    return found


def analysis(name: str, work: str) -> dict[str, Any]:
    """Run an analysis of an open dataset: the first time with its memory, and five more."""
    import rubrix_widget as rb
    from rubrix_widget import analysis
    from rubrix_widget.home import active

    rb.log  # noqa: B018 - imported when first used
    measure = getattr(analysis, work)
    active().dataset(name).engine().select("predicted:ko").order()
    found = _measured(lambda: measure(name))
    again = [_measured(lambda: measure(name))["seconds"] for _ in range(5)]
    room = found["after"]["peak"] - found["before"].get("now", 0)
    return {"first": found["seconds"], "again": again, "memory": room if found["reset"] else 0}


def analysis_peer(path: str, work: str) -> dict[str, Any]:
    """Let another library do the work of an analysis; say why where it is not there."""
    from bench.peers.analyses import PEERS

    name, make = PEERS[work]
    try:
        action = make(_table(path))
    except ImportError as error:
        return {"name": name, "missing": f"not installed ({error})"}
    again = [_measured(action)["seconds"]]
    while len(again) < 5 and sum(again) < 10:
        again.append(_measured(action)["seconds"])
    return {"name": name, "again": again}


def _table(path: str) -> Any:
    import pyarrow.parquet as pq

    return pq.read_table(path)


def _measured(action: Callable[[], object]) -> dict[str, Any]:
    import pyarrow as pa

    from bench.machine import forget_peak, memory

    pa.default_memory_pool().release_unused()
    reset = forget_peak()
    before = memory()
    started = time.perf_counter()
    action()
    taken = time.perf_counter() - started
    return {"seconds": taken, "before": before, "after": memory(), "reset": reset}


JOBS = {
    job.__name__: job
    for job in (
        *(nothing, log, save_to_disk, parquet, first_answer, held),
        *(analysis, analysis_peer),
    )
}

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    print(json.dumps(JOBS[sys.argv[1]](*sys.argv[2:])))
