"""Run the cases, all or those whose names contain a word given, in a home that is thrown away."""

from __future__ import annotations

import os
import sys
import tempfile
import traceback

from bench.cases import CASES
from bench.measure import Measure, machine


def main(words: list[str]) -> int:
    print(machine())
    print(f"\n{'':<66}{'median':>10}   {'least':>9}    most")
    measure = Measure()
    broken = []
    for name, case in CASES.items():
        if words and not any(word in name for word in words):
            continue
        with tempfile.TemporaryDirectory() as home:
            os.environ["RUBRIX_WIDGET_HOME"] = home
            print(f"\n{name}: {case.__doc__}")
            try:
                case(measure)
            except Exception:  # the other cases have their say all the same
                traceback.print_exc()
                broken.append(name)
    if broken:
        print(f"\ncould not be measured: {', '.join(broken)}")
    return 1 if broken else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
