"""Build the front end when the package is built from a clone.

A wheel or sdist has the bundle inside and needs no Node.js. In a clone it is git-ignored, and
made when it is missing or older than its sources, told by a hash of them.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).parent
JS = ROOT / "js"
STATIC = ROOT / "rubrix_widget" / "static"
BUNDLE = (
    "widget.js",
    "charts.js",
    "report.js",
    "report.css",
    "THIRD_PARTY_LICENSES.txt",
    "THIRD_PARTY_LICENSES_CHARTS.txt",
)
STAMP = STATIC / "sources.sha256"


def source_hash() -> str:
    """Return a hash of everything the bundle is made from."""
    digest = hashlib.sha256()
    own = [JS / "package.json", JS / "package-lock.json", JS / "build.mjs"]
    charts = sorted(path for path in (JS / "charts").iterdir() if path.is_file())
    rooms = (JS / "charts" / "src", JS / "src")
    files = [path for room in rooms for path in sorted(room.rglob("*")) if path.is_file()]
    for path in [*own, *charts, *files]:
        digest.update(path.relative_to(JS).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def is_current() -> bool:
    """Return whether the bundle is there and made from these sources."""
    whole = all((STATIC / name).is_file() for name in BUNDLE)
    return whole and STAMP.is_file() and STAMP.read_text() == source_hash()


def build() -> None:
    """Make the bundle."""
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit(
            "rubrix-widget: building from a clone needs Node.js 20 or newer with npm on the PATH "
            "(apt-get install nodejs npm). A wheel or an sdist installs without it."
        )
    for folder, needed in ((JS, "esbuild"), (JS / "charts", "vega-lite")):
        if not (folder / "node_modules" / needed).is_dir():
            install = [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
            subprocess.run(install, cwd=folder, check=True)
    subprocess.run([npm, "run", "--silent", "build"], cwd=JS, check=True)
    missing = [name for name in BUNDLE if not (STATIC / name).is_file()]
    if missing:
        raise SystemExit(f"rubrix-widget: the front-end build left no {', '.join(missing)}")
    STAMP.write_text(source_hash())


class BundleHook(BuildHookInterface[Any]):
    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        from_clone = JS.is_dir() and (JS / "build.mjs").is_file()
        if os.environ.get("RUBRIX_WIDGET_SKIP_JS") != "1" and from_clone and not is_current():
            build()


if __name__ == "__main__" and not is_current():
    build()
