from dataclasses import replace

import numpy as np
import pytest
from collection import seen

from vbg_framework.generation.quality.matching import matched
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
    assert form["real_per_class"] == {"bowl": [50, 50], "tile": [1, 2]}
    assert form["compared"] == {"classes": 1, "n": 2, "generated": 0.75, "real": 0.5}  # tiles: the only class of both


def test_rates_are_compared_over_the_same_classes_with_equally_many_pictures_of_each():
    made = judged(["tile"] * 90 + ["jar"] * 10, ["tile"] * 90 + ["bowl"] * 10)
    unseen = judged(["tile"] * 10 + ["jar"] * 30, ["tile"] * 5 + ["jar"] * 35)
    form = recovery(made, unseen, Known())["form"]
    assert form["accuracy"] == 0.9
    assert form["compared"] == {"classes": 2, "n": 20, "generated": 0.5, "real": 0.75}


def test_equal_terms_are_the_mean_over_draws_of_equally_many_pictures_of_each_class():
    draws = np.random.default_rng(3)
    sides = [(draws.choice(FORMS, n), draws.choice(FORMS, n)) for n in (80, 50)]
    found = recovery(*(judged(list(true), list(answered)) for true, answered in sides), Known())["form"]["compared"]
    rates = []
    for seed in range(400):
        rows = matched(*(list(true) for true, _ in sides), seed=seed)
        rates.append([np.mean(true[row] == answered[row]) for row, (true, answered) in zip(rows, sides, strict=True)])
    assert [found["generated"], found["real"]] == pytest.approx(np.mean(rates, 0), abs=0.01)
    assert found["n"] == len(rows[0])


def test_without_unseen_images_of_the_classes_there_is_no_reference():
    form = recovery(judged(["tile"], ["tile"]), judged([], []), Known())["form"]
    assert form["compared"] is None


def test_one_of_several_classes_is_right():
    made = replace(judged(["jar", "jar"], ["bowl", "tile"]), targets=[{"form": ("jar", "bowl")}, {"form": ("jar",)}])
    assert recovery(made, judged([], []), Known())["form"]["accuracy"] == 0.5
