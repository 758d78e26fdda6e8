"""Everything that a journal must survive, many times: ``python -m tests.survival [home]``.

Prints what was done, and what became of it, as JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FULL = {"kills": 200, "writers": 5_000, "mendings": 60, "harm": 1_500}


def main(home: Path) -> dict[str, object]:
    """Run each part in a process of its own."""
    found: dict[str, object] = {}
    for part, times in FULL.items():
        print(f"{part} {times:,} …", end=" ", file=sys.stderr, flush=True)
        begun = time.perf_counter()
        command = [sys.executable, "-W", "ignore", "-m", f"tests.survival.{part}"]
        done = subprocess.run(
            [*command, str(home / part), str(times)], stdout=subprocess.PIPE, check=True
        )
        print(f"{time.perf_counter() - begun:.0f} s", file=sys.stderr)
        found[part] = json.loads(done.stdout)
    return found


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        print(json.dumps(main(Path(sys.argv[1] if len(sys.argv) > 1 else temporary))))
