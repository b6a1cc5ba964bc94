from dataclasses import replace

import numpy as np
import pytest
from collection import seen

from vbg_framework.generation.quality.network import FeatureNetwork
from vbg_framework.generation.quality.recovery import recovery


def wilson(right, n, z=1.959964):
    """Wilson 1927, solved by hand."""
    share, wide = right / n, 1 + z**2 / n
    half = z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return [(share + z**2 / (2 * n) - half) / wide, (share + z**2 / (2 * n) + half) / wide]


FORMS = ("bowl", "jar", "tile")


class Known(FeatureNetwork):
    """Only its classes matter here."""

    name, classes = "by hand", {"form": FORMS, "glaze": ("white",)}

    def look(self, images):
        raise AssertionError("recovery reads probabilities that are known already")


def judged(true, answered):
    probabilities = np.eye(3)[[FORMS.index(name) for name in answered]]
    return seen(true, np.zeros((len(true), 2)), form=probabilities, glaze=np.ones((len(true), 1)))


def test_it_counts_what_is_seen_as_asked_for():
    made = judged(["tile"] * 8 + ["jar"] * 2, ["tile"] * 6 + ["bowl"] * 2 + ["jar"] * 2)
    unseen = judged(["tile"] * 2 + ["bowl"] * 50, ["tile", "jar"] + ["bowl"] * 50)
    found = recovery(made, unseen, Known())
    assert set(found) == {"form"}
    form = found["form"]
    assert form["accuracy"] == 0.8
    assert form["per_class"] == {"jar": [2, 2], "tile": [6, 8]}
    assert form["interval"] == pytest.approx(wilson(8, 10))
    assert form["real"] == 0.5  # of unseen tiles; bowls were not asked for
    assert form["real_n"] == 2
    assert form["real_per_class"] == {"bowl": [50, 50], "tile": [1, 2]}


def test_without_unseen_images_of_the_classes_there_is_no_reference():
    form = recovery(judged(["tile"], ["tile"]), judged([], []), Known())["form"]
    assert form["real"] is None
    assert form["real_n"] == 0


def test_one_of_several_classes_is_right():
    made = replace(judged(["jar", "jar"], ["bowl", "tile"]), targets=[{"form": ("jar", "bowl")}, {"form": ("jar",)}])
    assert recovery(made, judged([], []), Known())["form"]["accuracy"] == 0.5
