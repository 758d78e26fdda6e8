"""Forms as conditions on a text's words with a space around each, for those that scan."""

from __future__ import annotations

import re

from bench import forms
from bench.peers import CannotAskError

_LETTER = "[^ ]"


def condition(form: forms.Text) -> tuple[str, bool]:
    """Return what to look for, and whether it is a regular expression rather than plain text."""
    match form:
        case forms.Word(text):
            return f" {text} ", False
        case forms.Phrase(words):
            return f" {' '.join(words)} ", False
        case forms.Prefix(text):
            return f" {text}", False
        case forms.Like(pattern):
            inner = pattern.strip("*")
            if pattern == f"*{inner}*" and not re.search(r"[*?]", inner):
                return inner, False
            return f" {pattern.replace('*', f'{_LETTER}*').replace('?', _LETTER)} ", True
        case forms.Regex(pattern):
            return f" {pattern.replace('.', _LETTER)} ", True
        case forms.Span(low, high) if len(low) == len(high) == 1:
            return f" (?:[{low}-{chr(ord(high) - 1)}]|{high} )", True
        case forms.Near((one, other), slop) if one != other and slop >= 2:
            ahead, behind = f"(?:{_LETTER}+ ){{0,{slop}}}", f"(?:{_LETTER}+ ){{0,{slop - 2}}}"
            return f" (?:{one} {ahead}{other}|{other} {behind}{one}) ", True
        case forms.Near((one, other), slop):
            return f" {one} (?:{_LETTER}+ ){{0,{slop}}}{other} ", True
    raise CannotAskError(f"no {type(form).__name__.lower()} of this kind in a scan")
