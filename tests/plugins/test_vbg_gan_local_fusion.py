import copy

import pytest
import torch
import torch.nn.functional as F
from pydantic import ValidationError
from vbg_gan import GanConfig, LocalFusionConfig
from vbg_gan.local_fusion import LocalFusionGenerator, _collage, _jittered, _match, _moved
from vbg_gan.memory import Memory


def known(count=6, side=32):
    draws = torch.Generator().manual_seed(0)
    pixels = torch.randint(0, 256, (count, 3, side, side), generator=draws, dtype=torch.uint8)
    return Memory(pixels, torch.arange(count) % 2, torch.zeros(count, 1, dtype=torch.long), ["r"] * count)


def network(**options):
    torch.manual_seed(0)
    sizes = {"classes": 2, "attributes": (2,), "latent": 40, "embedding": 4, "width": 16}
    return LocalFusionGenerator(known(), LocalFusionConfig(**options), **sizes).eval()


def inputs(count=5):
    draws = torch.Generator().manual_seed(1)
    return torch.randn(count, 40, generator=draws), torch.arange(count) % 2, torch.zeros(count, 1, dtype=torch.long)


def test_pictures_have_the_size_of_those_remembered_and_stay_in_range():
    made, collage = network()(*inputs(), collage=True)
    assert made.shape == collage.shape == (5, 3, 32, 32)
    assert made.abs().max() <= 1


def test_a_picture_depends_on_its_own_noise_class_and_attributes_alone():
    net, (z, classes, values) = network(), inputs()
    together = net(z, classes, values)
    alone = torch.cat([net(z[n : n + 1], classes[n : n + 1], values[n : n + 1]) for n in range(5)])
    torch.testing.assert_close(together, alone, atol=1e-5, rtol=1e-4)


def test_noise_makes_different_pictures_of_one_class():
    z, _, values = inputs()
    collage = network()(z, torch.zeros(5, dtype=torch.long), values, collage=True)[1]
    assert torch.pdist(collage.flatten(1)).min() > 1


def test_without_moves_and_shares_the_collage_is_a_training_picture():
    net = network(warp=0.0, share=1e-6)
    z, classes, values = inputs()
    collage = net(z, classes, values, collage=True)[1]
    rest = [(net.memory.pictures(torch.arange(6)) - each).abs().amax((1, 2, 3)).min() for each in collage]
    assert max(rest) < 1e-3


def test_retouching_begins_with_the_collage_and_learns_what_to_add():
    net = network(retouch=True)
    made, collage = net(*inputs(), collage=True)
    torch.testing.assert_close(made, collage, atol=0.02, rtol=0)
    made.sum().backward()
    assert net.decoder[-2].weight.grad.abs().sum() > 0
    torch.testing.assert_close(net(*inputs()), made)


def test_what_a_reference_has_to_say_changes_smoothly_from_cell_to_cell():
    base, reference = torch.zeros(2, 3, 32, 32), torch.ones(2, 3, 32, 32)
    share = torch.rand(2, 1, 4, 4, generator=torch.Generator().manual_seed(3))
    made = _collage([base, reference], [torch.arange(16).expand(2, 16)], share)
    across, cells = made.diff(dim=3).abs().amax(), share.diff(dim=3).abs().amax()
    assert 0 < across <= cells / 8 + 1e-6
    torch.testing.assert_close(made.mean((2, 3)), share.mean((2, 3)).expand(2, 3), atol=0.05, rtol=0)


def test_a_collage_takes_the_most_alike_cell_nearby_ones_first():
    generator = torch.Generator().manual_seed(2)
    one, other = (torch.randn(2, 6, 3, 3, generator=generator) for _ in range(2))
    match = _match(one, other)
    for row in range(2):
        for cell in range(9):
            here = torch.tensor(divmod(cell, 3)) / 2
            scores = []
            for there in range(9):
                far = (here - torch.tensor(divmod(there, 3)) / 2).pow(2).sum()
                alike = F.cosine_similarity(one[row].flatten(1)[:, cell], other[row].flatten(1)[:, there], dim=0)
                scores.append(float(alike - 8 * far))
            assert match[row, cell] == max(range(9), key=scores.__getitem__)
    assert torch.equal(_moved(other, match)[0].flatten(1)[:, 4], other[0].flatten(1)[:, match[0, 4]])


def test_no_move_leaves_a_picture_as_it_is():
    pictures = torch.rand(2, 3, 16, 16)
    torch.testing.assert_close(_jittered(pictures, torch.zeros(2, 5)), pictures)


def test_gradients_reach_encoder_decoder_and_condition_but_not_the_collage():
    net = network().train()
    made, collage = net(*inputs(), collage=True)
    assert not collage.requires_grad
    made.square().mean().backward()
    assert all(each.grad is not None and each.grad.abs().sum() > 0 for each in (
        net.encoder[0].weight, net.decoder[0].weight, net.condition.weight))  # fmt: skip


def test_copies_share_the_pictures_and_weights_do_not_hold_them():
    net = network()
    assert copy.deepcopy(net).memory is net.memory
    assert sum(each.numel() for each in net.state_dict().values()) < 50_000


def test_too_little_noise_is_refused():
    with pytest.raises(ValidationError, match="`local_fusion` takes `latent` of at least 23, got 10"):
        GanConfig(latent=10, local_fusion={})
