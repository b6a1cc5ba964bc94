import numpy as np
import pytest
import torch
from gan_pictures import museum
from safetensors.torch import load_model, save_model
from torch import nn
from vbg_gan.networks import Discriminator, Generator


def generator(seed_grid=2, width=16, attributes=(3, 2)):
    return Generator(classes=4, attributes=attributes, latent=5, embedding=6, seed_grid=seed_grid, width=width)


def discriminator(seed_grid=1, attributes=(3, 2), width=16, spectral=False):
    return Discriminator(classes=4, attributes=attributes, seed_grid=seed_grid, width=width, spectral=spectral)


def inputs(count=3):
    return torch.randn(count, 5), torch.arange(count) % 4, torch.tensor([[0, 1], [2, 0], [-1, -1]])[:count]


@pytest.mark.parametrize(("seed_grid", "side"), [(14, 224), (4, 64), (1, 16)])
def test_pictures_have_sixteen_pixels_per_cell_of_the_seed_grid(seed_grid, side):
    made = generator(seed_grid)(*inputs())
    assert made.shape == (3, 3, side, side)
    assert made.abs().max() <= 1
    (judgement,) = discriminator(seed_grid)(made)
    assert judgement.real.shape == (3,)
    assert judgement.classes.shape == (3, 4)
    assert [logits.shape for logits in judgement.attributes] == [(3, 3), (3, 2)]


def test_the_layers_are_the_papers():
    net = Generator(classes=10, attributes=(4,), latent=100, embedding=64, seed_grid=1, width=512)
    convolutions = [m for m in net.modules() if isinstance(m, nn.ConvTranspose2d)]
    assert [(m.in_channels, m.out_channels) for m in convolutions] == [(512, 256), (256, 128), (128, 64), (64, 3)]
    assert {(m.kernel_size, m.stride, m.padding) for m in convolutions} == {((4, 4), (2, 2), (1, 1))}
    connected = [m for m in net.modules() if isinstance(m, nn.Linear)]
    assert len(connected) == 3
    assert connected[0].in_features == 100 + 64 + 4
    judge = Discriminator(classes=10, attributes=(4,), seed_grid=1, width=512, spectral=False)
    convolutions = [m for m in judge.modules() if isinstance(m, nn.Conv2d)]
    assert [(m.in_channels, m.out_channels) for m in convolutions] == [(3, 64), (64, 128), (128, 256), (256, 512)]
    assert [type(m) for m in judge.trunk[:4]] == [
        nn.Conv2d,
        nn.LeakyReLU,
        nn.Conv2d,
        nn.BatchNorm2d,
    ]  # none on the first
    assert {m.negative_slope for m in judge.modules() if isinstance(m, nn.LeakyReLU)} == {0.2}


def test_class_attributes_and_latents_all_change_the_picture():
    net, (z, classes, values) = generator(), inputs()
    plain = net(z, classes, values)
    assert not torch.allclose(plain, net(z + 1, classes, values))
    assert not torch.allclose(plain, net(z, (classes + 1) % 4, values))
    assert not torch.allclose(plain[0], net(z, classes, torch.tensor([[1, 1], [2, 0], [-1, -1]]))[0])


def test_it_works_without_attributes():
    made = generator(attributes=())(torch.randn(2, 5), torch.tensor([0, 3]), torch.zeros(2, 0, dtype=torch.long))
    assert made.shape == (2, 3, 32, 32)
    (judgement,) = discriminator(2, attributes=())(made)
    assert judgement.attributes == ()


def test_real_and_generated_batches_have_statistics_of_their_own():
    judge, (one, two) = discriminator(attributes=()), torch.randn(2, 4, 3, 16, 16)
    together, apart = judge(one, 3 * two), (judge(one)[0], judge(3 * two)[0])
    for a, b in zip(together, apart, strict=True):
        torch.testing.assert_close(a.real, b.real)


def test_spectral_norm_bounds_every_layer_of_the_discriminator():
    torch.default_generator.manual_seed(0)
    judge = discriminator(attributes=(3,), spectral=True)
    for _ in range(30):
        judge(torch.randn(2, 3, 16, 16))
    layers = [m for m in judge.modules() if isinstance(m, nn.Conv2d | nn.Linear)]
    largest = [torch.linalg.matrix_norm(layer.weight.flatten(1), ord=2).item() for layer in layers]
    assert largest == pytest.approx([1.0] * 6, abs=0.05)


@pytest.mark.parametrize("spectral", [False, True])
def test_a_saved_discriminator_says_the_same_when_loaded(tmp_path, spectral):
    one, other = (discriminator(2, spectral=spectral).eval() for _ in range(2))
    save_model(one, str(tmp_path / "judge.safetensors"))
    load_model(other, str(tmp_path / "judge.safetensors"))
    pictures = torch.randn(2, 3, 32, 32)
    torch.testing.assert_close(other(pictures)[0].real, one(pictures)[0].real)
    assert {tuple(head.shape) for head in one(pictures)[0].attributes} == {(2, 3), (2, 2)}


@pytest.mark.parametrize("side", [64, 128, 224])
def test_real_or_fake_and_a_single_feature_depend_on_all_four_corners(side):
    torch.default_generator.manual_seed(0)
    judge, pictures = discriminator(side // 16).eval(), torch.randn(1, 3, side, side, requires_grad=True)
    for said in (judge(pictures)[0].real[0], judge.features(pictures)[0, 0]):
        (gradient,) = torch.autograd.grad(said, pictures)
        assert all(gradient[..., y, x].abs().sum() > 0 for y in (0, -1) for x in (0, -1))


@pytest.mark.parametrize(("side", "count"), [(64, 120), (128, 48), (224, 32)])
def test_swapping_the_halves_of_a_picture_changes_it_as_much_as_taking_another_picture(side, count):
    """In training mode, as it judges while it learns; distances in units of every feature's spread over the pictures.

    The mean over places, in place of the connected layer, hardly notices.
    """
    torch.default_generator.manual_seed(0)
    judge = discriminator(side // 16, width=128).train()
    pictures = torch.from_numpy(museum(side, count).pixels).permute(0, 3, 1, 2) / 127.5 - 1
    swapped = torch.cat(pictures.split(side // 2, dim=3)[::-1], dim=3)
    with torch.no_grad():
        assert moved(judge.features(pictures), judge.features(swapped)) >= 1
        maps = [judge.trunk[:-1](each).mean(dim=(2, 3)) for each in (pictures, swapped)]
    assert moved(*maps) < 0.6


def moved(features, changed):
    """How far pictures move, in median distances to another picture; the median over pictures."""
    spread = features.std(dim=0)
    apart = torch.cdist(features / spread, features / spread).fill_diagonal_(np.nan).nanmedian(dim=1).values
    return float((((changed - features) / spread).norm(dim=1) / apart).median())
