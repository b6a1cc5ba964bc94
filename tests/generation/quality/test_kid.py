import numpy as np
import pytest

from vbg_framework.generation.quality.kid import kid


def slow(real, fake):
    """Bińkowski et al. 2018, equations 3 and 4, term by term."""
    n, size = real.shape

    def k(x, y):
        return (x @ y / size + 1) ** 3

    pairs = [(i, j) for i in range(n) for j in range(n)]
    within = sum(k(real[i], real[j]) + k(fake[i], fake[j]) for i, j in pairs if i != j) / (n * (n - 1))
    return within - 2 * sum(k(real[i], fake[j]) for i, j in pairs) / n**2


def sample(n, size=8, shift=0.0, seed=0):
    generator = np.random.default_rng(seed)
    return generator.normal(size=(n, size)), generator.normal(shift, 1, (n, size))


def test_it_is_the_published_estimator():
    real, fake = sample(12, shift=0.5)
    assert kid(real, fake)[0] == pytest.approx(slow(real, fake))


def test_torch_fidelity_agrees():
    reference = pytest.importorskip("torch_fidelity.metric_kid")
    real, fake = sample(60, size=16, shift=0.3)
    assert kid(real, fake)[0] == pytest.approx(reference.kernel_mmd(real, fake, kernel="poly"))


def test_the_standard_error_is_the_jackknife_and_not_too_small():
    real, fake = sample(10, shift=0.5)
    left = [slow(np.delete(real, i, 0), np.delete(fake, i, 0)) for i in range(10)]
    assert kid(real, fake)[1] == pytest.approx(np.sqrt(9 / 10 * np.sum((left - np.mean(left)) ** 2)))
    for shift in (0.0, 0.4):
        values, errors = np.transpose([kid(*sample(40, 6, shift, seed)) for seed in range(200)])
        assert 0.9 < np.sqrt((errors**2).mean()) / values.std() < 1.8


def test_equal_distributions_are_at_zero_and_distance_grows():
    means = [np.mean([kid(*sample(50, 8, shift, seed))[0] for seed in range(50)]) for shift in (0.0, 0.3, 0.8)]
    assert abs(means[0]) < 0.1 * means[1]
    assert means[0] < means[1] < means[2]


@pytest.mark.parametrize(("real", "fake"), [((5, 4), (6, 4)), ((2, 4), (2, 4))])
def test_unequal_or_tiny_sets_are_refused(real, fake):
    with pytest.raises(ValueError, match="equal size, at least 3"):
        kid(np.zeros(real), np.zeros(fake))
