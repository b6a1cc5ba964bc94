"""Vectors with the spread of well-filled classes. Promises of the interface are in test_conformance."""

import numpy as np
import pytest
from vbg_feature_transfer import EmbeddingCopiesConfig, EmbeddingJitterConfig, FeatureTransferConfig
from vbg_feature_transfer.augmenter import FeatureTransfer
from vbg_feature_transfer.classes import Classes
from vbg_feature_transfer.controls import EmbeddingCopies, EmbeddingJitter, within

CODES = np.repeat(np.arange(4), (30, 25, 12, 3))
X = np.random.default_rng(0).normal(3 * CODES[:, None], 1, (len(CODES), 3)).astype(np.float32)
FEW = X[CODES == 3]


def new_of(augmenter, count=400, codes=CODES, seed=7, code=3):
    wanted = [count if c == code else 0 for c in range(4)]
    x, targets = augmenter.resample(X, {"kind": codes, "other": codes % 2}, task="kind", wanted=wanted, seed=seed)
    assert np.array_equal(x[: len(X)], X)
    assert set(targets["other"][len(X) :].tolist()) <= {-1}
    assert targets["kind"][len(X) :].tolist() == [code] * (len(x) - len(X))
    return x[len(X) :]


def transfer(**options):
    return FeatureTransfer(FeatureTransferConfig(**options))


def slow_deviations(lenders):
    members = [X[c == CODES].astype(float) for c in lenders]
    return [vector - each.mean(0) for each in members for vector in each]


@pytest.mark.parametrize(
    ("options", "lenders"), [({}, [0, 1]), ({"head": 12}, [0, 1, 2]), ({"nearest": 1}, [1]), ({"head": 99}, [0])]
)
def test_every_vector_is_an_example_plus_a_deviation_of_a_class_that_lends(options, lenders):
    found = new_of(transfer(strength=0.5, **options))
    possible = np.array([example + 0.5 * dev for example in FEW for dev in slow_deviations(lenders)])
    nearest = np.array([np.abs(possible - vector).max(1).min() for vector in found])
    assert nearest.max() < 1e-5
    used = {int(np.abs(possible - vector).max(1).argmin()) for vector in found}
    assert len(used) > 0.6 * min(len(possible), len(found))  # all over


def test_two_deviations_keep_the_spread_and_make_new_directions():
    one, two = (new_of(transfer(mixture=n), 6000).astype(float) for n in (1, 2))
    assert np.allclose(np.cov(one.T), np.cov(two.T), atol=0.12)
    assert len(np.unique(two.round(4), axis=0)) > len(np.unique(one.round(4), axis=0))


def test_the_calibrated_distribution_has_the_mean_and_covariance_of_its_source():
    found = new_of(transfer(method="gaussian", nearest=2, tukey=1, spread=0.21), 40000).astype(float)
    means = [X[c == CODES].astype(float).mean(0) for c in (0, 1)]
    covariances = [np.cov(X[c == CODES].astype(float).T) for c in (0, 1)]
    middles = np.array([(sum(means) + example) / 3 for example in FEW.astype(float)])
    expected = sum(covariances) / 2 + 0.21 + np.cov(middles.T, bias=True)
    assert np.allclose(found.mean(0), middles.mean(0), atol=0.03)
    assert np.allclose(np.cov(found.T), expected, atol=0.05)


def test_tukeys_transformation_is_turned_back():
    found = new_of(transfer(method="gaussian", head=99, nearest=1, strength=0))
    mean = np.mean(np.sign(X[CODES == 0]) * np.abs(X[CODES == 0].astype(float)) ** 0.5, axis=0)
    root = [(np.sign(e) * np.abs(e.astype(float)) ** 0.5 + mean) / 2 for e in FEW]
    expected = np.array([np.sign(r) * r**2 for r in root])
    assert max(np.abs(expected - vector).max(1).min() for vector in found) < 1e-5


def test_copies_come_in_turns_and_no_deviation_at_all_makes_copies():
    copies = new_of(EmbeddingCopies(EmbeddingCopiesConfig()), 9)
    assert np.array_equal(np.unique(copies, axis=0, return_counts=True)[1], [3, 3, 3])
    assert {tuple(row) for row in new_of(transfer(strength=0), 9)} == {tuple(row) for row in FEW}


def test_jitter_is_as_wide_as_classes_vary():
    members = [X[c == CODES].astype(float) for c in range(4)]
    pooled = np.sqrt(sum(((each - each.mean(0)) ** 2).sum(0) for each in members) / 66)
    assert np.allclose(within(Classes(X, CODES, 4)), pooled)
    found = new_of(EmbeddingJitter(EmbeddingJitterConfig(strength=2)), 9000).astype(float)
    assert np.allclose(found.var(0), 4 * pooled**2 + FEW.astype(float).var(0), rtol=0.1)


def test_a_class_that_is_alone_gets_nothing_and_seeds_differ():
    assert len(new_of(transfer(), codes=np.full(len(CODES), 3))) == 0
    assert not np.array_equal(new_of(transfer()), new_of(transfer(), seed=8))
