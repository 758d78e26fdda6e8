"""Write rubrix_widget/index/wordbreak.txt from the Unicode Character Database.

Usage: ``python scripts/make_wordbreak.py [folder]``, where the folder is laid out as Debian's
``unicode-data`` package lays it out (the default, ``/usr/share/unicode``). The properties kept are
those that the grammar of Lucene's StandardTokenizer asks for; see ``index/grammar.py``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

TARGET = Path(__file__).parents[1] / "rubrix_widget" / "index" / "wordbreak.txt"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
HEADER = """\
# Classes of characters for splitting text into words, Unicode {version}.
# Made by scripts/make_wordbreak.py from the Unicode Character Database; do not edit.
# Data (c) Unicode, Inc., used under the Unicode License: https://www.unicode.org/license.txt
#
# class <letter> <properties>   characters in no range have none
# range <first>..<last> <letter>
# lower <first>..<last> <what to add for the simple lower-case mapping>
# space <first>..<last>         white space, without the non-breaking ones
"""


def ranges(path: Path) -> Iterator[tuple[range, str]]:
    """Yield each range of a property file with its value."""
    for line in path.read_text("utf-8").splitlines():
        fields = line.partition("#")[0].split(";")
        if len(fields) > 1:
            first, _, last = fields[0].strip().partition("..")
            yield range(int(first, 16), int(last or first, 16) + 1), fields[1].strip()


def properties(ucd: Path) -> dict[int, set[str]]:
    """Give every character the names of the properties it has, of those that matter."""
    wanted = {
        "auxiliary/WordBreakProperty.txt": {
            name: name
            for name in (
                *("ALetter", "Hebrew_Letter", "Numeric", "Katakana", "ExtendNumLet"),
                *("MidLetter", "MidNum", "MidNumLet", "Single_Quote", "Double_Quote"),
                *("Format", "Extend", "ZWJ", "Regional_Indicator"),
            )
        },
        "Scripts.txt": {"Han": "Han", "Hiragana": "Hiragana"},
        "LineBreak.txt": {"SA": "Complex_Context"},
        "emoji/emoji-data.txt": {
            name: name
            for name in ("Emoji", "Emoji_Modifier", "Emoji_Modifier_Base", "Extended_Pictographic")
        },
    }
    found: dict[int, set[str]] = {}
    for file, names in wanted.items():
        for characters, value in ranges(ucd / file):
            if value in names:
                for c in characters:
                    found.setdefault(c, set()).add(names[value])
    for c in range(0xFF10, 0xFF1A):  # fullwidth digits, which the grammar adds to the numbers
        found.setdefault(c, set()).add("Numeric")
    single = {
        "Key_Cap_Base": [*b"0123456789#*"],
        "Key_Cap": [0x20E3],
        "Text_Presentation": [0xFE0E],
        "Emoji_Presentation_Selector": [0xFE0F],
        "Accidental_Emoji": [0xA9, 0xAE, 0x2122, 0x3030, 0x303D],
        "Tag_Spec": range(0xE0020, 0xE007F),
        "Tag_Term": [0xE007F],
    }
    for name, characters in single.items():
        for c in characters:
            found.setdefault(c, set()).add(name)
    return {c: emoji_character(names) for c, names in found.items()}


def emoji_character(names: set[str]) -> set[str]:
    """Replace the emoji properties by the grammar's EmojiChar."""
    not_by_themselves = {
        "Regional_Indicator",
        "Key_Cap_Base",
        "Accidental_Emoji",
        "Emoji_Modifier",
    }
    if "Extended_Pictographic" in names or ("Emoji" in names and not names & not_by_themselves):
        names = names | {"Emoji_Char"}
    return names - {"Emoji", "Extended_Pictographic", "Accidental_Emoji"}


def runs(values: dict[int, str]) -> Iterator[tuple[int, int, str]]:
    """Join neighbouring characters of one value."""
    for _, group in groupby(enumerate(sorted(values)), lambda p: (p[1] - p[0], values[p[1]])):
        characters = [c for _, c in group]
        yield characters[0], characters[-1], values[characters[0]]


def main(ucd: Path) -> None:
    """Write the table."""
    version = (ucd / "Scripts.txt").read_text("utf-8").split("-", 1)[1].split(".txt")[0]
    lines = [HEADER.format(version=version).rstrip()]
    found = {c: " ".join(sorted(names)) for c, names in properties(ucd).items() if names}
    letters = dict(zip(sorted(set(found.values())), LETTERS, strict=False))
    lines += [f"class {letter} {names}" for names, letter in letters.items()]
    lines += [
        f"range {a:04X}..{b:04X} {v}"
        for a, b, v in runs({c: letters[names] for c, names in found.items()})
    ]
    lower, space = {}, {}
    for line in (ucd / "UnicodeData.txt").read_text("utf-8").splitlines():
        fields = line.split(";")
        c = int(fields[0], 16)
        if fields[13]:
            lower[c] = str(int(fields[13], 16) - c)
        if fields[2] in {"Zs", "Zl", "Zp"} and c not in {0xA0, 0x2007, 0x202F}:
            space[c] = ""
    space |= dict.fromkeys([*range(0x09, 0x0E), *range(0x1C, 0x20)], "")
    lines += [f"lower {a:04X}..{b:04X} {v}" for a, b, v in runs(lower)]
    lines += [f"space {a:04X}..{b:04X}" for a, b, _ in runs(space)]
    TARGET.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "/usr/share/unicode"))
