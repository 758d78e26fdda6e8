"""A view in a line of letters: to send, to put into an address, and to take up again.

``rbx1.`` and base64url of a checksum and deflated JSON: the dataset's name and fingerprint, and the
state of an explorer. No records are in it, and nothing in it is ever executed.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import zlib
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit, urlunsplit

from rubrix_widget.explorer import checks
from rubrix_widget.explorer.protocol import RequestError
from rubrix_widget.explorer.protocol.limits import MAX_STRING, MAX_TOKEN

PREFIX: Final = "rbx1."
KEY: Final = "rbx"  # in the fragment of an address: #rbx=rbx1.…
_MAX_JSON = 4 << 20  # bytes unpacked: filters and a query as long as they may be
_CHECKSUM = 4  # bytes
_ANY_VERSION = re.compile(r"rbx[0-9]+\.")


class Shared(NamedTuple):
    """What a token says: the dataset's name and fingerprint, and the explorer's state."""

    dataset: str
    fingerprint: str
    state: dict[str, Any]


def encode(shared: Shared) -> str:
    """Return a view as a token.

    Raises
    ------
    RequestError
        It is too large to be sent so.

    Examples
    --------
    >>> token = encode(Shared("films", "0123", {"query": "fine"}))
    >>> token[:5], decode(token)
    ('rbx1.', Shared(dataset='films', fingerprint='0123', state={'query': 'fine'}))
    """
    plain = json.dumps(shared._asdict(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = packer.compress(plain.encode()) + packer.flush()
    content = zlib.crc32(packed).to_bytes(_CHECKSUM, "big") + packed
    token = PREFIX + base64.urlsafe_b64encode(content).decode("ascii").rstrip("=")
    if len(token) > MAX_TOKEN or len(plain.encode()) > _MAX_JSON:
        raise RequestError(
            f"the view is too large for a link: {len(token):,} characters, at most {MAX_TOKEN:,}. "
            f"Shorten its query or filters, or save it under a name: ex.save_view(…)"
        )
    return token


def decode(value: object) -> Shared:
    """Read a token, or an address that has one in its fragment.

    Raises
    ------
    RequestError
        It is none, was changed on the way, or is of a newer version.

    Examples
    --------
    >>> decode("rbx1.AAAA")
    Traceback (most recent call last):
    ...
    rubrix_widget.explorer.protocol.RequestError: the shared view is cut short: copy it again, whole
    """
    token = token_in(checks.text(value, "the shared view", 2 * MAX_TOKEN))
    if token is None:
        raise RequestError(
            f"the shared view is {value!r:.60}; give what ex.link() returned: {PREFIX}…"
        )
    if not token.startswith(PREFIX):
        raise RequestError(
            f"the shared view is of version {token.split('.')[0]!r:.20}, this one reads "
            f"{PREFIX[:-1]!r}. Upgrade rubrix_widget to open it"
        )
    return _read(_unpacked(token))


def _unpacked(token: str) -> bytes:
    digits = token[len(PREFIX) :]
    if len(token) > MAX_TOKEN:
        raise RequestError(f"the shared view has {len(token):,} characters, at most {MAX_TOKEN:,}")
    changed = RequestError("the shared view was changed on the way: copy it again, whole")
    try:
        content = base64.b64decode(digits + "=" * (-len(digits) % 4), "-_", validate=True)
    except (binascii.Error, ValueError):
        raise changed from None
    if base64.urlsafe_b64encode(content).decode("ascii").rstrip("=") != digits:
        raise changed
    if len(content) <= _CHECKSUM:
        raise RequestError("the shared view is cut short: copy it again, whole")
    packed = content[_CHECKSUM:]
    if zlib.crc32(packed).to_bytes(_CHECKSUM, "big") != content[:_CHECKSUM]:
        raise changed
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        plain = unpacker.decompress(packed, _MAX_JSON + 1)
    except zlib.error:
        raise changed from None
    if len(plain) > _MAX_JSON:
        raise RequestError(f"the shared view unpacks to more than {_MAX_JSON:,} bytes: refused")
    if not unpacker.eof or unpacker.unused_data:
        raise changed
    return plain


def _read(plain: bytes) -> Shared:
    try:
        given = json.loads(plain, parse_constant=_refused)
    except (ValueError, RecursionError):
        raise RequestError("the shared view holds no JSON: it was not made by ex.link()") from None
    whole = checks.fields(given, "the shared view", Shared._fields)
    return Shared(
        checks.text(whole["dataset"], "dataset of the shared view", MAX_STRING),
        checks.text(whole["fingerprint"], "fingerprint of the shared view", MAX_STRING),
        checks.state(whole["state"]),
    )


def _refused(constant: str) -> Any:
    raise ValueError(constant)


def token_in(text: str) -> str | None:
    """Return the token in a text: the text itself, or from the fragment of an address.

    Examples
    --------
    >>> token_in("https://host/lab#top&rbx=rbx1.abc"), token_in("fine")
    ('rbx1.abc', None)
    """
    text = text.strip()
    if _ANY_VERSION.match(text):
        return text
    for part in text.partition("#")[2].split("&"):
        key, _, token = part.partition("=")
        if key == KEY and _ANY_VERSION.match(token):
            return token
    return None


def in_address(token: str, url: str) -> str:
    """Return an address with a token in its fragment; what else is in it stays.

    The parameter ``token`` alone is left out: Jupyter lets in whoever has it.

    Examples
    --------
    >>> in_address("rbx1.b", "https://host/lab?token=secret&a=1#top&rbx=rbx1.a")
    'https://host/lab?a=1#top&rbx=rbx1.b'
    """
    parts = urlsplit(checks.text(url, "url", MAX_STRING))
    query = [one for one in parts.query.split("&") if one and not one.startswith("token=")]
    kept = [one for one in parts.fragment.split("&") if one and not one.startswith(f"{KEY}=")]
    fragment = "&".join([*kept, f"{KEY}={token}"])
    return urlunsplit(parts._replace(query="&".join(query), fragment=fragment))
