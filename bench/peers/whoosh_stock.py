"""Whoosh with its own codec, as people use it."""

from __future__ import annotations

from pathlib import Path

from whoosh import analysis, fields, index


def build(texts: list[str], folder: Path) -> None:
    """Index texts in a folder; no stop words, as in the other indexes."""
    words = analysis.RegexTokenizer(r"\w+") | analysis.LowercaseFilter()
    schema = fields.Schema(text=fields.TEXT(analyzer=words, phrase=True, stored=False))
    writer = index.create_in(str(folder), schema).writer(limitmb=512)
    for text in texts:
        writer.add_document(text=text)
    writer.commit()
