"""The repository is in order: nothing of one machine in it, and documents that keep up."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import rubrix_widget

ROOT = Path(__file__).resolve().parents[2]
MACHINE = re.compile(
    r"/(?:home|root|Users|work|opt)/[a-z]|[a-z0-9.-]*(?:artifactory|nexus|pypi|npmjs)[a-z0-9-]*\.[a-z]{2,}"
)
# This file names what it looks for.
ALLOWED = {"tests/project/test_repository.py"}
BINARY = {".png", ".parquet", ".ico", ".gz"}


def git(*arguments: str) -> str:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git clone")
    return subprocess.run(
        ["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout


def tracked() -> list[str]:
    return [name for name in git("ls-files").splitlines() if (ROOT / name).is_file()]


def test_nothing_of_one_machine_is_committed():
    """No tracked file has a path of somebody's machine or the address of a package registry."""
    found = [
        f"{name}:{number}: {match[0]}"
        for name in tracked()
        if name not in ALLOWED and Path(name).suffix not in BINARY
        for number, line in enumerate((ROOT / name).read_text("utf-8").splitlines(), 1)
        if (match := MACHINE.search(line))
    ]
    assert found == []


def test_what_is_built_is_not_committed():
    """Bundles, environments and results stay out."""
    made = ("rubrix_widget/static/", ".venv/", "js/node_modules/", "dist/", "tests/screenshots/")
    assert [name for name in tracked() if name.startswith(made)] == []


def test_the_lock_file_has_no_addresses():
    """Any registry can serve it; and it is for this package and version."""
    lock = json.loads((ROOT / "js" / "package-lock.json").read_text())
    assert [name for name, package in lock["packages"].items() if "resolved" in package] == []
    assert lock["version"] == rubrix_widget.__version__


def test_constraints_name_versions_only():
    """Each line is a comment or a name and one version."""
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    assert [line for line in lines if not re.fullmatch(r"#.*|[A-Za-z0-9._-]+==[^\s;]+", line)] == []


@pytest.mark.parametrize("name", ["notebooks/sst2.ipynb"])
def test_notebooks_are_committed_without_results(name: str):
    """No outputs and no counts, so that a change to a notebook is a change to its cells."""
    notebook = json.loads(git("show", f":{name}"))
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert [cell["id"] for cell in cells if cell["outputs"] or cell["execution_count"]] == []
    assert "widgets" not in notebook["metadata"]


def test_documents_know_every_public_name_and_command():
    """README, CONTRIBUTING or CHANGELOG mention each public name and each make command."""
    names = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")
    text = "\n".join((ROOT / name).read_text() for name in names)
    words = set(re.findall(r"[A-Za-z_]\w*", text))
    public = {name for name in rubrix_widget.__all__ if not name.startswith("__")}
    assert sorted(public - words) == []
    commands = re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert [command for command in commands if f"make {command}" not in text] == []


def test_make_alone_prints_the_commands():
    """Each with a word on what it does."""
    said = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for command in ("demo", "test", "test-pipelines", "bench", "lint", "build", "clean"):
        assert re.search(rf"^  {command} +\w", said, re.MULTILINE)


def test_continuous_integration_runs_make_test():
    """`.ci/run` is a program that calls `make test`."""
    program = ROOT / ".ci" / "run"
    assert os.access(program, os.X_OK)
    assert "make test" in program.read_text()


def test_imports_go_one_way():
    """The contracts in pyproject.toml hold, and only one room imports whoosh and one altair."""
    linter = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([linter], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    for library, room in (("whoosh", "index"), ("altair", "charts")):
        pattern = re.compile(rf"^\s*(?:import|from) {library}\b", re.MULTILINE)
        sources = (ROOT / "rubrix_widget").rglob("*.py")
        importing = {
            p.relative_to(ROOT / "rubrix_widget") for p in sources if pattern.search(p.read_text())
        }
        outside = {str(p) for p in importing if p.parts[0].removesuffix(".py") != room}
        assert outside == set()
