import numpy as np
import pytest

from vbg_framework.generation.quality.coverage import coverage


def slow(real, fake, k):
    """Definitions of the two papers, point by point."""

    def radius(points, i):
        return sorted(np.linalg.norm(points[i] - other) for j, other in enumerate(points) if j != i)[k - 1]

    def inside(point, points):
        return [np.linalg.norm(point - centre) < radius(points, i) for i, centre in enumerate(points)]

    reached = [any(np.linalg.norm(f - real[i]) < radius(real, i) for f in fake) for i in range(len(real))]
    return {
        "precision": np.mean([any(inside(point, real)) for point in fake]),
        "recall": np.mean([any(inside(point, fake)) for point in real]),
        "density": np.mean([sum(inside(point, real)) / k for point in fake]),
        "coverage": np.mean(reached),
    }


@pytest.mark.parametrize("shift", [0.0, 1.0])
@pytest.mark.parametrize("neighbours", [1, 3, 5])
def test_they_are_the_published_measures(shift, neighbours):
    generator = np.random.default_rng(neighbours)
    real, fake = generator.normal(size=(20, 3)), generator.normal(shift, 1, (20, 3))
    assert coverage(real, fake, neighbours) == pytest.approx(slow(real, fake, neighbours))


def test_the_authors_package_agrees(capsys):
    prdc = pytest.importorskip("prdc")
    generator = np.random.default_rng(0)
    real, fake = generator.normal(size=(80, 16)), generator.normal(0.3, 1, (80, 16))
    assert coverage(real, fake) == pytest.approx(prdc.compute_prdc(real, fake, nearest_k=5))


def test_one_repeated_real_point_is_precise_and_covers_little():
    real = np.random.default_rng(0).normal(size=(100, 4))
    found = coverage(real, np.repeat(real[:1], 100, axis=0))
    assert found["precision"] == 1
    assert found["recall"] == 0
    assert found["coverage"] < 0.2


def test_unequal_or_tiny_sets_are_refused():
    with pytest.raises(ValueError, match="equal size above 5"):
        coverage(np.zeros((5, 2)), np.zeros((5, 2)))
