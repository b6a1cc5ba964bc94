"""Places of records on a plane."""

import numpy as np
import pytest

from vbg_framework.runs.evidence.projection import LAYOUTS, PCA, TSNE, flat


def groups(count=30):
    """Three groups of records that lie far from each other."""
    draws = np.random.default_rng(0)
    return np.repeat(np.eye(3, 8) * 20, count, axis=0) + draws.normal(size=(3 * count, 8))


def test_principal_components_hold_what_the_eigenvalues_say():
    x = groups()
    values = np.linalg.eigvalsh(np.cov(x.T))[::-1]
    assert flat(x, PCA).held == pytest.approx(values[:2].sum() / values.sum())
    assert flat(x, TSNE).held is None


@pytest.mark.parametrize("layout", LAYOUTS)
def test_groups_stay_apart_within_the_plane_and_the_same_numbers_give_the_same_places(layout):
    places = flat(groups(), layout).places
    assert places.min() >= 0
    assert places.max() <= 1
    assert (flat(groups(), layout).places == places).all()
    middles = places.reshape(3, -1, 2).mean(1)
    within = np.linalg.norm(places.reshape(3, -1, 2) - middles[:, None], axis=2).max()
    between = min(np.linalg.norm(middles[a] - middles[b]) for a, b in ((0, 1), (0, 2), (1, 2)))
    assert within < between


@pytest.mark.parametrize("x", [np.zeros((9, 4)), np.ones((2, 4)), np.zeros((0, 4))])
def test_where_nothing_tells_records_apart_they_have_no_place(x):
    found = flat(x)
    assert found.places.shape == (len(x), 2)
    assert np.isnan(found.places).all()
