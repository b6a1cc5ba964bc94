import numpy as np
import pytest
from gan_pictures import view
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from vbg_gan.frames import read_frames, square
from vbg_gan.table import AttributeTable

from vbg_framework.contracts.train_view import TrainView
from vbg_framework.screen import Screen


def table(train):
    return AttributeTable.learn(train, ["colour"])


def test_every_record_with_a_picture_and_a_class_becomes_a_frame(tmp_path):
    train = view()
    frames = read_frames(train, table(train), 16, tmp_path, Screen())
    pictured = [record for record in train if "image" in record.inputs]
    assert [frame.record for frame in frames.facts] == [record.id for record in pictured]
    assert [frame.name for frame in frames.facts] == [record.targets["form"] for record in pictured]
    assert frames.pixels.shape == (len(pictured), 16, 16, 3)
    for pixels, record in zip(frames.pixels, pictured, strict=True):
        np.testing.assert_array_equal(pixels, np.asarray(square(record.inputs["image"], 16)[0]))


def test_frames_are_read_once_and_a_broken_off_reading_is_begun_again(tmp_path):
    train, reads = view(), []

    class Counted(list):
        def __getitem__(self, index):
            reads.append(index)
            if len(reads) == 9:
                raise KeyboardInterrupt
            return super().__getitem__(index)

    counted = TrainView(Counted(train), tasks=list(train.tasks.values()), task="form", targets=train.targets)
    with pytest.raises(KeyboardInterrupt):
        read_frames(counted, table(train), 16, tmp_path, Screen())
    first = read_frames(counted, table(train), 16, tmp_path, Screen())
    count = len(reads)
    again = read_frames(counted, table(train), 16, tmp_path, Screen())
    assert len(reads) == count
    np.testing.assert_array_equal(first.pixels, again.pixels)
    assert first.facts == again.facts


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 300), st.integers(1, 300), st.sampled_from([16, 64]))
def test_a_picture_of_any_shape_is_fitted_whole(width, height, size):
    image = Image.new("RGB", (width, height), (200, 30, 30))
    canvas, (left, top, right, bottom), scale = square(image, size)
    assert canvas.size == (size, size)
    assert max(right - left, bottom - top) == size
    assert scale == max(width, height) / size
    assert np.asarray(canvas).reshape(-1, 3).std(axis=0).max() <= 1  # padding continues the edge's colour
