"""Both halves of the protocol say the same, in files of the same names."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path
from typing import Any, get_type_hints, is_typeddict

import pytest

from rubrix_widget.explorer import protocol
from rubrix_widget.explorer.protocol import limits

SOURCES = Path(__file__).parents[2] / "js" / "src"
MAIN = "__init__"
TYPE = re.compile(r"^export type (\w+)(?:<.*>)? =(?: (\w+) &)? \{\n(.*?)^\}", re.M | re.S)
INLINE = {"Response", "FieldInfo"}  # which the page has no such type of


def page_types() -> dict[str, tuple[str, set[str]]]:
    """Return the object types of the page's half: where each stands, and its fields."""
    types: dict[str, tuple[str, set[str]]] = {}
    for path in (*sorted((SOURCES / "protocol").glob("*.ts")), SOURCES / "protocol.ts"):
        room = MAIN if path.name == "protocol.ts" else path.stem
        for name, joined, body in re.findall(
            r"^export type (\w+)(?:<.*>)? =(?: (\w+) &)? \{\n(.*?)^\}",
            path.read_text(),
            re.M | re.S,
        ):
            fields = set(re.findall(r"^  (\w+)\??:", body, re.M))
            types[name] = room, fields | types.get(joined, ("", set()))[1]
    return types


def kernel_types() -> dict[str, tuple[str, Any]]:
    """Return the messages of the kernel's half, and where each stands."""
    names = [one.name for one in pkgutil.iter_modules(protocol.__path__, protocol.__name__ + ".")]
    found = [
        one
        for module in (protocol, *map(importlib.import_module, names))
        for one in vars(module).values()
        if is_typeddict(one)
    ]
    package = protocol.__name__
    return {
        one.__name__: (one.__module__.removeprefix(package).lstrip(".") or MAIN, one)
        for one in found
    }


PAGE, KERNEL = page_types(), kernel_types()


@pytest.mark.parametrize("name", sorted(PAGE.keys() & KERNEL.keys()))
def test_a_message_has_the_same_fields(name: str) -> None:
    """In Python and in TypeScript, and in files of one name."""
    (room, fields), (module, message) = PAGE[name], KERNEL[name]
    assert fields == set(get_type_hints(message))
    assert room == module


def test_every_message_of_the_kernel_is_one_of_the_page() -> None:
    """And there are so many that the comparison is worth something."""
    assert KERNEL.keys() - INLINE <= PAGE.keys()
    assert len(KERNEL) > 60


def test_the_methods_are_the_same() -> None:
    """Both halves know the same methods, and the same number of the protocol."""
    assert PAGE["Methods"][1] == set(protocol.METHODS)
    assert f"PROTOCOL = {protocol.PROTOCOL};" in (SOURCES / "protocol.ts").read_text()


def test_both_halves_have_the_same_limits() -> None:
    """What the page lets a person write is what the kernel accepts."""
    text = (SOURCES / "state" / "limits.ts").read_text()
    assert f"MAX_COMMENT = {limits.MAX_COMMENT:_}" in text
    assert f"MAX_REASON = {limits.MAX_REASON:_}" in text
