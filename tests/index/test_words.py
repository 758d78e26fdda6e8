"""How texts become tokens: by Unicode's rules, as Lucene applies them."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rubrix_widget.index import Segment, build, tokens
from rubrix_widget.index.analysis import ANALYZERS, STANDARD
from rubrix_widget.index.grammar import MAX_UNITS, longest_match
from rubrix_widget.index.tokenize import words
from rubrix_widget.index.unicode import code_points, tables
from rubrix_widget.query import tree

DATA = Path(__file__).parent / "data"
OF_WORDS = {
    *("ALetter", "Hebrew_Letter", "Numeric", "Katakana", "Han", "Hiragana"),
    *("Complex_Context", "Emoji_Char"),
}


def words_of(text: str, analyzer: str = "standard") -> list[str]:
    return [token.text for token in tokens(text, analyzer)]


def properties(text: str) -> set[str]:
    return set().union(*(tables().properties[int(c)] for c in tables().classes[code_points(text)]))


def consortium_cases() -> list[tuple[str, list[str]]]:
    cases = []
    for line in (DATA / "WordBreakTest-15.0.0.txt").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            segments = [
                "".join(chr(int(c, 16)) for c in part.split("×"))
                for part in line.strip("÷ ").split("÷")
            ]
            cases.append(("".join(segments), segments))
    return cases


def test_the_unicode_consortiums_word_break_cases():
    """Words are the segments between Unicode's word breaks that hold a letter, digit or symbol.

    Left out are flags and emoji after a joiner: there Lucene follows the emoji standard instead.
    """
    cases = [
        (text, segments)
        for text, segments in consortium_cases()
        if not properties(text) & {"Regional_Indicator"}
        and not any({"ZWJ", "Emoji_Char"} <= properties(s) for s in segments)
    ]
    assert len(cases) > 1500
    wrong = [
        text
        for text, segments in cases
        if words_of(text) != [s.lower() for s in segments if properties(s) & OF_WORDS]
    ]
    assert wrong == []


def test_the_same_tokens_as_lucene():
    """Lucene's own analyzers, run over hostile texts, gave these ranges and terms."""
    cases = json.loads((DATA / "lucene_tokens.json").read_text("utf-8"))["cases"]
    assert len(cases) > 400
    for text, ranges, terms, chunks in cases:
        found = tokens(text)
        assert [[t.start, t.end] for t in found] == ranges, ascii(text)
        assert [t.text for t in found] == terms, ascii(text)
        assert [[t.start, t.end] for t in tokens(text, "whitespace")] == chunks, ascii(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("it does n't matter -- it 's fine .", "it does n't matter it s fine"),
        ("Not a stop word", "not a stop word"),
        ("don't U.S.A. 3.5 1,000 a:b x_y", "don't u.s.a 3.5 1,000 a:b x_y"),
        ("well-acted; state-of-the-art", "well acted state of the art"),
        ("http://example.com/a?b=c", "http example.com a b c"),
        ("İstanbul ΑΣ STRASSE", "istanbul ασ strasse"),
        ("日本 ひら カタカナ 한국어", "日 本 ひ ら カタカナ 한국어"),
        ("e\u0301te\u0301 so\u00adft", "e\u0301te\u0301 so\u00adft"),
        (
            "👨\u200d👩\u200d👧 👍🏽 🇫🇷🇩🇪 1\ufe0f\u20e3",
            "👨\u200d👩\u200d👧 👍🏽 🇫🇷 🇩🇪 1\ufe0f\u20e3",
        ),
        (" \t\n.,;!?-- …", ""),
        ("", ""),
    ],
)
def test_what_people_write(text: str, expected: str):
    """No stop words and no minimum length; contractions, numbers and symbols as Elasticsearch."""
    assert words_of(text) == expected.split()


