r"""Backslashes: ``\:`` is a plain colon, ``\u00e9`` a character by its number."""

from __future__ import annotations

import re

from ..errors import QuerySyntaxError

LONE_BACKSLASH = "a backslash needs a character after it (write \\\\ for a plain backslash)"
_HEX = re.compile(r"[0-9a-fA-F]{4}")
_SURROGATES = re.compile("[\ud800-\udfff]")


def unescape(text: str, start: int, end: int) -> str:
    """Return the characters meant by ``text[start:end]``."""
    if text.find("\\", start, end) < 0:
        return text[start:end]
    return _unescape(text, start, end, keep=False)


def unescape_pattern(text: str, start: int, end: int) -> str:
    """Do the same for a wildcard pattern: a backslash stays before ``*``, ``?`` and itself."""
    return _unescape(text, start, end, keep=True)


def _unescape(text: str, start: int, end: int, *, keep: bool) -> str:
    place = text.find("\\", start, end)
    if place < 0:
        return text[start:end]
    parts: list[str] = []
    first = place
    while place >= 0:
        parts.append(text[start:place])
        if place + 1 == end:
            raise QuerySyntaxError(LONE_BACKSLASH, text, place, end)
        if text[place + 1] == "u":
            found = _HEX.match(text, place + 2, end)
            if found is None:
                raise QuerySyntaxError(
                    "\\u needs four hexadecimal digits, like \\u00e9 (write \\\\u for a plain "
                    "backslash and u)",
                    text,
                    place,
                    min(place + 6, end),
                )
            character, start = chr(int(found[0], 16)), place + 6
        else:
            character, start = text[place + 1], place + 2
        if keep and character in "*?\\":
            character = "\\" + character
        parts.append(character)
        place = text.find("\\", start, end)
    parts.append(text[start:end])
    joined = "".join(parts)
    if _SURROGATES.search(joined):
        try:  # two escapes may make one character beyond U+FFFF
            joined = joined.encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError:
            at = text.find("\\u", first, end)
            raise QuerySyntaxError(
                "half of a character: \\ud83d needs its other half, like \\ud83d\\ude00",
                text,
                at,
                at + 6,
            ) from None
    return joined
