"""The grammar of Lucene's StandardTokenizer: the word-break rules of UAX #29, and emoji.

The rules are regular expressions over *classes* of characters and follow Lucene's own grammar
(StandardTokenizerImpl.jflex, versions 8 and 9) name by name. The longest match of any rule is a
token, and where none matches the character is skipped; Python's ``re`` takes the first match
instead of the longest, so the rules become a small automaton here, as they do in Lucene.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from threading import Lock

from .unicode import tables

MAX_UNITS = 255  # a longer token is split, as Lucene's buffer splits it; in UTF-16 units

_Rule = Callable[["_Machine", int], int]  # adds states after a given one and returns the last


class _Machine:
    """A non-deterministic automaton; state 0 is its start."""

    def __init__(self) -> None:
        self.free: list[list[int]] = [[]]  # moves that read nothing
        self.reading: list[dict[int, int]] = [{}]

    def state(self) -> int:
        self.free.append([])
        self.reading.append({})
        return len(self.free) - 1

    def closure(self, states: set[int]) -> frozenset[int]:
        todo = list(states)
        while todo:
            new = [s for s in self.free[todo.pop()] if s not in states]
            states.update(new)
            todo += new
        return frozenset(states)


def _one_of(*names: str, without: frozenset[str] = frozenset()) -> _Rule:
    """Read one character that has any of the properties and none of the others."""
    classes = [
        c for c, found in tables().properties.items() if found & set(names) and not found & without
    ]

    def add(machine: _Machine, start: int) -> int:
        before, end = machine.state(), machine.state()
        machine.free[start].append(before)
        machine.reading[before] = dict.fromkeys(classes, end)
        return end

    return add


def _sequence(*rules: _Rule) -> _Rule:
    def add(machine: _Machine, start: int) -> int:
        for rule in rules:
            start = rule(machine, start)
        return start

    return add


def _either(*rules: _Rule) -> _Rule:
    def add(machine: _Machine, start: int) -> int:
        end = machine.state()
        for rule in rules:
            machine.free[rule(machine, start)].append(end)
        return end

    return add


def _many(rule: _Rule) -> _Rule:
    def add(machine: _Machine, start: int) -> int:
        again = machine.state()
        machine.free[start].append(again)
        machine.free[rule(machine, again)].append(again)
        end = machine.state()
        machine.free[again].append(end)
        return end

    return add


def _some(rule: _Rule) -> _Rule:
    return _sequence(rule, _many(rule))


def _maybe(rule: _Rule) -> _Rule:
    return _either(rule, _sequence())


def _word_rules() -> _Rule:
    ext = _many(_one_of("Format", "Extend", "ZWJ"))

    def ex(*names: str) -> _Rule:
        return _sequence(_one_of(*names), ext)

    number, katakana, joiner = ex("Numeric"), ex("Katakana"), ex("ExtendNumLet")
    hebrew, letter = ex("Hebrew_Letter"), ex("ALetter", "Hebrew_Letter")
    mid_number = ex("MidNum", "MidNumLet", "Single_Quote")
    mid_letter = ex("MidLetter", "MidNumLet", "Single_Quote")
    numbers = _sequence(number, _many(_sequence(_either(_many(joiner), mid_number), number)))
    letters = _sequence(letter, _many(_sequence(_either(_many(joiner), mid_letter), letter)))
    quoted = _sequence(hebrew, _either(ex("Single_Quote"), _sequence(ex("Double_Quote"), hebrew)))
    group = _either(
        _sequence(katakana, _many(_sequence(_many(joiner), katakana))),
        _some(_either(quoted, numbers, letters)),
    )
    return _either(
        _sequence(_many(joiner), group, _many(_sequence(_some(joiner), group)), _many(joiner)),
        _some(ex("Complex_Context")),
        ex("Han", "Hiragana"),
        _sequence(ex("Regional_Indicator"), ex("Regional_Indicator")),
    )


def _emoji_rules() -> _Rule:
    selectors = frozenset({"Emoji_Presentation_Selector", "Text_Presentation"})
    ext = _many(_one_of("Format", "Extend", "ZWJ", without=selectors))
    zwj, selector = _one_of("ZWJ"), _maybe(_one_of("Emoji_Presentation_Selector"))

    def ex(name: str) -> _Rule:
        return _sequence(_one_of(name), ext)

    element = _either(
        _sequence(_many(zwj), ex("Emoji_Char"), selector),
        _sequence(_maybe(_sequence(_many(zwj), ex("Emoji_Modifier_Base"))), ex("Emoji_Modifier")),
    )
    tags = _sequence(_some(_one_of("Tag_Spec")), _one_of("Tag_Term"))
    return _either(
        _sequence(element, _either(_many(_sequence(zwj, element)), tags)),
        _sequence(ex("Key_Cap_Base"), selector, ex("Key_Cap")),
    )


class Automaton:
    """The rules made deterministic, state by state as texts ask for them."""

    def __init__(self) -> None:
        self._machine = _Machine()
        self._last = _either(_word_rules(), _emoji_rules())(self._machine, 0)
        self._states = [self._machine.closure({0})]
        self._numbers = {self._states[0]: 0}
        self._lock = Lock()
        self.moves: list[dict[int, int] | None] = [None]
        self.final = [False]

    def row(self, state: int) -> dict[int, int]:
        """Work out where each class leads from a state."""
        with self._lock:
            reached: dict[int, set[int]] = {}
            for part in self._states[state]:
                for c, target in self._machine.reading[part].items():
                    reached.setdefault(c, set()).add(target)
            row = {c: self._number(self._machine.closure(t)) for c, t in reached.items()}
            self.moves[state] = row
            return row

    def _number(self, states: frozenset[int]) -> int:
        if states not in self._numbers:
            self._numbers[states] = len(self._states)
            self._states.append(states)
            self.final.append(self._last in states)
            self.moves.append(None)
        return self._numbers[states]


@cache
def automaton() -> Automaton:
    """Share one automaton; it only ever grows."""
    return Automaton()


def longest_match(classes: bytes, start: int, end: int) -> int:
    """Where the token that starts at ``start`` ends; ``start`` itself if none does.

    Examples
    --------
    >>> from .unicode import code_points
    >>> classes = tables().classes[code_points("don't go")].tobytes()
    >>> longest_match(classes, 0, 8), longest_match(classes, 5, 8)
    (5, 5)
    """
    rules = automaton()
    moves, final = rules.moves, rules.final
    state, found = 0, start
    for place in range(start, end):
        row = moves[state]
        following = (rules.row(state) if row is None else row).get(classes[place])
        if following is None:
            break
        state = following
        if final[state]:
            found = place + 1
    return found
