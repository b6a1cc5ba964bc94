"""How far a record is from all training objects."""

from types import SimpleNamespace

import numpy as np
import pytest

from vbg_framework.config.plugins import load_plugins
from vbg_framework.runs.evidence.embedding import Embedding
from vbg_framework.runs.evidence.far import beyond
from vbg_framework.runs.evidence.index import Index
from vbg_framework.runs.evidence.material import Evidence
from vbg_framework.runs.evidence.similar import of_record
from vbg_framework.runs.export.finished import FinishedRun
from vbg_framework.screen import Screen

COUNT = 600


def drawn(seed, count):
    """Vectors of records of five kinds, in two inputs."""
    generator, kinds = np.random.default_rng(seed), np.random.default_rng(0).normal(size=(5, 12))
    x = kinds[generator.integers(5, size=count)] + generator.normal(scale=0.4, size=(count, 12))
    return embedding({"image": x[:, :8], "text": x[:, 8:]})


def embedding(vectors, lacks=()):
    count = len(next(iter(vectors.values())))
    present = {name: np.full(count, name not in lacks) for name in vectors}
    return Embedding([f"r{n}" for n in range(count)], {k: v.astype(np.float32) for k, v in vectors.items()}, present)


@pytest.fixture(scope="module")
def known():
    """600 training records, each an object."""
    whole = drawn(1, COUNT)
    index = Index(whole, whole.ids, ["train"] * COUNT)
    return SimpleNamespace(embedding=whole, index=index, place=whole.ids.index)


def test_what_is_drawn_like_training_records_is_seldom_far_and_what_is_not_is(known):
    fresh = drawn(2, 300)
    usual = [beyond(known, part(fresh, place)) for place in range(300)]
    assert np.mean([each >= 0.99 for each in usual]) <= 0.03
    assert 0.4 < np.median(usual) < 0.6
    noise = np.random.default_rng(3).normal(size=(30, 12)) * 3
    strange = embedding({"image": noise[:, :8], "text": noise[:, 8:]})
    assert np.mean([beyond(known, part(strange, place)) >= 0.99 for place in range(30)]) > 0.8


def test_it_is_the_rank_of_a_loop_over_all_pairs_and_a_training_record_is_not_its_own_neighbour(known):
    x = known.embedding.joint()
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    nearest = [max(x[one] @ x[other] for other in range(COUNT) if other != one) for one in range(COUNT)]
    place = int(np.argsort(nearest)[COUNT // 3])
    expected = sum(each > nearest[place] + 1e-6 for each in nearest) / (COUNT + 1)
    assert beyond(known, part(known.embedding, place), f"r{place}") == pytest.approx(expected, abs=2 / COUNT)
    assert beyond(known, part(known.embedding, place)) == 0


def test_inputs_that_the_record_lacks_do_not_count(known):
    fresh = drawn(2, 1)
    one = beyond(known, embedding(fresh.vectors, lacks=["text"]))
    other = {"image": fresh.vectors["image"], "text": fresh.vectors["text"] * 50}
    assert beyond(known, embedding(other, lacks=["text"])) == one
    assert beyond(known, embedding(other)) != one


def test_of_fewer_than_99_objects_nothing_is_far(tiny_run):
    evidence = Evidence(FinishedRun(tiny_run, load_plugins()), Screen())
    clusters = np.array(evidence.items.column("cluster"))[np.array(evidence.parts) == "train"]
    count = len(set(clusters))
    found = [beyond(evidence, of_record(evidence, each), each) for each in evidence.ids]
    assert count < 99
    assert max(found) <= count / (count + 1)


def test_without_two_objects_nothing_is_compared():
    whole = drawn(1, 2)
    index = Index(whole, ["pot", "pot"], ["train"] * 2)
    assert beyond(SimpleNamespace(embedding=whole, index=index), part(drawn(2, 1), 0)) is None


def part(whole, place):
    kinds = ({name: each[place : place + 1] for name, each in kind.items()} for kind in (whole.vectors, whole.present))
    return Embedding([whole.ids[place]], *kinds)
