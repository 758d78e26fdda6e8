"""Many conditions beside each other, as programs write them, answered together."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from operator import attrgetter

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from rubrix_widget.engine.fields import Field
from rubrix_widget.engine.view import SomeRecords, View
from rubrix_widget.index import Corpus, Hits, single_words
from rubrix_widget.query import tree

MANY = 64  # conditions beside each other from which on they are answered together
_ASKED = {
    kind: attrgetter(
        "__class__",
        *(
            one.name
            for one in dataclasses.fields(kind)
            if not one.name.endswith("span") and one.name not in ("field", "continues")
        ),
    )
    for kind in tree.Leaf.__subclasses__()
}
_FIRST = 20  # of them are answered one by one all the same, for what notes there are to make


def at_once(
    children: Sequence[tree.Node],
    fields: Mapping[str, Field],
    view: View | SomeRecords,
    corpus: Corpus,
    *,
    every: bool,
) -> tuple[list[Hits], list[tree.Node]]:
    """Answer plain words and values on the same field together.

    Parameters
    ----------
    children
        Nodes of which all (``every``) or any must match.

    Returns
    -------
    tuple of list
        What was answered, and the nodes that are left to be answered one by one, each once.
    """
    answered: list[Hits] = []
    groups: dict[str, list[tree.Term]] = {}
    rest: list[tree.Node] = []
    seen: set[object] = set()
    for child in children:
        if isinstance(child, tree.Leaf):
            # of words, the commonest by far, the text alone says it
            key: object = (
                child.field,
                child.text if isinstance(child, tree.Term) else leaf_key(child),
            )
            if key in seen:
                continue
            seen.add(key)
            name = child.field or "text"
            if isinstance(child, tree.Term) and _may_join(fields.get(name), every=every):
                groups.setdefault(name, []).append(child)
                continue
        rest.append(child)
    for name, terms in groups.items():
        alone = _FIRST if len(terms) >= MANY else len(terms)
        rest += terms[:alone]
        terms = terms[alone:]
        if not terms:
            continue
        if fields[name].kind == "text":
            words = single_words([term.text for term in terms], name)
            rest += [term for term, word in zip(terms, words, strict=True) if word is None]
            known = list(dict.fromkeys(word for word in words if word is not None))
            if known:
                answered.append(corpus.hits_of_words(known, name, every=every))
        else:
            source = view.keywords(fields[name])
            wanted = pa.array([term.text for term in terms if _is_text(term.text)])
            hit = pc.is_in(source.values, value_set=wanted.cast(source.values.type))
            answered.append(source.spread(np.asarray(pc.fill_null(hit, False))))
    return answered, rest


def leaf_key(leaf: tree.Leaf) -> object:
    """Return what a condition asks for, without its field and its place in the query."""
    return _ASKED[type(leaf)](leaf)


def _may_join(field: Field | None, *, every: bool) -> bool:
    """Tell whether values of a field can be looked up together.

    Where each record has one value, no two of them are ever there at once; and a field of few
    known values refuses all others by name.
    """
    if field is None:
        return False
    if field.kind == "text":
        return True
    few = field.name.partition("@")[0] in ("predicted", "status")
    return field.kind == "keyword" and not few and not every


def _is_text(value: str) -> bool:
    """Tell whether a value can be stored: half of a character cannot."""
    return not any("\ud800" <= c < "\ue000" for c in value)
