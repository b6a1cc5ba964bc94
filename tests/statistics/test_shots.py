import pytest

from vbg_framework.statistics import shot_recalls, shots

COUNTS = {"bowl": 101, "vase": 100, "tile": 20, "ewer": 19, "lamp": 0}


def test_the_limits_belong_to_medium():
    assert shots(COUNTS) == {"bowl": "many", "vase": "medium", "tile": "medium", "ewer": "few", "lamp": "few"}


def test_other_limits_may_be_given():
    assert set(shots(COUNTS, many=10, few=5).values()) == {"many", "few"}


def test_the_recall_of_a_kind_is_the_mean_over_its_classes_that_were_tested():
    found = shot_recalls({"bowl": None, "vase": 0.8, "tile": 0.5, "ewer": 0.25, "lamp": None}, COUNTS)
    assert found == {"many": None, "medium": pytest.approx(0.65), "few": 0.25}
    assert shot_recalls({"bowl": 0.8, "ewer": 0.5}, COUNTS, many=200)["medium"] == 0.8
