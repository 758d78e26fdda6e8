"""What the bundle weighs and contains."""

from __future__ import annotations

import gzip
import re

import pytest

from tests.frontend.fake import ROOT

STATIC = ROOT / "rubrix_widget" / "static"
BUDGET = 60_000  # bytes gzipped: sent, and saved, once for every explorer
CHARTS_BUDGET = 270_000  # sent once to a page, when a chart or an analysis is first seen
REPORT_BUDGET = 12_000  # bytes of a report's script and style together
SOURCES = ROOT / "js" / "src"
WAYS_OUT = (
    r"\beval\(",
    r"new Function",
    r"\bfetch\(",
    "XMLHttpRequest",
    r"WebSocket\(",
    r"\bconsole\.",
    "localStorage",
)


@pytest.fixture(scope="module")
def bundle() -> bytes:
    """Return the built bundle."""
    path = STATIC / "widget.js"
    if not path.is_file():
        pytest.fail("the front end is not built: run `make test`, or `npm run build` in js/")
    return path.read_bytes()


def test_weight(bundle: bytes) -> None:
    """The bundle stays within its budget."""
    assert len(gzip.compress(bundle, 9)) <= BUDGET


def test_no_way_out(bundle: bytes) -> None:
    """The bundle evaluates no text, loads nothing and writes nothing to the console."""
    text = bundle.decode()
    for word in (*WAYS_OUT, r"document\.querySelector", r"document\.getElementById"):
        assert not re.search(word, text), word
    assert len(re.findall(r"\bimport\(", text)) == 1  # of what draws charts, from a blob
    addresses = set(re.findall(r"https?://[^\"'`\s)]+", text))
    assert addresses <= {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xhtml",
        "http://www.w3.org/1998/Math/MathML",
    }


def test_the_charts_runtime_is_apart(bundle: bytes) -> None:
    """What draws charts is a bundle of its own, within its budget, and compiles no text."""
    path = STATIC / "charts.js"
    if not path.is_file():
        pytest.fail("the charts' runtime is not built: run `make test`, or `npm run build` in js/")
    charts = path.read_bytes()
    assert len(gzip.compress(charts, 9)) <= CHARTS_BUDGET
    assert not re.search(rb"\beval\(|\bFunction\(|\bimport\(|WebSocket\(|localStorage", charts)
    assert b"vega" not in bundle
    licences = (STATIC / "THIRD_PARTY_LICENSES_CHARTS.txt").read_text(encoding="utf-8")
    for name in ("vega-lite ", "vega-view ", "vega-interpreter ", "d3-scale "):
        assert re.search(rf"^{name}\d", licences, re.MULTILINE)


def test_the_reports_script_is_small_and_closed() -> None:
    """The script and style of a report are a few kilobytes, evaluate nothing and load nothing."""
    script = (STATIC / "report.js").read_text(encoding="utf-8")
    style = (STATIC / "report.css").read_text(encoding="utf-8")
    assert len((script + style).encode()) <= REPORT_BUDGET
    closing = r"</script|<!--|</style|@import|url\("
    for word in (*WAYS_OUT, r"\bimport\(", "https?://", closing):
        assert not re.search(word, script + style), word


def test_sources_never_read_html() -> None:
    """No source turns text into HTML."""
    for path in SOURCES.rglob("*.ts*"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|dangerously", text), path


def test_rooms_import_one_way() -> None:
    """helpers < state < records, query, shell, facets < widget; none imports another."""
    may = {
        "lib": {"lib", "protocol"},
        "state": {"state", "lib", "protocol"},
        **{
            room: {room, "state", "lib", "protocol"}
            for room in ("records", "query", "shell", "facets", "share", "charts")
        },
    }
    for path in SOURCES.rglob("*.ts*"):
        room = path.relative_to(SOURCES).parts[0]
        if room not in may:
            continue
        for target in re.findall(r'from "(\.[^"]+)"', path.read_text(encoding="utf-8")):
            reached = (path.parent / target).resolve().relative_to(SOURCES)
            assert reached.parts[0] in may[room], f"{path.name} imports {target}"


def test_only_the_runtime_is_imported_later() -> None:
    """Nothing but what the kernel sent, by its own blob address, is ever imported."""
    importing = {
        path.name: found
        for path in SOURCES.rglob("*.ts*")
        if (found := re.findall(r"\bimport\((.*?)\)", path.read_text("utf-8")))
    }
    assert importing == {"runtime.ts": ["url"]}


def test_only_one_file_touches_the_model() -> None:
    """Messages and traits go through the channel alone."""
    touching = {
        path.name
        for path in SOURCES.rglob("*.ts*")
        if re.search(r"\bmodel\.(get|set|send|on|off|save_changes)\b", path.read_text("utf-8"))
    }
    assert touching == {"channel.ts"}


def test_licences() -> None:
    """The notices of everything bundled ship with it."""
    text = (STATIC / "THIRD_PARTY_LICENSES.txt").read_text(encoding="utf-8")
    for name in ("preact ", "@preact/signals ", "@preact/signals-core "):
        assert re.search(rf"^{name}\d", text, re.MULTILINE)
    assert text.count("MIT License") >= 3
