"""What people call is documented: each parameter, what comes back, what is raised, an example."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

MODULES = (
    "rubrix_widget",
    "rubrix_widget.analysis",
    "rubrix_widget.demo",
    "rubrix_widget.labeling.text_classification",
    "rubrix_widget.metrics.commons",
    "rubrix_widget.metrics.text_classification",
)
RAISES = re.compile(r"^ +raise \w+\(", re.M)


def public() -> dict[str, Callable[..., Any]]:
    """Return the public functions, and the methods of public classes, by their whole names."""
    found: dict[str, Callable[..., Any]] = {}
    for module in map(importlib.import_module, MODULES):
        for name in module.__all__:
            what = getattr(module, name)
            if inspect.isfunction(what):
                found[f"{module.__name__}.{name}"] = what
            elif inspect.isclass(what):
                found |= {f"{module.__name__}.{name}.{key}": one for key, one in methods(what)}
    return found


def methods(kind: type) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield the public methods that a class of ours has, its own and those of its parts."""
    ours = [one for one in kind.__mro__ if one.__module__.startswith("rubrix_widget")]
    for name in {name for one in ours for name in vars(one)}:
        method = inspect.unwrap(getattr(kind, name))
        if not name.startswith("_") and inspect.isroutine(method):
            yield name, getattr(method, "__func__", method)


def section(text: str, title: str) -> str:
    """Return a section of a docstring; empty where there is none."""
    found = re.search(rf"^{title}\n-+\n(.*?)(?=^\S[^\n]*\n-+\n|\Z)", text, re.M | re.S)
    return found[1] if found else ""


PUBLIC = public()


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_it_is_documented(name: str) -> None:
    """In the form of numpydoc; types may be in the signature alone."""
    function = PUBLIC[name]
    text = inspect.getdoc(function) or ""
    signature = inspect.signature(function)
    entries = re.findall(r"^(\S[^:\n]*)", section(text, "Parameters"), re.M)
    listed = {one.strip(" *") for entry in entries for one in entry.split(",")}
    given = signature.parameters.keys() - {"self", "cls"}
    assert {one for one in given if not one.startswith("_")} <= listed
    if signature.return_annotation not in (None, "None"):
        assert text.startswith("Return ") or section(text, "Returns")
    if RAISES.search(inspect.getsource(function)):
        assert section(text, "Raises")
    assert ">>>" in section(text, "Examples")


def test_there_are_some() -> None:
    """So many, that what is public is found."""
    assert {"rubrix_widget.log", "rubrix_widget.Explorer.relabel"} <= PUBLIC.keys()
    assert len(PUBLIC) > 80
