"""The file of a patch, read line by line and believed in nothing."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from rubrix_widget.columns import STATUSES, VERDICTS
from rubrix_widget.edits.changes import MAX_COMMENT, is_label, is_text
from rubrix_widget.errors import PatchError
from rubrix_widget.patches.patch import (
    ABOUT,
    FIELDS,
    FORMAT,
    VERSION,
    Correction,
    Difference,
    Patch,
    Value,
)

_HASH: Final = re.compile("[0-9a-f]{32}")
_MARK: Final = re.compile(r"<<<<<<<|=======|>>>>>>>")
_HEAD: Final = ("format", "version", "dataset", "multi_label")


class _LineError(ValueError):
    """What is wrong with a line."""


def read(path: str | os.PathLike[str]) -> Patch:
    """Read the file of a patch.

    Raises
    ------
    PatchError
        A line that is none of a patch; the message has its number.
    OSError
        The file cannot be read.
    """
    file = Path(path).expanduser()
    lines = file.read_bytes().removeprefix(b"\xef\xbb\xbf").split(b"\n")
    if lines[-1] == b"":
        lines.pop()
    head: dict[str, Any] = {}
    corrections: list[Correction] = []
    places: dict[tuple[str, str], int] = {}
    for number, line in enumerate(lines or [b""], start=1):
        try:
            content = _object(line.removesuffix(b"\r"))
            if number == 1:
                head = _head(content)
                continue
            one = _correction(content, head["multi_label"])
            first = places.setdefault(one.key, number)
            if first != number:
                raise _LineError(f"the record {one.id!r} is that of line {first} already")
        except _LineError as error:
            raise PatchError(f"{file.name}, line {number}: {error}. Nothing was changed") from None
        corrections.append(one)
    return Patch(corrections, head["dataset"], head["multi_label"])


def _object(line: bytes) -> dict[str, Any]:
    try:
        text = line.decode()
        if _MARK.match(text):
            raise _LineError("a conflict of a version control system; resolve it first")
        content = json.loads(text, object_pairs_hook=_once)
    except _LineError:
        raise
    except (ValueError, RecursionError) as error:  # no UTF-8, no JSON, a number of 5,000 digits
        raise _LineError(f"no JSON ({error})") from None
    if not isinstance(content, dict):
        raise _LineError(f"a {type(content).__name__}; a patch has an object on each line")
    return content


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _LineError("a name stands twice in one object")
    return found


def _head(content: dict[str, Any]) -> dict[str, Any]:
    if content.get("format") != FORMAT:
        raise _LineError(f'no patch; the first line of one has "format": {json.dumps(FORMAT)}')
    if content.get("version") != VERSION:
        raise _LineError(
            f"version {content.get('version')!r} of the format; this version of rubrix_widget "
            f"reads {VERSION}. Upgrade rubrix_widget"
        )
    _only(content, _HEAD, _HEAD)
    if not isinstance(content["dataset"], str) or not isinstance(content["multi_label"], bool):
        raise _LineError("dataset is to be text, and multi_label true or false")
    return content


def _correction(content: dict[str, Any], multi_label: bool) -> Correction:
    _only(content, ("id", "text_hash"), ("id", "text_hash", "text", *FIELDS, *ABOUT))
    for name in ("id", "text_hash", "text", *ABOUT):
        _text(name, content.get(name, ""))
    if not _HASH.fullmatch(content["text_hash"]):
        raise _LineError(f"text_hash is {content['text_hash']!r}; it has 32 hexadecimal digits")
    changes: dict[str, Difference] = {
        name: _difference(name, content[name], multi_label) for name in FIELDS if name in content
    }
    if not changes:
        raise _LineError(f"nothing is changed; a line has some of {', '.join(FIELDS)}")
    about = {name: content.get(name) for name in ABOUT}
    return Correction(
        content["id"], content["text_hash"], content.get("text", ""), changes, **about
    )


def _difference(name: str, value: Any, multi_label: bool) -> Difference:
    if not isinstance(value, dict):
        raise _LineError(f'{name} is to be {{"old": …, "new": …}}')
    _only(value, ("old", "new"), ("old", "new"))
    return Difference(*(_value(name, value[one], multi_label) for one in ("old", "new")))


def _value(name: str, value: Any, multi_label: bool) -> Value:
    if name == "status":
        if value not in STATUSES:
            raise _LineError(f"{value!r} is no status; there are {', '.join(STATUSES)}")
        return str(value)
    if value is None:
        return None
    if name == "annotation":
        return _annotation(value, multi_label)
    text = _text(name, value)
    if name == "comment" and (len(text) > MAX_COMMENT or not text.strip()):
        raise _LineError(f"a comment has 1 to {MAX_COMMENT:,} characters, and some that show")
    if name == "verdict" and text not in VERDICTS:
        raise _LineError(f"{text!r} is no verdict; there are {', '.join(VERDICTS)}, or null")
    return text


def _annotation(value: Any, multi_label: bool) -> Value:
    labels = value if multi_label else [value]
    if isinstance(labels, list) and all(map(is_label, labels)) and len({*labels}) == len(labels):
        return tuple(sorted(labels)) if multi_label else str(value)
    wanted = "a list of different labels" if multi_label else "a label"
    raise _LineError(f"{value!r} is no annotation; it is {wanted}, or null")


def _text(name: str, value: Any) -> str:
    if not is_text(value):
        raise _LineError(f"{name} is {value!r}; it is to be text")
    return str(value)


def _only(content: dict[str, Any], needed: Iterable[str], known: Iterable[str]) -> None:
    for name in needed:
        if name not in content:
            raise _LineError(f"{name} is missing")
    for name in content:
        if name not in known:
            raise _LineError(f"{name!r} is unknown; there are {', '.join(known)}")
