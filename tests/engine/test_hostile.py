"""Queries that would run for ever elsewhere: each answers soon, with a result or a clear error."""

from __future__ import annotations

import sys
import time
from random import Random

import pytest

import rubrix_widget as rb
from rubrix_widget.engine import evaluate
from rubrix_widget.errors import ExpansionLimitError, FieldTypeError, QueryError, QuerySyntaxError
from rubrix_widget.query import DIALECTS

MEGABYTE = 1_000_000
_TRACED = 5 if sys.gettrace() else 1  # a coverage report takes that much longer
SECONDS = 10 * _TRACED  # of processor time: far above what any takes, far below a runaway


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Log texts of long words that patterns find it hard to give up on."""
    random = Random(0)
    rb.init(tmp_path_factory.mktemp("home"))
    rb.log(
        [
            rb.TextClassificationRecord(
                text=f"film {''.join(random.choices('ab', k=250))} {'a' * (i % 255 + 1)} word{i}",
                id=f"id-{i}",
                metadata={"key": "a" * (i % 1000) + "b" * (i % 3), "n": i},
            )
            for i in range(4_000)
        ],
        "hostile",
        verbose=False,
    )
    return "hostile"


def joined(sign: str, form: str, count: int = 29_999) -> str:
    return sign.join(form.format(i) for i in range(count))


ANSWERED = {  # what each finds
    "/(a+)+b/": 0,
    "/(a|a)*b/": 0,
    "/(x+x+)+y/": 0,
    "/(.*a){20}b?/": None,
    "/a{1000}{1000}/": 0,
    "/(a{1000}){1000}b/": 0,
    "/(a?){100}a{100}/": None,
    "/" + "~(" * 50 + "a" + ")" * 50 + "/": 16,
    "/(~(a*b)*)*/": 4_000,
    "/<1-2147483647>/": 0,
    "metadata.key:/(a+)+c/": 0,
    "metadata.key:" + "*a" * 200 + "*b": None,
    "*a" * 1_000 + "c": 0,
    "?" * 251: None,
    "a" * 250 + "~2": None,
    "metadata.key:" + "a" * 2_000 + "~2": None,
    '"' + "film " * 50 + '"~100': 0,
    '"' + joined(" ", "word{}", 3_000) + '"~1000000': 0,
    "a" * MEGABYTE: None,
    "a" * MEGABYTE + "~": 0,
    '"' + "a " * (MEGABYTE // 2) + '"': 0,
    '"' + "a " * (MEGABYTE // 2) + '"~3': 0,
    "id:" + "a" * MEGABYTE: 0,
    "日" * 100_000: 0,
    joined(" AND ", "film"): 4_000,
    joined(" OR ", "word{}"): 4_000,
    joined(" ", "word{}"): 0,
    joined(" ", "-word{}"): 0,
    joined(" ", "-other{}"): 4_000,
    joined(" OR ", "id:id-{}", 14_999): 4_000,
    f"id:({joined(' OR ', 'id-{}', 29_000)})": 4_000,
    joined(" AND ", "status:Default", 14_999): 4_000,
}
REFUSED: dict[str, tuple[type[QueryError], str]] = {
    "/.*a.{200}b.{200}/": (ExpansionLimitError, "0.7 seconds"),
    "/~(@a.{30}b@)b/": (ExpansionLimitError, "too many states|0.7 seconds"),
    "/" + "a" * MEGABYTE + "/": (ExpansionLimitError, "1,000,000 characters; at most 10,000"),
    "a" * MEGABYTE + "*": (ExpansionLimitError, "1,000,001 characters; at most 10,000"),
    "*" * MEGABYTE: (ExpansionLimitError, "at most 10,000"),
    "/" + "(" * 5_000 + "/": (QuerySyntaxError, "brackets in brackets"),
    "(" * 10_000 + "a" + ")" * 10_000: (QuerySyntaxError, "inside each other"),
    "metadata.n:" + "9" * 5_000: (FieldTypeError, "is not a number"),
    'event_timestamp:"now' + "+1d" * 100_000 + '"': (FieldTypeError, "is not a date"),
    joined(" OR ", "word{}", 100_000): (QuerySyntaxError, "60,000 words and signs"),
    joined(" AND ", "status:Default", 100_000): (QuerySyntaxError, "60,000 words and signs"),
    '" ' * (MEGABYTE // 2): (QuerySyntaxError, "60,000 words and signs"),
    joined(" OR ", "metadata.n:[{0} TO {0}]", 7_499): (ExpansionLimitError, "many conditions"),
    joined(" ", "(film OR word{})", 11_999): (ExpansionLimitError, "many conditions"),
    joined(" OR ", "/a{}.*b/", 29_999): (ExpansionLimitError, "many conditions"),
    joined(" ", "word{}~1", 29_999): (ExpansionLimitError, "many conditions"),
}


@pytest.mark.slow
@pytest.mark.parametrize("query", ANSWERED, ids=lambda query: f"{query[:16]}-{len(query)}")
def test_a_hostile_query_is_answered(hostile: str, query: str) -> None:
    """Nothing here needs more than a second on a quiet machine."""
    began = time.process_time()
    found = rb.count(hostile, query)
    assert time.process_time() - began < SECONDS
    assert ANSWERED[query] in (None, found)


@pytest.mark.slow
@pytest.mark.parametrize("query", REFUSED, ids=lambda query: f"{query[:16]}-{len(query)}")
def test_a_query_that_would_take_too_long_is_refused(
    hostile: str, query: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bound is said, in a message that stays readable whatever was asked."""
    kind, words = REFUSED[query]
    monkeypatch.setattr(evaluate, "_SECONDS", 0.1)  # a quick machine answers some within the bound
    began = time.process_time()
    with pytest.raises(kind, match=words) as caught:
        rb.count(hostile, query)
    assert time.process_time() - began < SECONDS
    assert len(str(caught.value)) < 1_000


@pytest.mark.parametrize("every", [False, True])
def test_many_words_together_find_what_each_finds(hostile: str, every: bool) -> None:
    """A long run of words means the same as a short one, odd ones among them included."""
    sign = " AND " if every else " OR "
    words = ["film", "word1", "WORD2", "well-acted", '"!"', "word3.", "nothere", "\\!", "film"]
    filler = ["film"] if every else [f"absent{i}" for i in range(300)]
    for some in (words[:1], words[:3], words[:-2], [*words[:2], "word1"], words):
        long = [*some, *(filler * 300)[:300]]
        for dialect in DIALECTS:
            expected = rb.load(hostile, sign.join(some), dialect=dialect)
            found = rb.load(hostile, sign.join(long), dialect=dialect)
            assert [one.id for one in found] == [one.id for one in expected]
    many = [f"word{i}" for i in range(6_000)]
    assert rb.count(hostile, " OR ".join(many)) == 4_000
    assert rb.count(hostile, " ".join(many)) == 0
