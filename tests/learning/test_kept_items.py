"""Training items whose pictures are decoded once."""

import numpy as np
from PIL import Image

from vbg_framework.learning.kept_items import KeptItems


class Read(list):
    """Says which items were read."""

    def __init__(self, items):
        super().__init__(items)
        self.read = []

    def __getitem__(self, index):
        self.read.append(index)
        inputs = {m: e.copy() if isinstance(e, Image.Image) else e for m, e in list.__getitem__(self, index).items()}
        return {"id": str(index), "inputs": inputs, "targets": {"form": index}}


def pictures(count):
    return Read([{"image": Image.new("RGB", (4, 5), (index, 0, 0)), "text": "a vase"} for index in range(count)])


def test_a_picture_is_read_once_as_long_as_there_is_room():
    items = pictures(3)
    kept = KeptItems(items, most=2 * 4 * 5 * 3)
    colours = [[np.asarray(kept[i]["inputs"]["image"])[0, 0, 0] for i in range(len(kept))] for _ in range(3)]
    assert colours == [[0, 1, 2]] * 3
    assert items.read == [0, 1, 2, 2, 2]


def test_what_a_reader_does_to_an_item_stays_with_the_reader():
    kept = KeptItems(pictures(1))
    for _ in range(3):
        item = kept[0]
        assert item["inputs"]["image"].getpixel((0, 0)) == (0, 0, 0)
        assert item["targets"] == {"form": 0}
        item["inputs"]["image"].putpixel((0, 0), (9, 9, 9))
        item["inputs"]["text"], item["targets"]["form"] = "", 7


def test_items_without_a_picture_are_not_kept():
    items = Read([{"text": "a vase"}])
    kept = KeptItems(items)
    assert kept[0] == kept[0]
    assert items.read == [0, 0]
