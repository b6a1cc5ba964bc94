"""The training split as an augmenter sees it."""

import pytest
from museum import museum

from vbg_framework.base.errors import VBGError
from vbg_framework.contracts.interfaces import Augmenter
from vbg_framework.data.preparation.columns import CLUSTER
from vbg_framework.generation.inner import divide_inner


@pytest.fixture
def items(tmp_path):
    return museum(tmp_path)


def inner(items, **changes):
    return divide_inner(items, "kind", **{"share": 0.2, "seed": 1, "fingerprint": "abc"} | changes)


def test_the_two_parts_are_all_records_and_share_no_cluster(items):
    parts = inner(items)
    assert sorted(parts.learn.ids + parts.measure.ids) == sorted(items.ids)
    assert not set(parts.learn.column(CLUSTER)) & set(parts.measure.column(CLUSTER))
    assert 4 <= len(parts.measure) <= 8


def test_a_scarce_class_keeps_all_its_records_for_learning(items):
    assert not [identity for identity in inner(items).measure.ids if identity.startswith("tile")]


def test_where_every_class_is_scarce_those_with_two_objects_give_one(items):
    few = items.select([0, 1, 2, 20, 21, 22, 30])
    assert {identity.partition("-")[0] for identity in inner(few, share=0.3).measure.ids} == {"bowl", "jar"}


def test_the_same_seed_draws_the_same_parts(items):
    assert inner(items).learn.ids == inner(items).learn.ids
    assert inner(items).learn.ids != inner(items, seed=2).learn.ids


def test_a_record_has_its_image_the_readable_text_and_all_metadata(items):
    view = inner(items).view
    record = view[0]
    assert record.inputs["image"].mode == "RGB"
    assert record.inputs["text"] == {"title": record.id.replace("-", " ")}
    assert record.inputs["metadata"] == {"year": float(record.id.partition("-")[2])}
    assert record.targets == view.targets[0]
    assert view.task.counts == (len(view.matching({"kind": "bowl"})), len(view.matching({"kind": "jar"})), 2)
    assert [r.id for r in view[:3]] == [view[i].id for i in range(3)]


def test_the_fingerprint_follows_the_data_and_the_records(items):
    first = inner(items).view.fingerprint
    assert first == inner(items).view.fingerprint
    assert first != inner(items, fingerprint="other").view.fingerprint
    assert first != inner(items, seed=2).view.fingerprint


def test_a_multi_label_task_is_refused(items):
    items.tasks = tuple(type(t)(t.name, True, t.classes, t.counts) for t in items.tasks)
    with pytest.raises(VBGError, match=r"loop\.task: .*'kind' is multi-label"):
        inner(items)


def test_too_few_records_to_divide_are_refused(items):
    with pytest.raises(VBGError, match=r"loop\.inner: cannot divide 2"):
        inner(items.select([0, 20]))


class Greedy(Augmenter):
    """Tries to get at what it may not see."""

    def generate(self, requests, train, *, seed):
        """Everything it can reach through public names."""
        public = [name for name in dir(train) if not name.startswith("_")]
        self.seen = {record.id for record in train} | {record.id for record in train[-1000:1000]}
        self.names = public
        for index in (len(train), -len(train) - 1):
            with pytest.raises(IndexError):
                train[index]
        yield from ()


def test_an_augmenter_that_looks_for_other_splits_finds_none(items):
    train, rest = items.select(range(25)), set(items.ids[25:])
    view = divide_inner(train, "kind", share=0.2, seed=1, fingerprint="abc").view
    greedy = Greedy(None)
    list(greedy.generate([], view, seed=0))
    assert not greedy.seen & (rest | set(inner(train).measure.ids))
    assert set(greedy.names) == {"count", "fingerprint", "held_out", "index", "matching", "targets", "task", "tasks"}
