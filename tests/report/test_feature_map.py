"""Records as dots on planes, as the page shows them."""

import pytest

from vbg_framework.base.errors import VBGError
from vbg_framework.base.json_file import shaped
from vbg_framework.report.feature_map import GENERATED, MARGIN, NO_LABEL, FeatureMap, Panel, Point, feature_map
from vbg_framework.report.plots import COLOURS

IMAGE = "data:image/jpeg;base64,/9j/4A=="


def point(number, part, *labels, image=None):
    return Point(id=f"r{number}", part=part, labels={"form": list(labels)}, image=image)


def view(points, places=None):
    places = [[0.0, 1.0]] * len(points) if places is None else places
    panel = Panel(name="image", numbers=3, places=places, held=0.5, alike={})
    return feature_map(FeatureMap(layout="pca", points=points, panels=[panel]))


def test_common_classes_have_a_colour_each_and_the_others_share_one():
    points = [point(n, "train", f"c{n % 10}") for n in range(20)] + [point(20, "test", "c9"), point(21, "test")]
    [task] = view(points)["tasks"]
    groups = task["groups"]
    assert groups[0] == {"code": 1, "name": "c9", "count": 3, "colour": COLOURS[0]}
    assert [group["name"] for group in groups] == ["c9", *(f"c{n}" for n in range(7)), "2 other classes"]
    assert groups[-1]["count"] == len(points) - sum(group["count"] for group in groups[:-1])
    assert task["codes"][20:] == [1, 0]
    assert view([point(0, "test"), point(1, "test", "a")])["tasks"][0]["groups"][-1]["name"] == NO_LABEL


def test_dots_lie_within_the_plane_and_say_what_they_are():
    points = [point(0, "train", "a", image=IMAGE), point(1, GENERATED, "b"), point(2, "test")]
    found = view(points, [[0.0, 1.0], [1.0, 0.0], None])
    first, second = found["panels"][0]["dots"]
    assert (first["x"], first["y"]) == (MARGIN, 100 - MARGIN)
    assert (first["told"], first["class"], first["image"]) == ("r0 · train · form: a", "t0k1 train up", IMAGE)
    assert second["class"] == "t0k2 new left"
    assert found["counts"] == {"train": 1, GENERATED: 1, "test": 1}


def test_a_picture_that_would_end_the_style_sheet_is_damage():
    for bad in ("data:image/jpeg;base64,AA) } body {", "https://example.org/a.png", "data:text/html;base64,AA=="):
        with pytest.raises(VBGError, match="is damaged"):
            shaped(point(0, "train", image=bad), Point, "evidence.json")
    shaped(point(0, "train", image=IMAGE), Point, "evidence.json")
