import numpy as np
import pytest

from vbg_framework.base.errors import VBGError
from vbg_framework.statistics import critical_difference


def table(arms, blocks, seed=0):
    values = np.random.default_rng(seed).random((arms, blocks))
    return {f"arm{i}": {f"data{j}": value for j, value in enumerate(row)} for i, row in enumerate(values)}


def test_two_data_sets_are_refused_because_nothing_could_be_found():
    with pytest.raises(VBGError, match=r"got 2: with 8 arms .* 7\.42, and the largest difference possible is 7"):
        critical_difference(table(8, 2))


def test_it_is_the_example_of_demsar():
    # Demsar 2006, section 3.2.2: 4 classifiers, 14 data sets, q = 2.569: CD = 1.25.
    assert critical_difference(table(4, 14)).length == pytest.approx(1.25, abs=5e-3)
    assert critical_difference(table(4, 14)).length == pytest.approx(2.569 * np.sqrt(4 * 5 / (6 * 14)), rel=1e-3)


def test_the_best_arm_has_the_smallest_rank_and_ties_share_one():
    values = {"good": [0.9] * 8, "fair": [0.5] * 8, "same": [0.5] * 8}
    found = critical_difference({arm: dict(enumerate(row)) for arm, row in values.items()})
    assert found.ranks == {"good": 1.0, "fair": 2.5, "same": 2.5}
    assert found.blocks == 8
    losses = critical_difference({arm: dict(enumerate(row)) for arm, row in values.items()}, higher_is_better=False)
    assert losses.ranks == {"good": 3.0, "fair": 1.5, "same": 1.5}


def test_data_sets_without_a_value_for_every_arm_do_not_count():
    values = table(3, 9)
    del values["arm0"]["data0"]
    values["arm1"]["data1"] = None
    with pytest.raises(VBGError, match="needs 8 data sets or more, got 7"):
        critical_difference(values)


@pytest.mark.parametrize(
    ("values", "message"), [({}, "got 0"), ({"a": {0: 1.0}}, "got 1"), ({"a": {}, "b": {}}, "got 0")]
)
def test_nothing_to_rank_is_refused(values, message):
    with pytest.raises(VBGError, match=f"needs .* or more, {message}"):
        critical_difference(values)
