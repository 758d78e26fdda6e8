"""Importing the package is quick, and loads nothing heavy before it is used."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HEAVY = {
    "altair",
    "anywidget",
    "datasets",
    "ipywidgets",
    "pandas",
    "pyarrow",
    "torch",
    "transformers",
    "vl_convert",
    "whoosh",
}


def loaded_by(code: str) -> tuple[set[str], float]:
    """Return the top-level modules that some code loads in a fresh process, and its seconds."""
    probe = (
        "import json, sys, time\n"
        "started = time.perf_counter()\n"
        f"{code}\n"
        "took = time.perf_counter() - started\n"
        "print(json.dumps([sorted({name.split('.')[0] for name in sys.modules}), took]))\n"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    names, took = json.loads(done.stdout.splitlines()[-1])
    return set(names), took


def test_import_loads_nothing_heavy():
    """`import rubrix_widget` leaves every heavy dependency alone."""
    assert loaded_by("import rubrix_widget")[0] & HEAVY == set()


def test_import_starts_no_thread():
    """Where a page is all there is, as in JupyterLite, no thread can be started."""
    counted = "import rubrix_widget, threading, sys\nassert threading.active_count() == 1"
    assert "rubrix_widget" in loaded_by(counted)[0]


def test_import_takes_less_than_half_a_second():
    """The best of three, so that a busy machine does not decide."""
    assert min(loaded_by("import rubrix_widget")[1] for _ in range(3)) < 0.5


@pytest.mark.parametrize(
    "code",
    [
        "import rubrix_widget as rb; rb.TextClassificationRecord(text='fine')",
        "import rubrix_widget as rb; rb.log",
        "import rubrix_widget as rb; rb.DatasetForTextClassification",
    ],
)
def test_using_records_loads_neither_datasets_nor_altair(code: str):
    """Only what is about Hugging Face datasets or charts loads those."""
    assert loaded_by(code)[0] & {"datasets", "altair", "vl_convert"} == set()


def test_what_the_page_draws_loads_no_altair():
    """Its import takes a second, and a first chart or analysis would wait for it."""
    code = (
        "import rubrix_widget as rb\n"
        "from rubrix_widget.analysis import scores\n"
        "from rubrix_widget.explorer import desks, linking\n"
        "one = rb.TextClassificationRecord(text='a', prediction=[('b', 0.9)], annotation='b')\n"
        "assert scores(rb.DatasetForTextClassification([one])).spec()['layer']"
    )
    names = loaded_by(code)[0]
    assert "rubrix_widget" in names
    assert "altair" not in names


def test_every_public_name_is_there():
    """Each name of `__all__` can be had, and an unknown one is an AttributeError."""
    import rubrix_widget

    for name in rubrix_widget.__all__:
        assert getattr(rubrix_widget, name) is not None
    assert set(rubrix_widget.__all__) <= set(dir(rubrix_widget))
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = rubrix_widget.no_such_name
