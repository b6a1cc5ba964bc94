"""Samples of any depth in 8 bits."""

import numpy as np
import pytest

from vbg_framework.data.pictures.depth import Range, eight_bit, guessed_range, usual_white


@pytest.mark.parametrize(
    ("highest", "white"),
    [(0, 1), (1, 1), (2, 2), (200, 255), (256, 1023), (4095, 4095), (4096, 16383), (60_000, 65535), (70_000, 70_000)],
)
def test_white_is_the_smallest_usual_value_that_holds_all(highest, white):
    assert usual_white(highest) == white


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (np.array([0, 4000], np.uint16), (0, 4095)),
        (np.array([0, 2**32 - 1], np.uint32), (0, 2**32 - 1)),
        (np.array([-32768, 32767], np.int16), (-32768, 32767)),
        (np.array([0, 900], np.int16), (0, 1023)),
        (np.array([0, 30_000], np.int16), (0, 32767)),
        (np.array([-3, *[900] * 200], np.int16), (0, 1023)),
        (np.array([0.0, 0.4]), (0, 1)),
        (np.array([0.5] * 200 + [1.03]), (0, 1)),
        (np.array([0.0, 240.5]), (0, 255)),
        (np.array([0.0, 12.5]), (0, 12.5)),
        (np.array([np.nan, np.inf, 0.5]), (0, 1)),
        (np.array([np.nan, np.nan]), (0, 1)),
        (np.zeros(3, np.uint16), (0, 1)),
    ],
)
def test_the_range_is_guessed_from_the_values(values, expected):
    assert guessed_range(values) == expected


def test_levels_are_the_nearest_and_clipped():
    values = np.array([[-5, 0, 2048], [4095, 5000, 8]])
    np.testing.assert_array_equal(eight_bit(values, Range(0, 4095)), [[0, 0, 128], [255, 255, 0]])
    np.testing.assert_array_equal(eight_bit(values, Range(0, 4095).inverted()), [[255, 255, 127], [0, 0, 255]])


def test_what_is_not_a_number_is_black_and_infinity_white():
    found = eight_bit(np.array([np.nan, np.inf, -np.inf, 1.0], np.float32), Range(0, 1))
    assert found.tolist() == [0, 255, 0, 255]


def test_many_samples_are_converted_in_batches(monkeypatch):
    values = np.arange(65536, dtype=np.uint16).reshape(256, 256)
    whole = eight_bit(values, Range(0, 65535))
    monkeypatch.setattr("vbg_framework.data.pictures.depth._BATCH", 1000)
    np.testing.assert_array_equal(eight_bit(values, Range(0, 65535)), whole)
    np.testing.assert_allclose(whole, values / 257, atol=0.51)
