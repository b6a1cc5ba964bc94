from types import SimpleNamespace

import numpy as np
import torch
from vbg_gan.frames import Frame, Frames
from vbg_gan.memory import Memory
from vbg_gan.sampler import Codes


def memory(classes, values=None):
    """Picture n is of grey n."""
    count = len(classes)
    pixels = torch.arange(count, dtype=torch.uint8)[:, None, None, None].expand(-1, 3, 16, 16).contiguous()
    known = torch.zeros(count, 0, dtype=torch.long) if values is None else torch.tensor(values)
    return Memory(pixels, torch.tensor(classes), known, [f"r{n}" for n in range(count)])


def drawn(known, positions, code, values=()):
    rows = known.draw(torch.tensor([positions]), torch.tensor([code]), torch.tensor([list(values)], dtype=torch.long))
    return rows[0].tolist()


def test_base_and_references_are_of_the_class():
    known = memory([0, 1, 0, 1, 0])
    for place in (0.0, 0.3, 0.6, 0.999, 1.0):
        assert set(drawn(known, [place, 1 - place], 0)) <= {0, 2, 4}
        assert set(drawn(known, [place, 1 - place], 1)) <= {1, 3}


def test_every_picture_of_a_class_is_as_likely_to_be_the_base():
    known, places = memory([0] * 4), np.linspace(0, 0.999, 100)
    found = [drawn(known, [place, 0.5], 0)[0] for place in places.tolist()]
    assert np.bincount(found).tolist() == [25] * 4


def test_a_reference_is_another_picture_if_there_is_one():
    assert drawn(memory([0, 0]), [0.0, 0.0], 0) == [0, 1]
    assert drawn(memory([0]), [0.0, 0.0], 0) == [0, 0]


def test_the_base_agrees_best_with_the_attributes_asked_for():
    known = memory([0] * 4, [[0, 0], [0, 1], [1, 1], [-1, 1]])
    assert {drawn(known, [place, 0.5], 0, [1, 1])[0] for place in (0.0, 0.5, 1.0)} == {2}
    assert {drawn(known, [place, 0.5], 0, [0, -1])[0] for place in (0.0, 1.0)} == {0, 1}


def test_references_agree_best_too_or_are_of_the_best_four():
    known = memory([0] * 8, [[1]] + [[0]] * 3 + [[1]] * 4)
    places = np.linspace(0, 1, 21).tolist()
    assert {drawn(known, [0.0, place], 0, [1])[1] for place in places} == {4, 5, 6, 7}
    assert {drawn(known, [0.0, place], 0, [0])[1] for place in places} <= {0, 2, 3, 4}


def test_of_many_that_agree_a_reference_is_of_the_quarter_most_like_the_base():
    known, places = memory([0] * 33), np.linspace(0, 1, 41).tolist()
    assert {drawn(known, [0.5, place], 0)[1] for place in places} == {*range(12, 21)} - {16}


def test_pictures_come_in_the_range_of_a_tanh():
    pictures = memory([0, 0]).pictures(torch.tensor([0, 1]))
    assert pictures.shape == (2, 3, 16, 16)
    assert torch.allclose(pictures[:, 0, 0, 0], torch.tensor([-1.0, 1 / 127.5 - 1]))


def test_a_class_keeps_at_most_so_many_pictures_drawn_by_the_seed():
    codes = Codes(SimpleNamespace(classes=("a", "b"), attributes={}))
    facts = tuple(Frame(str(n), "a" if n < 9 else "b", {}, (0, 0, 16, 16), 1.0) for n in range(12))
    frames = Frames(np.arange(12, dtype=np.uint8)[:, None, None, None] * np.ones((1, 16, 16, 3), np.uint8), facts)
    kept = [Memory.of(frames, codes, 4, seed) for seed in (0, 0, 1)]
    assert [len(each.members[0]) for each in kept] == [4, 4, 4]
    assert [len(each.members[1]) for each in kept] == [3, 3, 3]
    assert torch.equal(kept[0].pixels, kept[1].pixels)
    assert not torch.equal(kept[0].pixels, kept[2].pixels)


def test_what_was_saved_is_loaded(tmp_path):
    known = memory([0, 1, 0], [[0], [1], [-1]])
    known.save(tmp_path / "memory.safetensors")
    again = Memory.load(tmp_path / "memory.safetensors")
    assert torch.equal(again.pixels, known.pixels)
    assert torch.equal(again.classes, known.classes)
    assert torch.equal(again.values, known.values)
    assert again.records == ("r0", "r1", "r2")
