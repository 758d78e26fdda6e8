"""The made-up data are the same everywhere, plausible, and of any size."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import pytest

from rubrix_widget import demo
from tests.counting import calls


@pytest.fixture(scope="module")
def reviews() -> Any:
    return demo.sst2()


def wrong_and_scores(dataset: Any) -> tuple[np.ndarray, np.ndarray]:
    names = dataset.features["label"].names
    best = [prediction[0] for prediction in dataset["prediction"]]
    annotated = [names[label] for label in dataset["label"]]
    wrong = np.array(
        [one["label"] != label for one, label in zip(best, annotated, strict=True)], bool
    )
    return wrong, np.array([one["score"] for one in best])


def test_the_same_seed_means_the_same_data_everywhere():
    """Texts, labels, scores and metadata of a seed never change: a digest of them is fixed here."""
    found = hashlib.sha256(repr(demo.sst2(10_000, metadata=True)[:]).encode()).hexdigest()
    assert found == "638367f563a5008328da84a41def8455a61c1e478043123561dafb96fd034bb0"


def test_another_seed_means_other_data():
    """Two seeds share next to no text."""
    one, other = (set(demo.sst2(2000, seed=seed)["text"]) for seed in (0, 1))
    assert len(one & other) < 100


@pytest.mark.parametrize("n", [0, 1, 10, 8191, 8192, 8193])
def test_a_smaller_size_is_the_beginning_of_a_larger_one(n: int, reviews: Any):
    """n records are the first n of any larger number of them, at every border of a chunk too."""
    dataset = demo.sst2(n)
    assert len(dataset) == n
    assert dataset[:] == reviews[:n]


def test_the_default_is_as_large_as_sst2(reviews: Any):
    """As many records, with the same columns and labels."""
    assert len(reviews) == 67_349
    assert reviews.column_names == ["idx", "text", "label", "prediction"]
    assert reviews.features["label"].names == ["negative", "positive"]


def test_about_nine_in_a_hundred_predictions_are_wrong(reviews: Any):
    """Some of the mistakes are made with great confidence, some with next to none."""
    wrong, scores = wrong_and_scores(reviews)
    assert 0.08 < wrong.mean() < 0.10
    assert (wrong & (scores > 0.99)).sum() > 100
    assert (wrong & (scores < 0.6)).sum() > 500


def test_scores_are_about_as_right_as_they_claim(reviews: Any):
    """In each band of scores, the share of right predictions is near the mean score."""
    wrong, scores = wrong_and_scores(reviews)
    band = np.digitize(scores, [0.6, 0.7, 0.8, 0.9, 0.95, 0.99])
    for one in range(7):
        inside = band == one
        assert abs((~wrong[inside]).mean() - scores[inside].mean()) < 0.06


def test_predictions_name_both_labels_best_first(reviews: Any):
    """Each has both labels, the better first, and scores in (0, 1) that add up to one."""
    for prediction in reviews[:3000]["prediction"]:
        first, second = prediction
        assert {first["label"], second["label"]} == {"negative", "positive"}
        assert 0 < second["score"] <= first["score"] < 1
        assert first["score"] + second["score"] == pytest.approx(1)


def test_texts_are_tokenized_like_the_treebank(reviews: Any):
    """Lower case, tokens parted by one space, n't and 's as tokens, 1 to about 50 of them."""
    texts = reviews["text"]
    tokens = [text.split(" ") for text in texts]
    lengths = [len(one) for one in tokens]
    assert (min(lengths), 40 <= max(lengths) <= 60, 8 < np.mean(lengths) < 11) == (1, True, True)
    assert all(all(one) for one in tokens)
    assert all(text == text.lower() for text in texts)
    assert {"n't", "'s", "--", "...", ".", ","} <= {token for one in tokens for token in one}


def test_a_few_texts_occur_twice(reviews: Any):
    """As in SST-2, though only a few in a hundred."""
    distinct = len(set(reviews["text"])) / len(reviews)
    assert 0.95 < distinct < 1


def test_metadata_have_every_type():
    """Text, whole and decimal numbers, true or false, a day and a nested value; some missing."""
    features = demo.sst2(1, metadata=True).features["metadata"]
    kinds = {name: getattr(feature, "dtype", "nested") for name, feature in features.items()}
    assert kinds == {
        "source": "string",
        "year": "int64",
        "stars": "float64",
        "verified": "bool",
        "published": "date32",
        "reviewer": "nested",
    }
    assert None in [one["stars"] for one in demo.sst2(100, metadata=True)["metadata"]]


def test_a_million_records_are_made_in_blocks():
    """Size is no obstacle: none takes a call of its own."""
    made, work = calls(lambda: demo.sst2(1_000_000))
    assert len(made) == 1_000_000
    assert work < len(made) / 4


@pytest.mark.parametrize("n", [-1, 10_000_001, 2.5, "10", True])
def test_an_impossible_size_is_refused(n: Any):
    """The error says what came in and what is accepted."""
    with pytest.raises(ValueError, match=r"n=.*from 0 to 10,000,000"):
        demo.sst2(n)


def test_messages_have_any_number_of_emotions():
    """None to three, as a list; one in ten is not annotated; every emotion has a score."""
    records = demo.emotions(500)
    assert {len(one.annotation) for one in records if one.annotation is not None} == {0, 1, 2, 3}
    assert any(one.annotation is None for one in records)
    assert all({label for label, _ in one.prediction} == set(demo.EMOTIONS) for one in records)
    assert len({one.id for one in records}) == 500


def test_fewer_messages_are_the_beginning_of_more():
    """n messages are the first n of any larger number of them."""
    assert [one.text for one in demo.emotions(5)] == [one.text for one in demo.emotions(50)][:5]
