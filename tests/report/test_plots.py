import re
import warnings
from xml.etree import ElementTree

import matplotlib
import pytest

from vbg_framework.report.plots import LONGEST, MOST_WITH_COUNTS, confusion, curves

HOSTILE = ["</text><script>alert(1)</script>", "$a$ & $b$", "_hidden", "青釉", '"quoted"', "-->"]


def texts(svg):
    return [element.text or "" for element in ElementTree.fromstring(svg).iter() if element.tag.endswith("}text")]


def settings():
    return {name: value for name, value in matplotlib.rcParams.items() if name != "backend"}


def short(name):
    return name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"


def test_curves_show_every_line_by_name_and_the_best_step():
    svg = curves({"training": ([1, 2], [2.0, 1.0]), "validation": ([2], [1.5])}, x="steps", y="loss", mark=2)
    assert {"steps", "loss", "best"} < set(texts(svg))
    assert {"training", "validation"} < {text.strip() for text in texts(svg)}
    assert "best" not in texts(curves({"training": ([1, 2], [2.0, 1.0])}, x="steps", y="loss"))


def test_a_confusion_matrix_shows_counts_and_class_names():
    svg = confusion([[5, 2], [0, 7]], ["bowl", "vase"])
    assert texts(svg).count("bowl") == 2
    assert {"5", "2", "7"} < set(texts(svg))
    assert "0" not in texts(svg)


@pytest.mark.parametrize("size", [1, 2, MOST_WITH_COUNTS, MOST_WITH_COUNTS + 1])
def test_a_confusion_matrix_of_many_classes_keeps_the_names_and_leaves_out_the_counts(size):
    svg = confusion([[3 if r == c else 0 for c in range(size)] for r in range(size)], [f"c{i}" for i in range(size)])
    assert ("3" in texts(svg)) == (size <= MOST_WITH_COUNTS)
    assert f"c{size - 1}" in texts(svg)


def test_cells_off_the_diagonal_lead_to_a_place_on_the_same_page_by_their_names():
    drawn = confusion([[3, 1], [2, 4]], ["a<b", "c"], "cell-1")
    assert sorted(re.findall("<a [^>]*>", drawn)) == [
        '<a href="#cell-1-0-1" aria-label="a&lt;b taken for c: 1">',
        '<a href="#cell-1-1-0" aria-label="c taken for a&lt;b: 2">',
    ]


def test_a_class_without_records_leaves_its_row_empty():
    assert texts(confusion([[0, 0], [1, 1]], ["a", "b"])).count("1") == 2


def test_long_class_names_are_cut():
    assert all(len(text) <= LONGEST for text in texts(confusion([[1, 0], [0, 1]], ["x" * 200, "y"])))


def test_names_are_shown_as_they_are_whatever_they_contain():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        matrix = confusion([[1] * len(HOSTILE)] * len(HOSTILE), HOSTILE)
        lines = curves({name: ([1, 2], [1.0, 2.0]) for name in HOSTILE}, x="steps", y=HOSTILE[1])
    for svg in (matrix, lines):
        assert "<script" not in svg
        shown = {text.strip() for text in texts(svg)}
        assert {name if svg is lines else short(name) for name in HOSTILE} <= shown
    assert HOSTILE[1] in texts(lines)


def test_plots_tell_those_who_cannot_see_them():
    root = ElementTree.fromstring(confusion([[5, 2], [0, 7]], ["a", "b"]))
    assert root.get("role") == "img"
    assert root.get("aria-label") == "Confusion matrix of 2 classes: 12 of 14 records on the diagonal."
    svg = curves({'"f1"': ([1, 9], [0.25, 0.5])}, x="steps", y="value", mark=9)
    assert ElementTree.fromstring(svg).get("aria-label") == 'value over steps: "f1" from 0.25 to 0.5; best at 9.'


def test_plots_follow_the_ink_of_the_page_and_have_no_background():
    for svg in (confusion([[5, 2], [0, 7]], ["a", "b"]), curves({"a": ([1, 2], [1, 2])}, x="x", y="y", mark=1)):
        assert "currentColor" in svg
        assert "#010203" not in svg
        assert not re.search("<path[^>]*fill: #ffffff", svg)
        assert "<metadata" not in svg


def test_equal_input_gives_equal_plots_and_nothing_global_changes():
    before = settings()
    first, second = (curves({"a": ([1, 2], [1, 2])}, x="x", y="y") for _ in range(2))
    assert first == second
    assert settings() == before
