import numpy as np
import pytest
from collection import MUSEUM, view
from PIL import Image

from vbg_framework.base.errors import VBGError
from vbg_framework.contracts.record import Record, Task
from vbg_framework.contracts.train_view import TrainView
from vbg_framework.generation.quality.network import carries, lessons, shares

TAGS = Task("tags", multi_label=True, classes=("lotus", "dragon", "wave"))


def test_labels_become_shares_that_sum_to_one():
    targets = [{"tags": ("wave", "lotus")}, {"tags": ()}, {}, {"tags": ["dragon"]}]
    assert shares(targets, TAGS).tolist() == [[0.5, 0, 0.5], [0, 0, 0], [0, 0, 0], [0, 1, 0]]
    assert carries({"form": "bowl"}, "form") == ("bowl",)
    assert carries({}, "form") == ()


def test_only_records_with_a_picture_and_a_label_are_lessons():
    image = Image.new("RGB", (9, 9))
    records = [
        Record("a", {"image": image}, {"tags": ("wave",)}),
        Record("b", {"image": image}),
        Record("c", {"text": "no picture"}, {"tags": ("wave",)}),
        Record("d", {"image": image}, {"tags": ("dragon",)}),
    ]
    train = TrainView(records, tasks=[TAGS], task="tags")
    seen, (labels,) = lessons(train, ["tags"], 0, lambda images: np.array([image.size for image in images]), None)
    assert seen.tolist() == [[9, 9], [9, 9]]
    assert labels.tolist() == [[0, 0, 1], [0, 1, 0]]


@pytest.mark.parametrize("tasks", [["form"], []])
def test_nothing_to_learn_from_is_an_error(tasks):
    record = next(MUSEUM.records())
    train = view([Record("a", {"text": "no picture"}, record.targets)])
    with pytest.raises(VBGError, match="no training record has an image"):
        lessons(train, tasks, 0, lambda images: np.array(list(images)), None)
