"""Whoosh with its own codec, as people use it."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
from whoosh import analysis, fields, index


def build(texts: pa.ChunkedArray, folder: Path) -> None:
    """Index texts in a folder; no stop words, as in the other indexes."""
    words = analysis.RegexTokenizer(r"\w+") | analysis.LowercaseFilter()
    schema = fields.Schema(text=fields.TEXT(analyzer=words, phrase=True, stored=False))
    writer = index.create_in(str(folder), schema).writer(limitmb=512)
    for chunk in texts.chunks:
        for text in chunk.to_pylist():
            writer.add_document(text=text)
    writer.commit()
