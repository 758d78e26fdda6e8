"""What the page knows of a dataset without asking."""

from __future__ import annotations

import hashlib
import json

from rubrix_widget.engine import Engine
from rubrix_widget.explorer import layout, runtime
from rubrix_widget.explorer.protocol import PROTOCOL, Config


def config_of(engine: Engine, name: str, title: str) -> Config:
    """Return labels, fields and columns of a dataset, for the page.

    The ``token`` changes where a view of the dataset can no longer be taken up again; ``runtime``
    names the bundle that draws charts and shows analyses.
    """
    fields = engine.fields.values()
    inputs = list(engine.columns.logged.input_names)
    return {
        "name": name,
        "title": title,
        "total": engine.n,
        "labels": engine.labels,
        "multi_label": engine.multi_label,
        "fields": [{"name": field.name, "kind": field.kind} for field in fields],
        "columns": layout.available(engine),
        "inputs": inputs,
        "protocol": PROTOCOL,
        "token": fingerprint(engine, name),
        "runtime": runtime.name(),
        "agents": list(engine.columns.logged.predicting),
    }


def fingerprint(engine: Engine, name: str) -> str:
    """Return what tells the datasets apart that a view can be taken up in."""
    inputs = list(engine.columns.logged.input_names)
    seen = json.dumps([name, inputs, engine.multi_label])
    return hashlib.sha256(seen.encode()).hexdigest()[:16]
