"""Search, filters and order."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vbg_framework.base.errors import VBGError
from vbg_framework.ui.query import Doubted, Query


@pytest.fixture
def collection(bench):
    return bench.collection


def asked(collection, **words):
    return Query.read(words, collection).found(collection)


def test_nothing_asked_is_everything_in_the_order_of_ids(collection):
    assert asked(collection).tolist() == list(range(len(collection)))


def test_filters_are_joined_by_and(collection):
    labels = collection.labels["form"]
    true = labels.names("truth", 0)[0]
    found = asked(collection, task="form", true=true, part="test", wrong="yes")
    expected = [
        place
        for place in range(len(collection))
        if labels.names("truth", place) == [true] and collection.part(place) == "test" and labels.wrong[place]
    ]
    assert found.tolist() == expected


def test_confidence_is_given_in_per_cent(collection):
    found = asked(collection, task="form", least="0", most="100")
    assert found.tolist() == np.flatnonzero(collection.labels["form"].answered >= 0).tolist()
    assert not len(asked(collection, task="form", most="1"))


def test_the_least_confident_come_first_and_those_without_answer_last(collection):
    values = collection.labels["form"].confidence[asked(collection, task="form", sort="unsure")]
    known = values[~np.isnan(values)]
    assert (np.diff(known) >= 0).all()
    assert np.isnan(values[len(known) :]).all()


def test_labels_to_look_at_come_first_by_doubt(collection):
    flagged, margins = np.zeros(len(collection), bool), np.linspace(0, 1, len(collection))
    flagged[[3, 5]] = True
    doubted = Doubted(flagged, margins)
    found = Query.read({"sort": "doubt"}, collection).found(collection, doubted)
    assert found[:3].tolist() == [3, 5, 0]
    assert Query.read({"doubted": "yes"}, collection).found(collection, doubted).tolist() == [3, 5]


def test_doubt_from_and_to_is_what_a_look_at_each_label_finds(opened):
    known = opened.doubts.wait()["form"]
    middle = 100 - 100 * sorted(row.probability for row in known.rows)[len(known.rows) // 2]
    for words in (
        {"doubt_least": f"{middle}"},
        {"doubt_most": f"{middle}"},
        {"doubt_least": "20", "doubt_most": "75.5"},
    ):
        low, high = float(words.get("doubt_least", 0)), float(words.get("doubt_most", 100))
        expected = {opened.places[row.id] for row in known.rows if low <= 100 * (1 - row.probability) <= high}
        query = Query.read({"task": "form", **words}, opened.collection)
        assert query.needs_doubts
        assert set(query.found(opened.collection, opened.doubted("form")).tolist()) == expected
        assert 0 < len(expected) < len(opened.collection) or len(words) == 2


def test_labels_whose_doubt_is_not_known_are_in_no_range(collection):
    unknown = Doubted(np.zeros(len(collection), bool), np.full(len(collection), np.nan))
    query = Query.read({"doubt_least": "0", "doubt_most": "100"}, collection)
    assert not len(query.found(collection, unknown))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"task": "fom"}, "nobody knows 'fom'. Did you mean 'form'"),
        ({"true": "<script>"}, "nobody knows '<script>'"),
        ({"part": "../etc"}, "nobody knows '../etc'"),
        ({"least": "much"}, "must be a number from 0 to 100, got 'much'"),
        ({"most": "nan"}, "got 'nan'"),
        ({"doubt_least": "101"}, "must be a number from 0 to 100, got '101'"),
        ({"origin": "x"}, "nobody knows 'x'"),
        ({"page": "-1"}, "got '-1'"),
    ],
)
def test_what_nobody_knows_is_named(collection, words, message):
    with pytest.raises(VBGError, match=message):
        Query.read(words, collection)


def test_an_address_says_the_same_again(collection):
    query = Query.read({"q": "a b&c", "task": "form", "wrong": "yes"}, collection)
    assert query.address() == "?q=a+b%26c&task=form&wrong=yes&page=1"
    assert query.address(page=3).endswith("page=3")


@given(st.dictionaries(st.sampled_from([*Query.__dataclass_fields__, "unknown"]), st.text(max_size=8)))
def test_any_address_is_understood_or_named(opened, words):
    try:
        found = Query.read(words, opened.collection).found(opened.collection)
    except VBGError:
        return
    assert len(found) <= len(opened.collection)
