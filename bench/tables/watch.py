"""Time in the page, from an event's own timestamp to the frame in which its answer was painted."""

from __future__ import annotations

from typing import Any

QUIET_MS = 250  # nothing more changes for so long: that was the answer
LIMIT_MS = 30_000
SETTLED_MS = 500  # what has not begun to change by then will not

# What is shown is looked at before each frame. A change counts as painted at the next frame after
# the one that draws it, so the least that can be measured is a frame, 17 ms.
_BEGIN = """([quiet, limit, started]) => {
  const see = LOOK;
  const watch = { start: started, first: null, last: null, done: false, stopped: false };
  window.__watch = watch;
  let shown = see();
  const began = performance.now();
  const heard = (event) => {
    if (watch.first === null) watch.start = event.timeStamp;
  };
  const kinds = started === null ? ['keydown', 'click', 'input', 'change', 'wheel', 'scroll'] : [];
  for (const kind of kinds) window.addEventListener(kind, heard, { capture: true });
  const end = () => {
    for (const kind of kinds) window.removeEventListener(kind, heard, { capture: true });
    watch.done = true;
  };
  let changed = null;
  const frame = () => {
    if (watch.stopped) return end();
    const now = see();
    if (now !== null && now !== shown && watch.start !== null) {
      shown = now;
      changed = performance.now();
      requestAnimationFrame(() => {
        watch.last = performance.now();
        watch.first ??= watch.last;
      });
    }
    const time = performance.now();
    if (changed !== null && time - changed > quiet) return end();
    if (changed === null && time - began > limit) return end();
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}"""
_DONE = "() => window.__watch.done"
_SETTLED = """(quiet) => {
  const shown = (LOOK)();
  const time = performance.now();
  if (window.__seen?.shown !== shown) window.__seen = { shown, since: time };
  return shown !== null && time - window.__seen.since > quiet;
}"""


def begin(page: Any, look: str, limit: float = LIMIT_MS, started: float | None = None) -> None:
    """Begin to watch what a table shows; the next event of the person starts the clock."""
    page.evaluate(_BEGIN.replace("LOOK", look), [QUIET_MS, limit, started])


def ended(page: Any, limit: float = LIMIT_MS) -> dict[str, float] | None:
    """Return the seconds to the first and to the last change, once it is quiet; None of none."""
    page.wait_for_function(_DONE, timeout=limit + 30_000)
    found = page.evaluate("() => window.__watch")
    if found["last"] is None or found["start"] is None:
        return None
    return {name: (found[name] - found["start"]) / 1000 for name in ("first", "last")}


def settled(page: Any, look: str) -> None:
    """Wait until what a table shows has not changed for a while, whether or not it did before."""
    page.evaluate("() => { window.__seen = null; }")
    page.wait_for_function(_SETTLED.replace("LOOK", look), arg=SETTLED_MS)
