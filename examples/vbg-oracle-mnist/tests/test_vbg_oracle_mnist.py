"""The dataset `oracle_mnist`, on files made here."""

import gzip
import struct

import numpy as np
import pytest
from vbg_oracle_mnist import OracleMnistConfig, vbg_components

from vbg_framework import VBGError

PIXELS = np.random.default_rng(0).integers(0, 256, (6, 28, 28), np.uint8)


def written(folder, labels=b"\0\1\2\0\1\2", count=6):
    with gzip.open(folder / "t10k-images-idx3-ubyte.gz", "wb") as file:
        file.write(struct.pack(">4i", 2051, 6, 28, 28) + PIXELS.tobytes())
    with gzip.open(folder / "t10k-labels-idx1-ubyte.gz", "wb") as file:
        file.write(struct.pack(">2i", 2049, count) + labels)
    return read(folder)


def read(folder):
    (component,) = vbg_components()
    return list(component.load()(OracleMnistConfig(path=str(folder))).records())


def test_pictures_and_labels_are_read_in_order(tmp_path):
    records = written(tmp_path)
    assert [record.targets["character"] for record in records] == ["0", "1", "2", "0", "1", "2"]
    assert np.array_equal(np.asarray(records[4].inputs["image"]), PIXELS[4])


def test_files_that_do_not_belong_together_are_refused(tmp_path):
    with pytest.raises(VBGError, match="headers are not those"):
        written(tmp_path, count=5)
    with pytest.raises(VBGError, match="cannot be read"):
        written(tmp_path, labels=b"\0\1")


def test_a_damaged_file_is_refused(tmp_path):
    written(tmp_path)
    path = tmp_path / "t10k-images-idx3-ubyte.gz"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(VBGError, match="Download both files again"):
        read(tmp_path)
