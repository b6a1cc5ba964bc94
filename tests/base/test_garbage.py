import gc

import pytest

from vbg_framework.base.garbage import THRESHOLDS, seldom_searched


def test_objects_are_searched_seldom_inside_and_as_before_outside_also_after_an_error():
    before = gc.get_threshold()
    inside = []

    def work():
        with seldom_searched():
            inside.append(gc.get_threshold())
            raise ValueError("wrong")

    with pytest.raises(ValueError, match="wrong"):
        work()
    assert inside == [THRESHOLDS]
    assert gc.get_threshold() == before


def test_circles_are_still_taken_away_while_work_goes_on():
    class Circle:
        def __init__(self):
            self.itself = self

        def __del__(self):
            gone.append(1)

    gone = []
    with seldom_searched():
        for _ in range(2 * THRESHOLDS[0]):
            Circle()
    assert len(gone) >= THRESHOLDS[0]
