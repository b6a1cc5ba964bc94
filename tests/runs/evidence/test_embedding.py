"""Vectors of records: joined on one scale, and kept."""

import numpy as np
import pytest

from vbg_framework.runs.evidence.embedding import Embedding, keep, recall


def made():
    generator = np.random.default_rng(0)
    vectors = {"image": generator.normal(50, 9, (30, 6)).astype(np.float32)}
    vectors["text"] = generator.random((30, 4)).astype(np.float32)
    present = {"image": np.arange(30) > 0, "text": np.ones(30, bool)}
    return Embedding([f"r{n}" for n in range(30)], vectors, present, frozenset({"text"}))


def test_modalities_count_alike_whatever_their_units_and_missing_ones_are_zero():
    joint = made().joint()
    assert np.square(joint[1:, :6]).sum(1).mean() == pytest.approx(1)
    assert np.square(joint[:, 6:]).sum(1).mean() == pytest.approx(1)
    assert (joint[0, :6] == 0).all()
    assert (joint[:, 6:] >= 0).all()  # counts are not moved


def test_other_records_are_measured_by_the_scale_of_the_first():
    whole = made()
    part = Embedding(
        whole.ids[:3],
        {name: each[:3] for name, each in whole.vectors.items()},
        {name: each[:3] for name, each in whole.present.items()},
        whole.counted,
    )
    assert np.allclose(part.even("image", *whole.scale("image")), whole.joint()[:3, :6])


def test_what_is_kept_is_read_for_the_same_data_alone(tmp_path):
    whole, file = made(), tmp_path / "embedding.safetensors"
    assert recall(file, "f1", whole.ids) is None
    keep(file, "f1", whole)
    again = recall(file, "f1", whole.ids)
    assert np.array_equal(again.joint(), whole.joint())
    assert recall(file, "f2", whole.ids) is None
    assert recall(file, "f1", whole.ids[1:]) is None
    written = file.read_bytes()
    for _ in range(5):
        keep(file, "f1", whole)
        assert file.read_bytes() == written
    file.write_bytes(written[:100])
    assert recall(file, "f1", whole.ids) is None
