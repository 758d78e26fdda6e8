"""Measure, and write ``docs/benchmarks.md``: ``python -m bench [group …] [options]``.

Each group of rows runs in a process of its own, so that what one leaves in memory does not meet the
next, and one that fails leaves the others to be measured. It never fails on time.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench import report
from bench.machine import machine, versions
from bench.rows import GROUPS
from bench.setting import Setting

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "benchmarks.md"
QUICK = 0.02


def main(arguments: list[str] | None = None) -> int:
    """Measure the groups asked for; write the page, or print it where it is not the whole."""
    given = _parser().parse_args(arguments)
    unknown = set(given.groups) - set(GROUPS)
    if unknown:
        raise SystemExit(f"no group {', '.join(sorted(unknown))}; there are: {', '.join(GROUPS)}")
    if given.only_page and given.folder is None:
        raise SystemExit("--only-page writes the page from kept results: name their --folder")
    if given.measure:
        return _measure(given)
    with tempfile.TemporaryDirectory(prefix="bench-") as temporary:
        folder = (given.folder or Path(temporary)).absolute()
        (folder / "results").mkdir(parents=True, exist_ok=True)
        if not given.only_page:
            for group in given.groups or GROUPS:
                _one_group(group, given, folder)
        return _page(folder, given.page)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("groups", nargs="*", help=f"of: {', '.join(GROUPS)}; none is all")
    parser.add_argument(
        "--quick", action="store_const", dest="scale", const=QUICK, help="small sizes"
    )
    parser.add_argument("--scale", type=float, help="share of the full sizes")
    parser.add_argument("--folder", type=Path, help="keep data, datasets and results here")
    parser.add_argument("--page", type=Path, help="write the page here")
    parser.add_argument("--only-page", action="store_true", help="write it from kept results")
    parser.add_argument("--whole-whoosh", action="store_true", help="stock Whoosh at full size too")
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    parser.set_defaults(scale=1.0)
    return parser


def _one_group(group: str, given: argparse.Namespace, folder: Path) -> None:
    """Measure a group in a process of its own; what it found is in a file afterwards."""
    command = [sys.executable, "-m", "bench", group, "--measure", "--folder", str(folder)]
    command += ["--scale", str(given.scale)] + ["--whole-whoosh"] * given.whole_whoosh
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {
        **os.environ,
        "RUBRIX_WIDGET_HOME": str(folder / "home"),
        "PYTHONPATH": os.pathsep.join(paths),
    }
    print(f"{group} …", end=" ", file=sys.stderr, flush=True)
    started = time.perf_counter()
    result = _result(folder, group)
    result.unlink(missing_ok=True)
    code = subprocess.run(command, env=environment, check=False).returncode
    if code != 0:
        why = f"its process ended with {code}; see what it printed"
        result.write_text(json.dumps({"error": why}))
    print(f"{time.perf_counter() - started:.0f} s", file=sys.stderr, flush=True)


def _measure(given: argparse.Namespace) -> int:
    (group,) = given.groups
    before, started = os.getloadavg()[0], time.perf_counter()
    setting = Setting(given.folder, given.scale, given.whole_whoosh)
    found = importlib.import_module(f"bench.rows.{group}").measure(setting)
    about = {
        "machine": machine(),
        "versions": versions(),
        "scale": given.scale,
        "seconds": time.perf_counter() - started,
        "load": [before, os.getloadavg()[0]],
    }
    _result(given.folder, group).write_text(json.dumps({"about": about, "found": found}))
    return 0


def _result(folder: Path, group: str) -> Path:
    return folder / "results" / f"{group}.json"


def _page(folder: Path, target: Path | None) -> int:
    found = {
        name: json.loads(_result(folder, name).read_text())
        for name in GROUPS
        if _result(folder, name).exists()
    }
    text = report.written(found)
    failed = any("error" in one for one in found.values())
    if target is None and not failed and report.is_whole(found):
        target = PAGE
    if target is None:
        print(text)
    else:
        target.write_text(text, encoding="utf-8")
        print(f"written: {target}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
