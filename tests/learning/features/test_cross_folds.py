"""Folds of whole objects for a head that is fitted."""

import numpy as np
import pytest
from tiny import TINY

from vbg_framework.base.errors import VBGError
from vbg_framework.config.augmentation import MixConfig
from vbg_framework.config.plugins import load_plugins
from vbg_framework.config.registry import Registry
from vbg_framework.contracts.record import Origin, Record
from vbg_framework.data.loading.opening import open_items
from vbg_framework.data.loading.record_items import RecordItems
from vbg_framework.data.preparation.cache import prepare_data
from vbg_framework.learning.features.cross_folds import cross_folds
from vbg_framework.learning.mixed import Mixed
from vbg_framework.screen import Screen


@pytest.fixture(scope="module")
def real():
    resolved = Registry.read(TINY).experiment("tiny-text", load_plugins())
    items = open_items(resolved.experiment, prepare_data(resolved.parts["data"], Screen()))[1]
    return items["train"].joined(items["validation"])


def test_every_record_is_held_out_once_and_no_object_is_divided(real):
    folds, clusters = cross_folds(real, real.tasks[0], 3, seed=1), np.array(real.column("cluster"))
    assert sorted(np.concatenate([held for _, held in folds]).tolist()) == list(range(len(real)))
    assert not any({*clusters[learn]} & {*clusters[held]} for learn, held in folds)


def test_a_copy_is_not_learnt_from_where_its_object_is_held_out(real):
    copies = [Record(f"SYN_{one}", {}, origin=Origin(sources=(one,))) for one in real.ids]
    made = RecordItems(copies, tasks=real.tasks, modalities=["metadata"])
    for learn, held in cross_folds(Mixed(real, made, MixConfig()), real.tasks[0], 3, seed=1):
        copied = learn[learn >= len(real)] - len(real)
        assert not {*copied} & {*held}
        assert {*copied} == {*learn[learn < len(real)]}


def test_one_object_cannot_be_divided(real):
    with pytest.raises(VBGError, match=r"train.folds: folds need two objects to learn from, got 1"):
        cross_folds(real.select([0]), real.tasks[0], 3, seed=1)
