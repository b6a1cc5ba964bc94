"""Training the small network, and asking it."""

import numpy as np
import torch

from vbg_framework.generation.quality.net_training import frames, kept_net, look_at, train_net
from vbg_framework.screen import Screen


def collection():
    draw = np.random.default_rng(0)
    codes = np.arange(24) % 2
    pixels = draw.integers(0, 60, (24, 3, 64, 64), np.uint8)
    pixels[codes == 1, 0] += 150
    return pixels, np.eye(2, dtype=np.float32)[codes]


def test_it_learns_and_says_how_sure_it_is():
    pixels, labels = collection()
    net = train_net(pixels, [labels, np.zeros((24, 3), np.float32)], 25, 0, Screen())
    features, (first, second) = look_at(net, pixels)
    assert features.shape == (24, 256)
    assert (first.argmax(1) == labels.argmax(1)).all()
    assert np.allclose(first.sum(1), 1, atol=1e-5)
    assert second.shape == (24, 3)  # a task without labels
    assert look_at(net, frames([]))[1][1].shape == (0, 3)


def test_the_same_seed_trains_the_same_network():
    pixels, labels = collection()
    one, other, third = (train_net(pixels, [labels], 3, seed, Screen()).state_dict() for seed in (1, 1, 2))
    assert all(torch.equal(one[name], other[name]) for name in one)
    assert any(not torch.equal(one[name], third[name]) for name in one)


def test_a_network_is_kept_whoever_else_keeps_it(tmp_path):
    pixels, labels = collection()
    file = tmp_path / "judges" / "net.safetensors"

    def train():
        net = train_net(pixels, [labels], 2, 0, Screen())
        kept_net(file, [2], lambda: net)  # another process was faster
        return net

    first, again = (kept_net(file, [2], make).state_dict() for make in (train, None))
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert [path.name for path in file.parent.iterdir()] == ["net.safetensors"]
