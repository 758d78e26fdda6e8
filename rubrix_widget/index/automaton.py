"""Patterns that RE2 cannot run, as an automaton made while it runs.

A state is a pattern: what must still match. Reading a character turns it into its derivative
(Brzozowski, "Derivatives of Regular Expressions", 1964), which *and* and *not* have like all
others. Only the states that the texts lead to are made, each once.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..arrays import from_arrow
from .regex import PatternError
from .regex_tree import (
    ANY,
    LAST,
    Both,
    Characters,
    Either,
    Except,
    Pattern,
    Ranges,
    Repeat,
    Sequence,
)
from .slices import in_slices
from .unicode import Array

_MOST_WORK = 100_000  # parts derived, a few microseconds each; Lucene's bound is of the same kind
_DEEPEST = 400  # parts in parts, so that deriving may recurse
_FEW = 64  # texts up to which each is read by itself, and not all side by side

Kind = Literal["characters", "then", "either", "except", "repeat"]


def matching(texts: pa.Array, pattern: Pattern) -> Array:
    """Mark the texts that a pattern matches from end to end; null never matches.

    Raises
    ------
    PatternError
        More states than can be made, or more text than can be read, in reasonable time.

    Examples
    --------
    >>> from .regex import read
    >>> matching(pa.array(["film", "films", "filmed"], pa.large_string()), read("film~s")).tolist()
    [True, False, True]
    """
    try:
        return in_slices(texts, _Automaton(pattern).run)
    except _WorkError:
        raise PatternError(
            f"this pattern has too many states to follow (more than {_MOST_WORK:,} steps): make it "
            "simpler, above all what '~' and '&' stand before",
            limit=True,
        ) from None


class _WorkError(Exception):
    """The bound on derivatives, or on their depth, is reached."""


class _Part:
    """A pattern, equal ones being the same object, with the derivatives known so far."""

    __slots__ = ("depth", "derived", "high", "kind", "low", "nullable", "number", "parts", "ranges")

    def __init__(
        self,
        number: int,
        kind: Kind,
        parts: tuple[_Part, ...],
        ranges: Ranges,
        low: int,
        high: int | None,
        nullable: bool,
    ) -> None:
        self.number = number
        self.kind = kind
        self.parts = parts
        self.ranges = ranges
        self.low = low
        self.high = high
        self.nullable = nullable  # whether it matches the empty text
        self.derived: dict[int, _Part] = {}
        below: list[int] = [part.depth for part in parts]
        # deriving goes along a sequence without going deeper
        along = kind == "then"
        self.depth: int = max(below[0] + 1, below[1]) if along else max(below, default=0) + 1
        if self.depth > _DEEPEST:
            raise _WorkError


class _Patterns:
    """All parts of one pattern and of its derivatives, kept simple as they are made."""

    def __init__(self) -> None:
        self.made: dict[object, _Part] = {}
        self.work = 0
        self.never = self._part("characters", (), nullable=False)
        self.always = self._part("except", (self.never,), nullable=True)
        self.empty = self._part("repeat", (self.never,), nullable=True)

    def _part(
        self,
        kind: Kind,
        parts: tuple[_Part, ...],
        *,
        nullable: bool,
        ranges: Ranges = (),
        low: int = 0,
        high: int | None = None,
    ) -> _Part:
        key = (kind, tuple(part.number for part in parts), ranges, low, high)
        found = self.made.get(key)
        if found is None:
            part = _Part(len(self.made), kind, parts, ranges, low, high, nullable)
            found = self.made[key] = part
        return found

    def of(self, pattern: Pattern) -> _Part:
        """Return the part that a pattern is."""
        match pattern:
            case Characters(ranges):
                return self._part("characters", (), nullable=False, ranges=ranges)
            case Sequence(parts):
                found = self.empty
                for part in reversed(parts):
                    found = self.then(self.of(part), found)
                return found
            case Either(parts):
                return self.either(map(self.of, parts))
            case Both(parts):  # what is not outside any of them
                return self.exception(self.either(self.exception(self.of(one)) for one in parts))
            case Except(part):
                return self.exception(self.of(part))
            case Repeat(part, low, high):
                if pattern == Repeat(ANY, 0, None):
                    return self.always
                return self.repeat(self.of(part), low, high)

    def then(self, first: _Part, rest: _Part) -> _Part:
        if first is self.never or rest is self.never:
            return self.never
        if first is self.empty:
            return rest
        if rest is self.empty or first is rest is self.always:
            return first
        if first.kind == "then":
            return self.then(first.parts[0], self.then(first.parts[1], rest))
        return self._part("then", (first, rest), nullable=first.nullable and rest.nullable)

    def either(self, parts: Iterable[_Part]) -> _Part:
        flat: set[_Part] = set()
        for part in parts:
            flat.update(part.parts if part.kind == "either" else [part])
        flat.discard(self.never)
        self.work += len(flat)
        if any(part.kind == "except" and part.parts[0] in flat for part in flat):
            return self.always
        if self.always in flat:
            return self.always
        if len(flat) < 2:
            return flat.pop() if flat else self.never
        ordered = tuple(sorted(flat, key=lambda part: part.number))
        return self._part("either", ordered, nullable=any(part.nullable for part in flat))

    def exception(self, part: _Part) -> _Part:
        if part.kind == "except":
            return part.parts[0]
        return self._part("except", (part,), nullable=not part.nullable)

    def repeat(self, part: _Part, low: int, high: int | None) -> _Part:
        if high == 0 or part is self.empty:
            return self.empty
        if part.nullable:
            low = 0
        if part is self.never:
            return self.never if low else self.empty
        if (low, high) == (1, 1):
            return part
        return self._part("repeat", (part,), nullable=low == 0, low=low, high=high)

    def derive(self, part: _Part, character: int) -> _Part:
        """Return what must follow a character (the first of its class) for ``part`` to match."""
        found = part.derived.get(character)
        if found is None:
            self.work += 1
            if self.work > _MOST_WORK:
                raise _WorkError
            found = part.derived[character] = self._derive(part, character)
        return found

    def _derive(self, part: _Part, character: int) -> _Part:
        if part.kind == "characters":
            among = any(low <= character <= high for low, high in part.ranges)
            return self.empty if among else self.never
        if part.kind == "except":
            return self.exception(self.derive(part.parts[0], character))
        if part.kind == "either":
            return self.either([self.derive(one, character) for one in part.parts])
        if part.kind == "repeat":
            high = None if part.high is None else part.high - 1
            again = self.repeat(part.parts[0], max(part.low - 1, 0), high)
            return self.then(self.derive(part.parts[0], character), again)
        ways: list[_Part] = []
        while part.kind == "then":
            first, rest = part.parts
            ways.append(self.then(self.derive(first, character), rest))
            if not first.nullable:
                return self.either(ways)
            part = rest
        return self.either([*ways, self.derive(part, character)])


class _Automaton:
    """States by number, the first of them 0, and where each class of characters leads."""

    def __init__(self, pattern: Pattern) -> None:
        self.patterns = _Patterns()
        start = self.patterns.of(pattern)
        edges = {0}
        for part in self.patterns.made.values():
            edges.update(edge for low, high in part.ranges for edge in (low, high + 1))
        self.classes = np.array(sorted(edges - {LAST + 1}), np.uint32)
        widths = np.diff(self.classes, append=LAST + 1)
        self.class_of = np.repeat(np.arange(len(widths), dtype=np.uint16), widths)
        self.states: list[_Part] = []
        self.numbers: dict[_Part, int] = {}
        self.leads_to = np.full((16, len(self.classes)), -1, np.int64)
        self.accepted = np.zeros(16, np.bool_)
        self.settled = np.zeros(16, np.bool_)
        self.number(start)

    def number(self, state: _Part) -> int:
        found = self.numbers.get(state)
        if found is None:
            found = self.numbers[state] = len(self.states)
            self.states.append(state)
            if found == len(self.accepted):
                self.leads_to = np.concatenate([self.leads_to, np.full_like(self.leads_to, -1)])
                self.accepted = np.concatenate([self.accepted, np.zeros_like(self.accepted)])
                self.settled = np.concatenate([self.settled, np.zeros_like(self.settled)])
            self.accepted[found] = state.nullable
            self.settled[found] = state in (self.patterns.never, self.patterns.always)
        return found

    def step(self, state: int, kind: int) -> int:
        """Return the state after a character of a class, made if it was never reached before."""
        found = int(self.leads_to[state, kind])
        if found < 0:
            character = int(self.classes[kind])
            found = self.number(self.patterns.derive(self.states[state], character))
            self.leads_to[state, kind] = found
        return found

    def run(self, texts: pa.Array) -> Array:
        lengths = from_arrow(pc.utf8_length(texts), 0).astype(np.int64)
        starts = np.cumsum(lengths) - lengths
        joined = "".join(text or "" for text in texts.to_pylist())
        points = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
        kinds = self.class_of[points]
        states = np.zeros(len(lengths), np.int64)
        reading = np.arange(len(lengths))
        place = 0
        while True:
            reading = reading[(lengths[reading] > place) & ~self.settled[states[reading]]]
            if len(reading) <= _FEW:
                break
            self.step_all(states, reading, kinds[starts[reading] + place])
            place += 1
        for i in reading.tolist():
            state = int(states[i])
            for kind in kinds[starts[i] + place : starts[i] + lengths[i]].tolist():
                state = self.step(state, kind)
                if self.settled[state]:
                    break
            states[i] = state
        return np.asarray(self.accepted[states] & np.asarray(texts.is_valid()))

    def step_all(self, states: Array, reading: Array, kinds: Array) -> None:
        """Let many texts read one character each."""
        before = states[reading]
        after = self.leads_to[before, kinds]
        if (after < 0).any():
            for pair in np.unique(before[after < 0] * len(self.classes) + kinds[after < 0]):
                self.step(*divmod(int(pair), len(self.classes)))
            after = self.leads_to[before, kinds]
        states[reading] = after