@pytest.mark.parametrize(
    ("text", "expected", "exact"),
    [
        # Thai has no spaces, and no dictionary is asked: a run is one word, as in Lucene.
        ("ภาษาไทย ง่าย!", ["ภาษาไทย", "ง่าย"], ["ภาษาไทย", "ง่าย!"]),
        ("العربية جميلة، ٣٫٥ كتابٌ", ["العربية", "جميلة", "٣٫٥", "كتابٌ"], None),
        ('می\u200cخواهم שָׁלוֹם צה"ל', ["می\u200cخواهم", "שָׁלוֹם", 'צה"ל'], None),
        ("नमस्ते दुनिया क्\u200dष", ["नमस्ते", "दुनिया", "क्\u200dष"], None),
        # The dotted capital I is a plain i, the dotless small one stays: Java's rule, no locale.
        ("İSTANBUL Iğdır ILIK ılık", ["istanbul", "iğdır", "ilik", "ılık"], None),
        (
            "日本語テスト ｶﾀｶﾅ 한국어 𠮷野",
            ["日", "本", "語", "テスト", "ｶﾀｶﾅ", "한국어", "𠮷", "野"],
            None,
        ),
        ("a\u200db 👩\u200d💻👍 x\u200d", ["a\u200db", "👩\u200d💻", "👍", "x\u200d"], None),
        ("re\u0301sume\u0301 É \u0301", ["re\u0301sume\u0301", "é"], None),
        ("ca n't -- 's --it's", ["ca", "n't", "s", "it's"], ["ca", "n't", "--", "'s", "--it's"]),
        ("tab\tnew\nline\u3000wide", ["tab", "new", "line", "wide"], None),
        (
            "no\u00a0break 3\u202f000",
            ["no", "break", "3\u202f000"],
            ["no\u00a0break", "3\u202f000"],
        ),
    ],
)
def test_scripts_of_the_world(text: str, expected: list[str], exact: list[str] | None):
    """Each script by Unicode's rules; ``.exact`` is what stands between white space, unchanged."""
    assert words_of(text) == expected
    assert words_of(text, "whitespace") == (text.split() if exact is None else exact)


def test_a_token_of_255_units_is_whole_and_the_next_is_cut():
    """The bound counts UTF-16 units, as Java does, and never cuts a character in two.

    Lucene's white-space tokens end *after* the character that reaches the bound.
    """
    for longest, unit, analyzer in (
        (255, "a", "standard"), (127, "𝒜", "standard"), (255, "a", "whitespace"),
        (128, "😀", "whitespace"),
    ):  # fmt: skip
        assert words_of(unit * longest, analyzer) == [unit * longest]
        assert words_of(unit * (longest + 1), analyzer) == [unit * longest, unit]


def test_phrases_count_words_and_not_what_stands_between():
    """Punctuation takes no position, and words of two values are never next to each other."""
    texts = pa.array(["Good -- well-acted, film!", "good film", "good"], pa.large_string())
    segment = Segment.build({"a": texts, "b": pa.array(["x", "y", "film"], pa.large_string())})
    for phrase, records in (
        ("good well acted film", [0]),
        ("GOOD, WELL... acted", [0]),
        ("good film", [1]),
        ("acted well", []),
        ("good -- film", [1]),
    ):
        found = segment.hits(tree.Phrase((0, 0), None, None, phrase, 0), "text")
        assert found is not None
        assert found.positions.tolist() == records, phrase


def test_contractions_cut_off_keep_their_words():
    """The apostrophe at a word's edge is punctuation; between letters it belongs to the word."""
    assert words_of("n't 's ``quoted''") == ["n't", "s", "quoted"]
    assert words_of("n't 's -- ok", "whitespace") == ["n't", "'s", "--", "ok"]


classes: dict[int, list[str]] = {}
for _c in [
    *range(0x20, 0x3100),
    *range(0xAC00, 0xAC10),
    *range(0xFB1D, 0xFB50),
    *range(0x1F000, 0x1FB00),
]:
    classes.setdefault(int(tables().classes[_c]), []).append(chr(_c))
for _c in [*range(0xE0020, 0xE0080), 0xFE0E, 0xFE0F, 0x20E3, 0xFF10, 0x16FF0, 0x0]:
    classes.setdefault(int(tables().classes[_c]), []).append(chr(_c))
hostile = st.lists(
    st.sampled_from(sorted(classes)).flatmap(lambda c: st.sampled_from(classes[c])), max_size=12
).map("".join)


@given(st.one_of(hostile, st.text(max_size=30)))
@example("\u0e31a\u0e31\u0e01")
@example("a'\u0e31b")
@example('אא\' א"א"א')
@example("#\u0308\u20e3")
def test_the_fast_way_gives_what_the_grammar_gives(text: str):
    """Cutting by neighbours and cutting by the grammar, character by character, agree."""
    framed = code_points(f"\n{text}\n")
    seen = tables().classes[framed].tobytes()
    expected, place = [], 0
    while place < len(seen):
        end = longest_match(seen, place, len(seen))
        if end > place:
            expected.append((place, end))
        place = max(end, place + 1)
    starts, ends = words(framed)
    assert list(zip(starts.tolist(), ends.tolist(), strict=True)) == expected


def valid(text: str) -> bool:
    return not any(0xD800 <= ord(c) < 0xE000 for c in text)


said = st.lists(st.one_of(st.text(max_size=8), hostile), max_size=8).map(" ".join).filter(valid)


