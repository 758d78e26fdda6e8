"""What words that no record has may have been meant to be."""

from __future__ import annotations

from collections.abc import Sequence

from rubrix_widget.index import Corpus, Suggestion, suggestions

_NOTED = 3  # words a person is told of


def meant(corpus: Corpus, field: str, words: Sequence[str]) -> str:
    """Ask whether like words were meant that some record has; empty where there are none.

    Parameters
    ----------
    corpus
        The dataset's words.
    field
        The text field that the words were looked for in.
    words
        As the field's analyzer leaves them.
    """
    if field not in corpus.fields:
        return ""
    of_each = 2 if len(words) == 1 else 1
    near = [one for word in words[:_NOTED] for one in suggestions(corpus[field], word, of_each)]
    said = " or ".join(f"*{one.word}* ({_records(one)})" for one in near)
    return f"; did you mean {said}?" if near else ""


def _records(one: Suggestion) -> str:
    return f"{one.records:,} record{'' if one.records == 1 else 's'}"
