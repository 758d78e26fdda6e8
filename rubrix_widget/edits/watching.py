"""Looking for what other processes change, while somebody here wants to know."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Final

from rubrix_widget.errors import RubrixWidgetError

_EVERY: Final = 0.4  # seconds between two looks; one costs some 50 microseconds
_log = logging.getLogger("rubrix_widget")


class Watch:
    """A thread that looks again and again, from the first start until the next stop.

    Parameters
    ----------
    look
        Called by the thread. An error of it is no news: whoever asks next is told.
    """

    def __init__(self, look: Callable[[], None]) -> None:
        self._look = look
        self._stopped: threading.Event | None = None

    def start(self) -> None:
        """Begin to look, if not begun."""
        if self._stopped is None:
            self._stopped = threading.Event()
            threading.Thread(
                target=self._run, args=(self._stopped,), name="rubrix_widget watch", daemon=True
            ).start()

    def stop(self) -> None:
        """Look no more."""
        if self._stopped is not None:
            self._stopped.set()
            self._stopped = None

    def _run(self, stopped: threading.Event) -> None:
        told = False
        while not stopped.wait(_EVERY):
            try:
                self._look()
            except RubrixWidgetError:
                continue
            except Exception:
                if not threading.main_thread().is_alive():
                    return  # Python is ending, and starts no threads to read with
                if not told:  # once, and not at every look
                    _log.exception("could not look for changes of other processes")
                told = True
