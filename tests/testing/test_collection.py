from collections import Counter

import numpy as np

from vbg_framework.data.pictures.image import decode
from vbg_framework.testing import collection


def test_the_collection_has_scarce_and_absent_classes_and_records_with_gaps():
    records = collection.records(collection.COUNTS)
    assert Counter(record.targets["form"] for record in records) == collection.COUNTS
    assert len({record.id for record in records}) == len(records)
    for modality in ("image", "text", "metadata"):
        assert 0 < sum(modality not in record.inputs for record in records) < len(records) / 3
    assert all(record.inputs for record in records)
    form, colours = collection.tasks(records)
    assert dict(zip(form.classes, form.counts, strict=True)) == {**collection.COUNTS, "mask": 0}
    assert colours.multi_label
    assert sum(colours.counts) > 0


def test_the_same_call_makes_the_same_images():
    first, second = (collection.records(collection.COUNTS) for _ in range(2))
    for a, b in zip(first, second, strict=True):
        assert a.id == b.id
        assert a.targets == b.targets
        assert "image" not in a.inputs or np.array_equal(decode(a.inputs["image"]), decode(b.inputs["image"]))


def test_no_image_is_there_twice():
    records = collection.records(collection.COUNTS) + collection.records(collection.HELD_OUT, first=200)
    images = [record.inputs["image"].tobytes() for record in records if "image" in record.inputs]
    assert len(set(images)) == len(images)


def test_items_are_as_an_encoder_gets_them():
    images = collection.items("image", 8)
    assert {image.mode for image in images} == {"RGB"}
    assert len({image.size for image in images}) > 1
    assert all(text and isinstance(text, str) for text in collection.items("text", 8))
    metadata = collection.items("metadata", 8)
    assert len({tuple(item) for item in metadata}) > 1  # fields are missing here and there
    assert all(item and {type(value) for value in item.values()} <= {str, float} for item in metadata)


def test_an_augmenter_sees_the_training_records_and_a_part_held_out():
    train, held_out = collection.records(collection.COUNTS), collection.records(collection.HELD_OUT, first=200)
    view = collection.training_view(train, held_out)
    assert len(view) == 24
    assert len(view.held_out) == 8
    assert view.task.name == "form"
    assert view.task.counts[view.task.classes.index("mask")] == 0
    assert view.matching({"form": "mask"}) == []
