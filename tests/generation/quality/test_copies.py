import numpy as np
from collection import seen

from vbg_framework.data.splits.clusters import NEAR
from vbg_framework.generation.quality.copies import bits, memorisation, nearest


def test_bits_are_counted_one_by_one_and_blank_is_like_nothing():
    hashes = np.random.default_rng(0).integers(0, 256, (6, 32), np.uint8)
    hashes[5] = 0
    found = bits(hashes, hashes)
    told = np.unpackbits(hashes[:5], axis=1)
    assert (found[:5, :5] == (told[:, None] != told[None]).sum(-1)).all()
    assert (found[5] == 256).all()


def test_the_nearest_is_found_by_hash_if_it_tells_a_copy_and_by_features_otherwise():
    known = seen(["bowl"] * 3, [[0, 0], [5, 0], [9, 0]])
    twin = known.hashes[2] ^ np.array([1] + [0] * 31, np.uint8)
    made = seen(["bowl"] * 2, [[4, 0], [4, 0]], np.stack([np.zeros(32, np.uint8), twin]))
    found = nearest(made, known)
    assert found.row.tolist() == [1, 2]
    assert found.distance.tolist() == [1, 1]
    assert found.bits.tolist() == [256, 1]
    assert found.copied.tolist() == [False, True]
    assert found.order.tolist() == [1, 0]
    assert NEAR < 256


def test_the_reference_has_the_generated_mix_of_classes():
    """Tiles lie far from training, bowls near; generated tiles must be held against unseen tiles."""
    known = seen(["bowl"] * 30 + ["tile"], np.vstack([np.zeros((30, 2)), [[100, 0]]]))
    unseen = seen(["bowl"] * 30 + ["tile"] * 5, np.vstack([np.full((30, 2), 0.1), [[100, 10 + i] for i in range(5)]]))
    made = seen(["tile"] * 10 + ["plate"], np.vstack([[[100, 6]] * 10, [[0, 0]]]))
    notes: list[str] = []
    found = memorisation(made, nearest(made, known), known, unseen, notes)
    assert found["reference"] == 12
    assert found["ratio"] == 0.5
    assert found["closer"] == 1
    assert found["compared"] == 10
    assert found["near_copies"] == {"count": 0, "n": 11, "share": 0}
    assert found["closest"][0]["nearest"] in known.ids
    assert not notes


def test_without_unseen_images_of_these_classes_there_is_no_ratio_but_a_note():
    known, unseen = seen(["tile"] * 3, np.eye(3)), seen(["bowl"] * 3, np.eye(3))
    notes: list[str] = []
    made = seen(["tile"] * 2, np.ones((2, 3)))
    found = memorisation(made, nearest(made, known), known, unseen, notes)
    assert found["ratio"] is found["reference"] is found["closer"] is None
    assert found["distance"] > 0
    assert "no unseen real images" in notes[0]
