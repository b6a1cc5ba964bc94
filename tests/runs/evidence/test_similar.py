"""Records alike."""

import numpy as np
import pytest

from vbg_framework.base.errors import VBGError
from vbg_framework.config.plugins import load_plugins
from vbg_framework.runs.evidence.material import Evidence
from vbg_framework.runs.evidence.similar import of_inputs, of_record, similar
from vbg_framework.runs.export.finished import FinishedRun
from vbg_framework.screen import Screen


@pytest.fixture(scope="module")
def evidence(tiny_run):
    return Evidence(FinishedRun(tiny_run, load_plugins()), Screen())


def test_the_order_is_that_of_cosines_written_as_a_loop(evidence):
    one = evidence.ids[5]
    found = similar(evidence, of_record(evidence, one), count=1000)
    x = evidence.embedding.joint()
    asked = x[evidence.place(one)]
    for each in found:
        other = x[evidence.place(each.id)]
        assert each.similarity == pytest.approx(asked @ other / np.linalg.norm(asked) / np.linalg.norm(other), abs=1e-5)
    values = [each.similarity for each in found]
    assert values == sorted(values, reverse=True)


def test_a_record_is_most_like_itself_and_is_left_out_with_its_object_on_request(evidence):
    one = evidence.ids[5]
    asked = of_record(evidence, one)
    assert similar(evidence, asked, count=1)[0].similarity == pytest.approx(1, abs=1e-5)
    clusters = evidence.items.column("cluster")
    own = clusters[evidence.place(one)]
    found = similar(evidence, asked, without=one, count=1000)
    assert own not in {clusters[evidence.place(each.id)] for each in found}
    assert len({clusters[evidence.place(each.id)] for each in found}) == len(found)


def test_the_same_picture_given_anew_finds_its_record(evidence):
    place = next(n for n in range(len(evidence.items)) if evidence.items.read("image", n) is not None)
    picture = evidence.items.read("image", place)
    (first,) = similar(evidence, of_inputs(evidence, {"image": picture}), by=["image"], count=1)
    assert first.id == evidence.ids[place]


def test_what_the_query_lacks_does_not_count_and_is_named_when_asked_for(evidence):
    query = of_inputs(evidence, {"image": evidence.items.read("image", 0)})
    with pytest.raises(VBGError, match="--by: the query has no 'text'"):
        similar(evidence, query, by=["text"])


def test_an_unknown_id_is_answered_with_the_nearest(evidence):
    with pytest.raises(VBGError, match="no record of the run has the id"):
        of_record(evidence, "nothing-like-it")
