"""Records made ready for searching."""

import numpy as np
import pytest

from vbg_framework.runs.evidence.embedding import Embedding
from vbg_framework.runs.evidence.index import Index


def made(order=None):
    generator = np.random.default_rng(0)
    vectors = {"image": generator.normal(50, 9, (60, 6)).astype(np.float32)}
    vectors["text"] = generator.normal(size=(60, 4)).astype(np.float32)
    vectors["image"][41] = vectors["image"][40]
    vectors["text"][41] = vectors["text"][40]
    present = {"image": np.arange(60) > 1, "text": np.arange(60) != 1}
    order = np.arange(60) if order is None else order
    kinds = ({name: each[order] for name, each in kind.items()} for kind in (vectors, present))
    whole = Embedding([f"r{n:02}" for n in order], *kinds)
    parts = ["test" if n % 3 == 0 else "train" for n in order]
    return whole, Index(whole, [f"object {n // 2}" for n in order], parts)


def one(whole, identity):
    place = whole.ids.index(identity)
    kinds = ({name: each[place : place + 1] for name, each in kind.items()} for kind in (whole.vectors, whole.present))
    return Embedding([identity], *kinds)


def test_similarities_are_cosines_of_the_joined_vectors():
    whole, index = made()
    x = whole.joint()
    found = index.similarities(one(whole, "r40"), ["image", "text"])
    lengths = np.linalg.norm(x, axis=1)
    known = lengths > 0
    assert found[known] == pytest.approx((x @ x[40])[known] / lengths[known] / lengths[40], abs=1e-5)
    assert found[1] == -1  # it has neither input


@pytest.mark.parametrize("count", [1, 3, 29, 100])
def test_the_first_are_those_of_a_whole_sort_one_view_an_object(count):
    whole, index = made()
    scores = index.similarities(one(whole, "r07"), ["text"])
    expected, seen = [], {3}
    for place in sorted(range(60), key=lambda place: (-scores[place], whole.ids[place])):
        if place // 2 not in seen and place % 3:
            seen.add(place // 2)
            expected.append(place)
    found = index.nearest(one(whole, "r07"), ["text"], count, without=7, part="train")
    assert [place for place, _ in found] == expected[:count]
    assert [value for _, value in found] == pytest.approx(scores[expected[:count]].tolist())


def test_the_order_of_records_changes_no_answer_even_where_two_are_equal():
    whole, index = made()
    turned, other = made(np.arange(60)[::-1])
    names = [whole.ids[place] for place, _ in index.nearest(one(whole, "r40"), ["image", "text"], 10)]
    again = [turned.ids[place] for place, _ in other.nearest(one(turned, "r40"), ["image", "text"], 10)]
    assert names == again
    assert names[0] == "r40"


def test_the_usual_similarity_is_that_to_the_nearest_other_object_of_the_part():
    whole, index = made()
    found = index.usual(["image", "text"], "train")
    inside = [place for place in range(2, 60) if place % 3]  # the first two lack an input
    firsts = {place // 2: place for place in reversed(inside)}
    expected = []
    for place in firsts.values():
        scores = index.similarities(one(whole, f"r{place:02}"), ["image", "text"])
        expected.append(max(scores[other] for other in inside if other // 2 != place // 2))
    assert np.sort(found) == pytest.approx(np.sort(expected), abs=1e-5)
    assert index.usual(["image", "text"], "train") is found
    assert len(index.usual(["image"], "nowhere")) == 0
