"""The page that says why."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from vbg_framework.learning.explanation.explanation import Explanation
from vbg_framework.learning.prediction.prediction import Prediction
from vbg_framework.report.explanations import _small, bare, file_name, overlaid, pieces, write_explanation

FAITHFUL = {"kind": {"regions": "<b>Not measured</b>", "words": "Not measured."}}


def made(identity="../<b>7</b>"):
    said = Prediction(identity, {"kind": "jug"}, {"kind": {"jug": 0.8, "<i>cup</i>": 0.2}}, {"kind": ["jug"]})
    text = "A jug <script>"
    regions = np.zeros((8, 8))
    regions[2, 3], regions[5, 5] = 0.4, -0.1
    return Explanation(said, "kind", "jug", 0.8, 0.3, {"image": 0.3, "text": 0.2}, {"image": 0.5, "text": 0.4},
                       {"image": 0.4, "text": 0.5}, regions, [(0, 1, 0.0), (2, 5, 0.2)], text, {},
                       {"image": ["jug"], "text": ["<i>cup</i>"]})  # fmt: skip


def test_page_and_json_stay_in_their_folder_and_escape_what_comes_from_data(tmp_path):
    page = write_explanation(tmp_path / "out", [made()], Image.new("RGB", (90, 60), "white"), [], "run", FAITHFUL)
    assert page.parent == tmp_path / "out"
    html = page.read_text()
    assert "<script" not in html
    assert "<b>7" not in html
    assert "&lt;b&gt;Not measured" in html
    assert "jug, probability 0.800" in html
    (found,) = json.loads(page.with_suffix(".json").read_text())
    assert found["shares"] == {"image": 0.3, "text": 0.2}
    assert found["words"][1] == {"words": "jug", "fall": 0.2}


def test_warnings_stand_on_the_page_and_in_the_json_only_where_there_is_something_to_warn_of(tmp_path):
    apart, far = "image alone says jug, text alone says", "further from the nearest one than 99.5 % of them"
    shown = "image alone says jug, text alone says &lt;i&gt;cup&lt;/i&gt;."
    plain = replace(made("plain"), says={"image": ["jug"], "text": ["jug"]})
    both, weak = replace(made("both"), beyond=0.995), replace(made("weak"), says={"image": ["cup"], "text": ["cup"]})
    for result, told in ((both, 2), (replace(plain, beyond=0.98), 0)):
        page = write_explanation(tmp_path, [result], None, [], "run", FAITHFUL)
        html = page.read_text()
        assert (shown in html, far in html, 'class="alert"' in html) == (bool(told),) * 3
        (found,) = json.loads(page.with_suffix(".json").read_text())
        assert found["beyond"] == result.beyond
        assert found["says"] == result.says
        assert len(found["warnings"]) == told
        assert all(what in " ".join(found["warnings"]) for what in (apart, far)[:told])
    alone = write_explanation(tmp_path, [weak], None, [], "run", FAITHFUL).read_text()
    assert '<div class="alert" role="note"><p>No input alone leads to the answer: image alone says cup' in alone


def test_pieces_make_up_the_text():
    found = pieces(made())
    assert "".join(text for text, *_ in found) == "A jug <script>"
    assert max(share for *_, share in found) == 1


def test_the_map_colours_what_speaks_for_and_against():
    assert overlaid(Image.new("RGB", (80, 80), "white"), made().regions).startswith("data:image/jpeg;base64,")


@pytest.mark.parametrize(("size", "shown"), [((64, 32), (240, 120)), ((900, 300), (420, 140)), ((1, 5000), (1, 420))])
def test_pictures_are_neither_tiny_nor_large(size, shown):
    assert _small(Image.new("L", size)).size == shown


@given(st.text())
def test_a_name_never_leaves_its_folder(identity):
    name = file_name(identity)
    assert name
    assert not name.startswith(".")
    assert not set(name) & set("/\\\0:")
    assert len(name) <= 100


@given(st.text(), st.text())
def test_two_ids_never_share_a_file(one, other):
    assert (file_name(one) == file_name(other)) == (one == other)
    assert file_name("a/b") != file_name("a_b")


@pytest.mark.parametrize("identity", ["..", "", "/", "a/../../b"])
def test_names_that_would_lead_elsewhere_do_not(tmp_path, identity):
    page = write_explanation(tmp_path, [made(identity)], None, [], "run", FAITHFUL)
    assert page.parent == tmp_path
    assert page.is_file()


def test_a_map_of_next_to_nothing_is_pale():
    picture, weak = Image.new("RGB", (240, 240), "white"), np.full((8, 8), 0.01)
    assert overlaid(picture, weak, least=0.1) != overlaid(picture, weak)
    assert overlaid(picture, 0 * weak, least=0.1) == bare(picture)
    assert overlaid(picture, 20 * weak, least=0.1) == overlaid(picture, weak)
