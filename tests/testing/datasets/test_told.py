import json

import numpy as np

from vbg_framework.contracts.record import Record
from vbg_framework.testing.datasets.told import held, plain, told_of


def record(depth):
    return Record("a", {"depth": np.array(depth), "image": object(), "text": "A bowl"}, {"kind": "bowl"})


def test_records_with_arrays_can_be_compared():
    assert told_of(record([1, 2])) == told_of(record([1, 2])) != told_of(record([1, 3]))


def test_paths_stay_readable():
    assert held("depth", "maps/1.npy") == "maps/1.npy"


def test_what_a_record_says_is_ready_for_json():
    assert json.loads(json.dumps(plain(told_of(record([1]))))) == plain(told_of(record([1])))
