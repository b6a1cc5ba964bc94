"""Parts of a picture are covered one after the other."""

import numpy as np
from PIL import Image

from vbg_framework.learning.explanation.regions import GRID, corners, covered, heat, hidden


def test_the_map_is_hot_where_the_answer_lies():
    image = Image.new("RGB", (80, 40), (10, 10, 10))
    image.paste((250, 0, 0), (50, 15, 60, 20))  # column 5, row 3 of 8
    red = [float((np.asarray(copy)[:, :, 0] > 200).sum()) for copy in covered(image)]
    found = heat([50 - each for each in red])
    assert np.unravel_index(found.argmax(), found.shape) == (3, 5)
    assert found[6].max() == 0


def test_every_cell_is_covered_and_the_picture_is_left_as_it_is():
    image = Image.new("RGB", (37, 53), (200, 100, 50))
    before = image.tobytes()
    copies = covered(image)
    assert len(copies) == len(corners()) == (GRID - 1) ** 2
    assert all(copy.size == image.size for copy in copies)
    assert image.tobytes() == before
    assert (heat([1.0] * len(copies)) == 1).all()


def test_hidden_cells_tile_the_picture():
    image = Image.new("RGB", (37, 53), (200, 100, 50))
    image.paste((0, 0, 0), (0, 0, 5, 5))
    none, every = hidden(image, np.stack([np.zeros((8, 8), bool), np.ones((8, 8), bool)]))
    assert np.array_equal(np.asarray(none), np.asarray(image))
    assert len(np.unique(np.asarray(every).reshape(-1, 3), axis=0)) == 1
