"""What the real `transformers` pipelines return is accepted as predictions, as it is.

The model is made on the spot: a BERT of a few thousand random weights and a word-piece vocabulary
of a few words. Its answers mean nothing, their shapes are what counts. Nothing is downloaded.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import datasets
import pandas as pd
import pytest

from rubrix_widget.datasets import DatasetForTextClassification as Dataset
from rubrix_widget.records import TextClassificationRecord as Record

pytestmark = [
    pytest.mark.pipelines,
    pytest.mark.filterwarnings("default"),  # what the libraries warn of is not the matter here
]

pytest.importorskip("torch", reason="torch is not installed: pip install '.[transformers]'")
transformers = pytest.importorskip(
    "transformers", reason="transformers is not installed: pip install '.[transformers]'"
)

TEXTS = ["a superb film", "dull and long", "a long film"]
NAMES = ["negative", "neutral", "positive"]
WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


@pytest.fixture(scope="module")
def pipe(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return a text-classification pipeline over a tiny random model."""
    folder = Path(tmp_path_factory.mktemp("model"))
    words = sorted({word for text in TEXTS for word in text.split()})
    (folder / "vocab.txt").write_text("\n".join(WORDS + words), "utf-8")
    tokenizer = transformers.BertTokenizer(str(folder / "vocab.txt"))
    config = transformers.BertConfig(
        vocab_size=len(WORDS + words),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=32,
        id2label=dict(enumerate(NAMES)),
        label2id={name: i for i, name in enumerate(NAMES)},
        initializer_range=0.9,  # far enough from zero that scores differ
    )
    transformers.set_seed(7)
    model = transformers.BertForSequenceClassification(config).eval()
    return transformers.pipeline("text-classification", model=model, tokenizer=tokenizer, device=-1)


def plain(answer: Any) -> list[tuple[str, float]]:
    """Read one text's answer in the simplest way: whatever dictionaries are in it, in order."""
    if isinstance(answer, dict):
        return [(answer["label"], float(answer["score"]))]
    return [pair for part in answer for pair in plain(part)]


OPTIONS: dict[str, dict[str, Any]] = {
    "best label": {},
    "all labels": {"top_k": None},
    "one label in a list": {"top_k": 1},
    "two labels": {"top_k": 2},
    "sigmoid": {"top_k": None, "function_to_apply": "sigmoid"},
    "best by sigmoid": {"function_to_apply": "sigmoid"},
}


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
def test_the_answer_to_one_text_is_a_prediction(pipe: Any, options: dict[str, Any]) -> None:
    """`pipe(text)` goes into a record as it is, whether dictionary, list or list of lists."""
    answer = pipe(TEXTS[0], **options)
    assert Record(text=TEXTS[0], prediction=answer).prediction == plain(answer)
    assert plain(answer)


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
def test_the_answers_to_many_texts_are_a_column(pipe: Any, options: dict[str, Any]) -> None:
    """`pipe(texts)` is a column of a Hugging Face dataset, and of a DataFrame."""
    answers = pipe(TEXTS, **options)
    expected = [plain(answer) for answer in answers]
    hub = datasets.Dataset.from_dict({"text": TEXTS, "prediction": answers})
    assert [record.prediction for record in Dataset.from_datasets(hub)] == expected
    frame = pd.DataFrame({"text": TEXTS, "prediction": pd.Series(answers, dtype=object)})
    assert [record.prediction for record in Dataset.from_pandas(frame)] == expected
    assert len(expected) == len(TEXTS)


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
def test_a_dataset_can_be_mapped_over(pipe: Any, options: dict[str, Any]) -> None:
    """The usual idiom, `dataset.map`, with one text at a time and with batches."""
    texts = datasets.Dataset.from_dict({"text": TEXTS})
    single = texts.map(lambda record: {"prediction": pipe(record["text"], **options)})
    batched = texts.map(
        lambda records: {"prediction": pipe(records["text"], **options)}, batched=True
    )
    expected = [plain(pipe(text, **options)) for text in TEXTS]
    for mapped in (single, batched):
        found = [record.prediction for record in Dataset.from_datasets(mapped)]
        assert [[label for label, _ in pairs or []] for pairs in found] == [
            [label for label, _ in pairs] for pairs in expected
        ]
        for pairs, wanted in zip(found, expected, strict=True):
            assert [score for _, score in pairs or []] == pytest.approx(
                [score for _, score in wanted], abs=1e-5
            )


def test_answers_one_by_one(pipe: Any) -> None:
    """A pipeline given a generator answers one text after the other."""
    answers = list(pipe((text for text in TEXTS), top_k=None))
    hub = datasets.Dataset.from_dict({"text": TEXTS, "prediction": answers})
    found = [record.prediction for record in Dataset.from_datasets(hub)]
    assert found == [plain(answer) for answer in answers]


def test_the_older_way_of_asking_for_all_scores(pipe: Any) -> None:
    """`return_all_scores=True` wraps the answer once more where it is still known."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            answers = pipe(TEXTS, return_all_scores=True)
        except (TypeError, ValueError) as error:
            pytest.skip(f"transformers {transformers.__version__} no longer knows it: {error}")
    hub = datasets.Dataset.from_dict({"text": TEXTS, "prediction": answers})
    found = [record.prediction for record in Dataset.from_datasets(hub)]
    assert found == [plain(answer) for answer in answers]


def test_all_scores_of_a_softmax_sum_to_one(pipe: Any) -> None:
    """The pipeline is a real one: three labels, in order of score, that sum to one."""
    prediction = Record(text=TEXTS[0], prediction=pipe(TEXTS[0], top_k=None)).prediction
    assert prediction is not None
    scores = [score for _, score in prediction]
    assert sum(scores) == pytest.approx(1, abs=1e-5)
    assert scores == sorted(scores, reverse=True)
    assert {label for label, _ in prediction} == set(NAMES)
