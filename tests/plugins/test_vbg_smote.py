"""New vectors between those of scarce classes. Promises of the interface are in test_conformance."""

import re

import numpy as np
import pytest
from imblearn.over_sampling import SMOTE
from said import Said
from tiny import TINY
from vbg_smote import EmbeddingSmoteConfig
from vbg_smote.augmenter import EmbeddingSmote

import vbg_framework
from vbg_framework.base.errors import VBGError

COUNTS = (12, 8, 6, 2, 1)
CODES = np.repeat(np.arange(5), COUNTS)
X = np.random.default_rng(0).normal(CODES[:, None], 1, (len(CODES), 3)).astype(np.float32)
SETS = ["encoders.text={type: tfidf, min_df: 1}", "tasks=[period]"]
SMOTED = [*SETS, "classifier={type: logistic_regression}", "augmenter={type: embedding_smote}"]


def resampled(wanted, codes=CODES, neighbours=5, seed=7, **others):
    augmenter = EmbeddingSmote(EmbeddingSmoteConfig(neighbours=neighbours))
    return augmenter.resample(X, {"kind": codes, **others}, task="kind", wanted=wanted, seed=seed)


def test_it_makes_what_imbalanced_learn_makes():
    x, targets = resampled((0, 4, 6, 0, 0))
    totals = {0: 12, 1: 12, 2: 12, 3: 2, 4: 1}
    expected, codes = SMOTE(sampling_strategy=totals, k_neighbors=5, random_state=7).fit_resample(X, CODES)
    assert np.array_equal(x, expected)
    assert np.array_equal(targets["kind"], codes)


def test_a_class_of_two_gets_vectors_on_the_line_between_them_and_a_class_of_one_gets_none():
    x, targets = resampled((0, 0, 0, 20, 20))
    assert np.bincount(targets["kind"]).tolist() == [12, 8, 6, 22, 1]
    one, other = X[CODES == 3]
    shares = (x[len(X) :] - one) @ (other - one) / np.sum((other - one) ** 2)  # (20,)
    assert np.allclose(x[len(X) :], one + shares[:, None] * (other - one), atol=1e-5)
    assert 0 <= shares.min() < shares.max() <= 1
    assert len(np.unique(shares)) == 20


def test_new_vectors_have_no_label_of_other_tasks():
    tags = np.ones((len(X), 4), np.int64)
    _, targets = resampled((0, 0, 3, 0, 0), tags=tags, other=CODES % 2)
    assert targets["kind"][-3:].tolist() == [2, 2, 2]
    assert targets["other"][-3:].tolist() == [-1, -1, -1]
    assert targets["tags"][-3:].tolist() == [[-1] * 4] * 3


def test_records_without_a_label_are_no_neighbours():
    unknown = np.where(CODES == 1, -1, CODES)
    x, targets = resampled((0, 5, 5, 0, 0), unknown)
    assert np.bincount(targets["kind"][targets["kind"] >= 0]).tolist() == [12, 0, 11, 2, 1]
    found = x[len(X) :]
    assert (found >= X[CODES == 2].min(0)).all()
    assert (found <= X[CODES == 2].max(0)).all()


@pytest.mark.parametrize("codes", [CODES * 0, CODES * 0 - 1])
def test_with_one_class_or_none_everything_stays(codes):
    x, targets = resampled((9, 9, 9, 9, 9), codes)
    assert np.array_equal(x, X)
    assert np.array_equal(targets["kind"], codes)


def test_a_fitted_head_gets_as_many_vectors_as_copies_would_be_asked_for(tmp_path):
    screen, folder = Said(), tmp_path / "runs"
    run = vbg_framework.run("tiny-text", registry=TINY, runs=folder, sets=SMOTED, screen=screen)
    (line,) = (line for line in screen.lines if line.startswith("Vectors"))
    count, new, asked, _ = re.findall(r"\d+", line)
    metrics = run.read_json("metrics.json")
    counts = metrics["data"]["classes"]["period"].values()
    lacking = sum(max(0, round(np.median([n for n in counts if n]) - n)) for n in counts)
    assert (int(count), int(asked)) == (sum(counts), lacking)
    assert int(new) == lacking > 0
    assert metrics["generated"]["records"] == 0


def test_a_head_that_is_trained_is_refused(tmp_path):
    message = (
        r"experiments\.tiny-text\.classifier: 'embedding_smote' adds vectors before a head is fitted, got 'softmax', "
        r"which is trained\. Choose a head that is fitted: logistic_regression, linear_svm or xgboost\."
    )
    with pytest.raises(VBGError, match=message):
        vbg_framework.run("tiny-text", registry=TINY, runs=tmp_path, sets=["augmenter={type: embedding_smote}"])
