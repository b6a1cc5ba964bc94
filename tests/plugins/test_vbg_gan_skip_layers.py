import pytest
import torch
from pydantic import ValidationError
from vbg_gan import GanConfig
from vbg_gan.skip_layers import SkipLayerGenerator


def network(seed_grid=2):
    torch.manual_seed(0)
    sizes = {"classes": 2, "attributes": (2,), "latent": 12, "embedding": 4, "width": 64}
    return SkipLayerGenerator(seed_grid=seed_grid, **sizes).eval()


def inputs(count=5):
    draws = torch.Generator().manual_seed(1)
    return torch.randn(count, 12, generator=draws), torch.arange(count) % 2, torch.zeros(count, 1, dtype=torch.long)


@pytest.mark.parametrize("seed_grid", [2, 4])
def test_pictures_have_sixteen_times_the_pixels_of_the_seed_grid_and_stay_in_range(seed_grid):
    made = network(seed_grid)(*inputs())
    assert made.shape == (5, 3, 16 * seed_grid, 16 * seed_grid)
    assert made.abs().max() <= 1


def test_a_picture_depends_on_its_own_noise_class_and_attributes_alone():
    net, (z, classes, values) = network(), inputs()
    together = net(z, classes, values)
    alone = torch.cat([net(z[n : n + 1], classes[n : n + 1], values[n : n + 1]) for n in range(5)])
    torch.testing.assert_close(together, alone, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("changed", [0, 1, 2])
def test_noise_class_and_attributes_each_change_the_picture(changed):
    net, given = network(), list(inputs())
    before = net(*given)
    given[changed] = given[changed] + 1 if changed == 0 else 1 - given[changed]
    assert (net(*given) - before).abs().flatten(1).amax(1).min() > 1e-6


def test_the_last_two_maps_are_gated_by_the_first_two():
    net = network().train()
    maps = []
    for gate in net.gates:
        gate.register_forward_hook(lambda _, given, made: maps.append((given[0], made)))
    net(*inputs())
    assert [tuple(given.shape[1:]) for given, _ in maps] == [(64, 2, 2), (64, 4, 4)]
    assert [made.shape[1] for _, made in maps] == [doubling.norm.num_features // 2 for doubling in net.doublings[2:]]
    with torch.no_grad():
        net.gates[-1][-2].bias.fill_(-1e4)  # a gate that is shut lets nothing through
    flat = net(*inputs())
    torch.testing.assert_close(flat, flat.mean(dim=(2, 3), keepdim=True).expand_as(flat))


def test_gradients_reach_every_weight():
    net = network().train()
    net(*inputs()).square().mean().backward()
    missed = [name for name, weight in net.named_parameters() if weight.grad is None or not weight.grad.any()]
    assert missed == []


def test_local_fusion_has_a_generator_of_its_own():
    with pytest.raises(ValidationError, match="`local_fusion` has a generator of its own, got `generator: skip_layer`"):
        GanConfig(generator="skip_layer", local_fusion={})
