"""The records that both sides search: real texts where there are some, made and hostile ones."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path

import pyarrow.parquet as pq

import rubrix_widget as rb
from rubrix_widget import demo

SHARED = Path(__file__).resolve().parents[1] / ".." / "shared" / "data"
LABELS = ["negative", "positive", "Rotten Tomatoes", "so so", "ko", "Ünïcode", "a:b", "C++"]
AGENTS = ["Model A", "model-b", "Model", "A", "x*y", "AND"]

HOSTILE = [
    "",
    " ",
    "a",
    "a a a",
    "good film good",
    "film good",
    "the good, the bad and the ugly film",
    "well-acted well acted acted-well",
    "don't do n't can't 's o'clock rock'n'roll",
    "U.S.A. 3.14 1,000.50 1_000 a.b a:b a;b",
    "C++ C# .NET node.js f(x) [x] {x} x^2 ~x \"x\" 'x' x/y/z x\\y",
    '- -- --- ! !! ? * ** & && | || + ++ : ; / // \\ ( ) [ ] { } ^ ~ "',
    "AND OR NOT TO and or not to",
    "e\u0301 \u00e9 E\u0301 \u00c9 \u0130stanbul \u0131 I i\u0307 STRASSE stra\u00dfe \u1e9e",
    "\u03a3\u03af\u03c3\u03c5\u03c6\u03bf\u03c2 \u03a3\u0399\u03a3\u03a5\u03a6\u039f\u03a3",
    "\u6771\u4eac\u90fd \u3072\u3089\u304c\u306a \u30ab\u30bf\u30ab\u30ca \ud55c\uad6d\uc5b4",
    "\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35\u0e0a\u0e32\u0e27\u0e42\u0e25\u0e01",
    '\u0645\u0631\u062d\u0628\u0627 \u05e9\u05dc\u05d5\u05dd \u05e6\u05d4"\u05dc',
    "\U0001f600 \U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f1e9\U0001f1ea",
    "\u2764\ufe0f 1\ufe0f\u20e3",
    "zero\u200bwidth soft\u00adhyphen no\u00a0break \u3000ideographic\u2028line\u2029para\u0085nel",
    "tab\tnew\nline\r\nfeed\x0bvertical\x0cform \x00null \x1funit",
    "w" * 254 + " " + "w" * 255 + " " + "w" * 256 + " " + "w" * 600,
    "\U0001d518\U0001d52b\U0001d526 \U00010400\U00010428",
    "http://example.com/a?b=c&d=e#f user@example.com",
    "quick quikc quack qick uqick quicks quickly",
    "ab abc abcd abcde abcdef abcdefg",
    "2021 2021-03 0.5 .5 5. 1e3 -1 +1",
]


def texts(size: int, seed: int) -> list[str]:
    """Choose texts: all hostile and odd ones, and a sample of the others."""
    found = list(HOSTILE)
    if not SHARED.is_dir():
        return [*found, *demo.sst2(size, seed=seed)["text"]]
    chosen = random.Random(seed)
    for name, most in (("edge_rows", 700), ("sst2", size), ("banking77", size // 3)):
        column = pq.read_table(SHARED / f"{name}.parquet", columns=["text"]).column(0).to_pylist()
        several = [text for text in column if text is not None and len(text) < 5_000]
        found.extend(chosen.sample(several, min(most, len(several))))
    return found


def all_texts() -> list[str]:
    """Return every text there is, to compare how it is analysed."""
    found = list(HOSTILE)
    for path in sorted(SHARED.glob("*.parquet")):
        if "text" in pq.read_schema(path).names:
            found.extend(pq.read_table(path, columns=["text"]).column(0).to_pylist())
    found.extend(demo.sst2(2_000)["text"])
    return [text for text in dict.fromkeys(found) if text is not None]


def records(size: int, seed: int) -> list[rb.TextClassificationRecord]:
    """Make single-label records with every kind of field, values missing here and there."""
    chosen = random.Random(seed)
    made = []
    for i, text in enumerate(texts(size, seed)):
        inputs = {"text": text}
        if i % 4 == 1:
            inputs["title"] = " ".join(text.split()[-3:])
        labels = chosen.sample(LABELS, 2)
        predicted, annotated = chosen.random() < 0.9, chosen.random() < 0.9
        day = dt.datetime(2020, 1, 1) + dt.timedelta(seconds=chosen.randrange(2 * 365 * 86_400))
        metadata = {
            "stars": chosen.randrange(-2, 6),
            "ratio": chosen.randrange(-8, 9) / 4,
            "checked": chosen.random() < 0.5,
            "split": chosen.choice(["dev", "train", "Dev Set", "dev-2", "TO", ""]),
            "tags": chosen.sample(["a", "b", "a b", "A", "b*"], chosen.randrange(4)),
        }
        made.append(
            rb.TextClassificationRecord(
                id=f"r-{i}",
                inputs=inputs,
                prediction=[(labels[0], chosen.randrange(50, 101) / 100), (labels[1], 0.0)]
                if predicted
                else None,
                prediction_agent=chosen.choice(AGENTS) if predicted else None,
                annotation=chosen.choice(LABELS) if annotated else None,
                annotation_agent=chosen.choice(AGENTS) if annotated else None,
                status=chosen.choice(["Default", "Discarded", None]),
                event_timestamp=day if chosen.random() < 0.8 else None,
                metadata={k: v for k, v in metadata.items() if chosen.random() < 0.8},
            )
        )
    return made


FIELDS = {
    "text": "text",
    "text.exact": "exact",
    "inputs.text": "text",
    "inputs.text.exact": "exact",
    "inputs.title": "text",
    "inputs.title.exact": "exact",
    "predicted": "keyword",
    "predicted_as": "keyword",
    "predicted_as.text": "text",
    "annotated_as": "keyword",
    "annotated_as.text": "text",
    "predicted_by": "keyword",
    "predicted_by.text": "text",
    "annotated_by": "keyword",
    "annotated_by.text": "text",
    "status": "keyword",
    "id": "keyword",
    "score": "double",
    "event_timestamp": "date",
    "metrics.text_length": "long",
    "metadata.stars": "long",
    "metadata.ratio": "double",
    "metadata.checked": "bool",
    "metadata.split": "keyword",
    "metadata.split.text": "text",
    "metadata.tags": "keyword",
    "metadata.tags.text": "text",
}
"""Every field of these records, and what it is to Lucene."""


def document(record: rb.TextClassificationRecord) -> list[tuple[str, str]]:
    """Say what Lucene is to index of a record, by the plain rules of the query language."""
    found = [("id", str(record.id)), ("status", str(record.status))]
    for name, text in record.inputs.items():
        for field in ("text", f"inputs.{name}"):
            found += [(field, str(text)), (f"{field}.exact", str(text))]
    length = len("\n".join(map(str, record.inputs.values())))
    found.append(("metrics.text_length", str(length)))
    if record.event_timestamp:
        since = record.event_timestamp.replace(tzinfo=None) - dt.datetime(1970, 1, 1)
        found.append(("event_timestamp", str(since // dt.timedelta(microseconds=1))))
    for key, values in (record.metadata or {}).items():
        for value in values if isinstance(values, list) else [values]:
            text = value if isinstance(value, str) else str(value).lower()
            found.append((f"metadata.{key}", text))
    found += _labels(record)
    return found + [(f"{name}.text", value) for name, value in found if f"{name}.text" in FIELDS]


def _labels(record: rb.TextClassificationRecord) -> list[tuple[str, str]]:
    found = []
    label = score = None
    if record.prediction:
        label, score = max(record.prediction, key=lambda pair: pair[1])
        found += [("predicted_as", label), ("predicted_by", str(record.prediction_agent))]
        found.append(("score", repr(float(score))))
    if record.annotation:
        found.append(("annotated_as", str(record.annotation)))
        found.append(("annotated_by", str(record.annotation_agent)))
    if label is not None and record.annotation:
        found.append(("predicted", "ok" if label == record.annotation else "ko"))
    return found