@pytest.mark.slow
@given(said, st.data())
def test_a_text_is_found_by_its_own_words_and_phrases(text: str, data: st.DataObject):
    """Query words pass the analysis that the text passed, and phrases keep its positions."""
    segment = Segment.build({"text": pa.array([text, "", None], pa.large_string())})
    for name in ("text", "text.exact"):
        found = tokens(text, "whitespace" if name.endswith("exact") else "standard")
        if not found:
            continue
        first = data.draw(st.integers(0, len(found) - 1))
        last = data.draw(st.integers(first, len(found) - 1))
        part = text[found[first].start : found[last].end]
        again = tokens(part, "whitespace" if name.endswith("exact") else "standard")
        if [t.text for t in again] != [t.text for t in found[first : last + 1]]:
            continue  # a rule that looks further than the cut, as for flags and long tokens
        for leaf in (tree.Term((0, 0), None, None, part), tree.Phrase((0, 0), None, None, part, 0)):
            hits = segment.hits(leaf, name)
            assert hits is not None
            assert hits.positions.tolist() == [0]


@given(st.lists(st.one_of(st.none(), hostile, st.text(max_size=20)), max_size=8))
def test_many_texts_at_once_give_the_tokens_of_each(texts: list[str | None]):
    """Texts cut together never join, and the index holds just each text's own tokens."""
    texts = [t if t is None or valid(t) else "" for t in texts]
    for analyzer in ANALYZERS.values():
        field = build.build_field(pa.chunked_array([pa.array(texts, pa.large_string())]), analyzer)
        terms = [field.term(i) for i in range(field.terms)]
        assert terms == sorted(set(terms))
        found = [
            [terms[n] for n in field.tokens[a:b].tolist()]
            for a, b in pairwise(field.token_offsets.tolist())
        ]
        assert found == [words_of(t or "", analyzer.name) for t in texts]


@pytest.mark.parametrize("unit", ["a", "ab1", "漢", "😀", "a😀", "e\u0301", "א'", "a.", "_", "กั"])
def test_long_tokens_are_split_and_nothing_is_lost(unit: str):
    """No token is longer than 255 UTF-16 units, and runs that have no break are cut there."""
    text = unit * 700
    found = tokens(text)
    assert all(len(t.text.encode("utf-16-le")) <= 2 * MAX_UNITS for t in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
    chunks = tokens(text, "whitespace")
    assert "".join(t.text for t in chunks) == text
    if unit == "a":
        assert [len(t.text) for t in found] == [255, 255, 190]


def test_a_huge_text_takes_linear_time():
    """A megabyte without one break is cut, not searched over and over."""
    for unit in ("a", "א'", "กั", "👨\u200d"):
        assert tokens(unit * 300_000)


def test_lone_surrogates_in_a_query_are_no_words():
    """A query string can hold half a pair, which no text has."""
    assert words_of("a \ud800 b") == ["a", "b"]
    assert STANDARD.normalize("A\ud800") == "a\ud800"


def test_every_thread_gives_a_word_the_same_number(monkeypatch: pytest.MonkeyPatch):
    """Texts are cut in several threads; a word met in all of them is one term."""
    monkeypatch.setattr(build, "_CHUNK_BYTES", 1 << 10)
    build._hashing.cache_clear()
    texts = [f"the film number {i % 7} {'é' * (i % 5)}" for i in range(5_000)]
    field = build.build_field(pa.chunked_array([pa.array(texts, pa.large_string())]), STANDARD)
    assert [field.term(i) for i in range(field.terms)] == sorted(
        {word for text in texts for word in text.split()}
    )
    number = field.find("the")
    assert number is not None
    assert field.values_of(number).tolist() == list(range(5_000))


@pytest.mark.parametrize("name", ["standard", "whitespace"])
def test_a_word_is_one_term_whatever_letters_stand_around_it(
    name: str, monkeypatch: pytest.MonkeyPatch
):
    """Texts in ASCII alone are cut as bytes, others as code points; both give a word one number."""
    monkeypatch.setattr(build, "_BLOCK_BYTES", 64)
    plain, mixed = "the finest film of longer words", "the finest film of longer words é漢😀"
    texts = [plain] * 50 + [mixed] * 50 + [plain, mixed] * 50
    field = build.build_field(
        pa.chunked_array([pa.array(texts, pa.large_string())]), ANALYZERS[name]
    )
    terms = [field.term(i) for i in range(field.terms)]
    assert terms == sorted({word for text in texts for word in words_of(text, name)})
    for word in plain.split():
        number = field.find(word)
        assert number is not None
        assert field.values_of(number).tolist() == list(range(len(texts)))


@given(st.text("aB1 ", max_size=12), st.sampled_from(sorted(ANALYZERS)))
def test_plain_words_are_cut_as_any_text_is(text: str, analyzer: str):
    """Letters, digits and spaces alone give the tokens that they give before a line break."""
    assert tokens(text, analyzer) == tokens(f"{text}\n", analyzer)
