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


def loaded_by(code: str) -> set[str]:
    """Return the modules that some code loads in a fresh process, by their whole names."""
    probe = f"import json, sys\n{code}\nprint(json.dumps(sorted(sys.modules)))\n"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_import_loads_nothing_heavy():
    """`import rubrix_widget` leaves every heavy dependency alone."""
    assert loaded_by("import rubrix_widget") & HEAVY == set()


def test_import_starts_no_thread():
    """Where a page is all there is, as in JupyterLite, no thread can be started."""
    counted = "import rubrix_widget, threading, sys\nassert threading.active_count() == 1"
    assert "rubrix_widget" in loaded_by(counted)


def test_import_loads_next_to_nothing():
    """Beside the standard library only the public names, each with where it is to be found."""
    loaded = loaded_by("import rubrix_widget") - loaded_by("pass")
    assert {name for name in loaded if name.startswith("rubrix_widget")} == {
        "rubrix_widget",
        "rubrix_widget._version",
    }
    assert len(loaded) < 100


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
    assert loaded_by(code) & {"datasets", "altair", "vl_convert"} == set()


def test_what_the_page_draws_loads_no_altair():
    """Its import takes a second, and a first chart or analysis would wait for it."""
    code = (
        "import rubrix_widget as rb\n"
        "from rubrix_widget.analysis import scores\n"
        "from rubrix_widget.explorer import desks, linking\n"
        "one = rb.TextClassificationRecord(text='a', prediction=[('b', 0.9)], annotation='b')\n"
        "assert scores(rb.DatasetForTextClassification([one])).spec()['layer']"
    )
    names = loaded_by(code)
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
