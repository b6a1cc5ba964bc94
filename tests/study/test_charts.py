import re
from itertools import pairwise
from xml.etree import ElementTree

from vbg_framework.statistics import Interval
from vbg_framework.study.report.charts import HIGH, LONGEST, Point, Row, forest, front, scatter

EVIL = "<script>alert(1)</script> $a$"
ROWS = [
    Row("Is it better?"),
    Row("gan", "better", 0.03, Interval(0.01, 0.05), [0.02, 0.04], "better"),
    Row(EVIL, "unclear", 0.001, None, [0.001], "no interval"),
    Row("never run", "unclear", said="no pair"),
]


def texts(svg):
    return [element.text or "" for element in ElementTree.fromstring(svg).iter() if element.tag.endswith("}text")]


def test_a_forest_shows_every_arm_with_its_figures_and_verdict():
    svg = forest(ROWS, what="macro F1", margin=0.005, level="95 %")
    found = texts(svg)
    assert {"Is it better?", "gan", "never run", "no pair", "no interval"} < set(found)
    assert "+3.0 (+1.0 to +5.0) better" in found
    assert "difference in macro F1, points" in found
    assert "gan +3.0 (+1.0 to +5.0) better" in re.search('aria-label="([^"]*)"', svg)[1]


def test_names_from_data_are_text_and_cut_short():
    svg = forest(ROWS, what="macro F1", margin=0, level="95 %")
    assert "<script" not in svg
    assert any(text == EVIL[: LONGEST - 1] + "…" for text in texts(svg))


def test_points_are_named_and_times_are_round():
    found = [Point("none", 20, 0.6, own=False), Point("gan", 400, 0.7, Interval(0.6, 0.8)), Point(EVIL, 400, 0.7)]
    svg = scatter(found, x="time", y="macro F1", time=True, best=["none", "gan"])
    assert {"none", "gan", "1 min", "5 min", "time", "macro F1"} < set(texts(svg))
    assert "<script" not in svg


def test_names_of_points_that_lie_on_each_other_do_not():
    svg = scatter([Point(name, 1, 0.5) for name in ("one", "two", "three")], x="x", y="y")
    named = [element for element in ElementTree.fromstring(svg).iter() if element.text in ("one", "two", "three")]
    heights = sorted(float(element.get("y")) for element in named)
    assert all(b - a >= HIGH - 0.1 for a, b in pairwise(heights))


def test_a_single_time_and_equal_values_can_be_drawn():
    assert "only" in texts(scatter([Point("only", 0.3, 0.5)], x="x", y="y", time=True))


def test_the_front_holds_what_nothing_cheaper_beats():
    points = [Point("a", 1, 0.5), Point("b", 2, 0.4), Point("c", 3, 0.9), Point("d", 3, 0.8)]
    assert front(points) == ["a", "c"]
    assert front(points, higher_is_better=False) == ["a", "b"]
