"""What is built and shipped is whole, and installs anywhere."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

import rubrix_widget

ROOT = Path(__file__).resolve().parents[2]
BUNDLE = {
    "rubrix_widget/static/widget.js",
    "rubrix_widget/static/charts.js",
    "rubrix_widget/static/report.js",
    "rubrix_widget/static/report.css",
    "rubrix_widget/static/THIRD_PARTY_LICENSES.txt",
    "rubrix_widget/static/THIRD_PARTY_LICENSES_CHARTS.txt",
}


def run(*command: object, **options: object) -> str:
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, check=False, **options
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def no_node(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return an environment in which neither node nor npm is found, nor this package's source."""
    tools = tmp_path_factory.mktemp("tools")
    for name in ("sh", "env", "git", "uname"):
        if found := shutil.which(name):
            (tools / name).symlink_to(found)
    outside = {name: one for name, one in os.environ.items() if name != "PYTHONPATH"}
    return {**outside, "PATH": str(tools), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, no_node: dict[str, str]) -> Path:
    """Build an sdist from this tree, and from it, without Node.js, a wheel."""
    if not (ROOT / "rubrix_widget" / "static" / "widget.js").is_file():
        pytest.fail("the front end is not built: run `make test`, or `npm run build` in js/")
    out = tmp_path_factory.mktemp("dist")
    build = (sys.executable, "-m", "build", "--no-isolation", "--outdir", out)
    run(*build, "--sdist", ROOT)
    with tarfile.open(next(out.glob("*.tar.gz"))) as archive:
        archive.extractall(out / "unpacked", filter="data")
    run(*build, "--wheel", next((out / "unpacked").iterdir()), env=no_node)
    return out


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    return next(built.glob("*.whl"))


def test_the_wheel_has_all_it_needs_and_no_more(wheel: Path):
    """The bundle, the type marker and the licences are inside; tests and sources of it are not."""
    names = set(zipfile.ZipFile(wheel).namelist())
    assert BUNDLE | {"rubrix_widget/py.typed", "rubrix_widget/demo/words.py"} <= names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    tops = {name.split("/")[0] for name in names}
    assert tops == {"rubrix_widget", f"rubrix_widget-{rubrix_widget.__version__}.dist-info"}
    assert not [name for name in names if "/test" in name or name.endswith((".tsx", ".pyc"))]


def test_the_sdist_has_the_bundle_and_its_sources(built: Path):
    """What the bundle is made from is there too, and nothing that the tree happens to hold."""
    names = {path.relative_to(built / "unpacked") for path in (built / "unpacked").rglob("*")}
    inside = {"/".join(name.parts[1:]) for name in names}
    sources = {"js/src/widget.tsx", "js/package-lock.json", "hatch_build.py"}
    assert BUNDLE | sources | {"js/charts/src/runtime.ts", "js/charts/package-lock.json"} <= inside
    assert not [name for name in inside if name.startswith((".venv", "tests"))]
    assert not [name for name in inside if "node_modules" in name]


def test_the_wheel_installs_without_node(wheel: Path, tmp_path: Path, no_node: dict[str, str]):
    """A fresh environment without Node.js installs the wheel and finds the bundle in it."""
    venv.create(tmp_path / "fresh", with_pip=False)
    python = tmp_path / "fresh" / "bin" / "python"
    target = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip()
    run(
        *(sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index"),
        *("-q", wheel),
        env=no_node,
    )
    # What the package depends on is lent by this environment.
    own = run(
        sys.executable, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"
    ).strip()
    (Path(target) / "lent.pth").write_text(f"import sys; sys.path.append({own!r})\n")
    code = (
        "import pathlib, rubrix_widget as rb\n"
        "folder = pathlib.Path(rb.__file__).parent\n"
        "print(rb.__version__, folder, (folder / 'static' / 'widget.js').stat().st_size > 1000)\n"
        "print(rb.TextClassificationRecord(text='fine').text)\n"
    )
    said = run(python, "-c", code, env=no_node, cwd=tmp_path).split()
    assert said == [rubrix_widget.__version__, str(Path(target) / "rubrix_widget"), "True", "fine"]


def test_a_clone_without_node_says_what_is_missing(tmp_path: Path, no_node: dict[str, str]):
    """Building from a clone without Node.js fails with a sentence that says what to install."""
    clone = tmp_path / "clone"
    for name in ("js", "rubrix_widget"):
        shutil.copytree(
            ROOT / name, clone / name, ignore=shutil.ignore_patterns("node_modules", "static")
        )
    for name in ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE", "CHANGELOG.md"):
        shutil.copy(ROOT / name, clone)
    done = subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--wheel", clone],
        capture_output=True,
        text=True,
        check=False,
        env=no_node,
    )
    assert done.returncode != 0
    assert "needs Node.js 20 or newer" in done.stdout + done.stderr


def test_one_version_everywhere():
    """Python package, front end and changelog name the same version."""
    version = rubrix_widget.__version__
    package = json.loads((ROOT / "js" / "package.json").read_text())
    assert package["version"] == version
    assert f"\n## [{version}]" in (ROOT / "CHANGELOG.md").read_text()
