"""Records whose inputs lead to different classes."""

import threading

import numpy as np
import pytest

from ui.eyes import WIDTHS, faults, go
from ui.test_grid import shown
from vbg_framework.learning.explanation.explanation import explain
from vbg_framework.ui.collection import PARTS
from vbg_framework.ui.disagreement import Disagreement
from vbg_framework.ui.later import Later, Watched


def test_two_inputs_disagree_where_they_name_other_classes_in_any_order():
    said = {
        1: {"form": {"image": ["jug"], "text": ["plate"]}},
        2: {"form": {"image": ["jug"], "text": ["jug"]}},
        4: {"form": {"text": ["plate"]}},
        5: {"form": {"image": ["jug", "lid"], "text": ["lid", "jug"]}},
        6: {"form": {"image": [], "text": ["lid"], "metadata": []}},
    }
    found = Disagreement(said, 8)
    assert np.flatnonzero(found.of("form")).tolist() == [1, 6]
    assert found.said("form", 1) == {"image": ["jug"], "text": ["plate"]}
    assert found.said("form", 0) == {}


def test_the_filter_shows_the_test_records_that_explanations_tell_of(client, bench):
    bench.disagreement.wait()
    expected = []
    for place in np.flatnonzero(bench.collection.parts == PARTS.index("test")).tolist():
        inputs = bench.items.record(place).inputs
        model = bench.model.wait().model
        alone = [explain(model, {name: inputs[name]}, ["form"])[0].label for name in model.experiment.modalities
                 if inputs.get(name)]  # fmt: skip
        expected += [place] * (len(set(alone)) > 1)
    assert shown(client, "/?task=form&apart=yes") == expected
    text = client.get("/?task=form&apart=yes").text
    assert f"{len(expected)} <span" in text
    assert ("image: " in text) == bool(expected)
    assert shown(client, "/?task=form")
    assert "image: " not in client.get("/?task=form").text


def test_who_asks_first_sees_how_far_it_is(client, bench, monkeypatch):
    go_on = threading.Event()

    def make(screen):
        with screen.progress("Asking about each input alone", 9) as bar:
            bar.advance(4)
            go_on.wait()
        return Disagreement({}, len(bench.collection))

    later = Later(make, Watched())
    monkeypatch.setattr(bench, "disagreement", later)
    assert client.get("/?apart=yes").status_code == 202
    while "4" not in later.progress:
        pass
    assert "Asking about each input alone 4 of 9" in client.get("/?apart=yes").text
    go_on.set()
    later.wait()
    assert "No record is like this" in client.get("/?apart=yes").text


@pytest.mark.parametrize("page", WIDTHS, indirect=True)
def test_the_filter_is_chosen_by_keyboard_and_says_how_many_remain(page, bench):
    count = int(bench.disagreement.wait().of("form").sum())
    go(page, "/?task=form")
    page.get_by_label("inputs disagree").focus()
    page.keyboard.press("Space")
    with page.expect_navigation(url="**apart=yes*"):
        page.keyboard.press("Enter")
    assert page.inner_text("h1").split()[0] == f"{count}"
    assert page.locator(".cards li").count() == count
    assert page.get_by_label("inputs disagree").is_checked()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert faults(page) == []


@pytest.mark.parametrize("path", ["/?apart=yes", "/object/0?apart=yes"])
def test_without_a_run_of_two_inputs_the_filter_is_refused_and_not_offered(reader, hostile, path):
    there = reader(hostile)
    assert there.get(path).status_code == 400
    assert "no run with two inputs is open" in there.get(path).text
    assert "inputs disagree" not in there.get("/").text
