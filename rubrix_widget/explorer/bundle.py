"""The page's half of the explorer, as it travels: packed, since every explorer carries its own."""

from __future__ import annotations

import base64
import hashlib
import zlib
from functools import lru_cache
from pathlib import Path
from typing import Final

from rubrix_widget.errors import RubrixWidgetError

STATIC: Final = Path(__file__).parents[1] / "static"
# Unpacked by the first view of the page that is drawn, for all, and never while the module loads:
# anywidget gives up on messages to a model whose module takes more than two seconds.
_UNPACKING: Final = """\
const name = "%(name)s";
const pages = (globalThis[Symbol.for("rubrix_widget.pages")] ??= new Map());
async function unpack() {
  const packed = Uint8Array.from(atob("%(packed)s"), (character) => character.charCodeAt(0));
  const whole = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const headers = { "content-type": "text/javascript" };
  const address = URL.createObjectURL(await new Response(whole, { headers }).blob());
  try {
    return (await import(address)).default;
  } finally {
    URL.revokeObjectURL(address);
  }
}
export default {
  async render(view) {
    if (!pages.has(name)) {
      const page = unpack();
      pages.set(name, page);
      page.catch(() => pages.delete(name));
    }
    const page = await pages.get(name);
    if (!view.signal?.aborted) return page.render(view);
  },
};
"""


def packed(path: Path) -> str:
    """Return a module that unpacks and exports a bundled module: the same, in half the bytes.

    Notebooks save a widget's module once for every widget in them.

    Raises
    ------
    RubrixWidgetError
        The bundle is not built.
    """
    source = read(path)
    return _packed(source)


@lru_cache(maxsize=2)
def _packed(source: str) -> str:
    deflated = zlib.compress(source.encode(), level=9, wbits=-zlib.MAX_WBITS)
    return _UNPACKING % {
        "name": hashlib.sha256(deflated).hexdigest(),
        "packed": base64.b64encode(deflated).decode("ascii"),
    }


def read(path: Path) -> str:
    """Return a file that the front-end build makes.

    Raises
    ------
    RubrixWidgetError
        It is not built.
    """
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise RubrixWidgetError(
            f"the explorer's page is not built: {path} is missing. In a clone run `make` "
            "(or `npm ci && npm run build` in js/); an installed package brings it along"
        ) from None
