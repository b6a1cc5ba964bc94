import pytest
import torch
from torch import nn
from vbg_gan.networks import Discriminator, Generator


def generator(seed_grid=2, width=16, attributes=(3, 2)):
    return Generator(classes=4, attributes=attributes, latent=5, embedding=6, seed_grid=seed_grid, width=width)


def inputs(count=3):
    return torch.randn(count, 5), torch.arange(count) % 4, torch.tensor([[0, 1], [2, 0], [-1, -1]])[:count]


@pytest.mark.parametrize(("seed_grid", "side"), [(14, 224), (4, 64), (1, 16)])
def test_pictures_have_sixteen_pixels_per_cell_of_the_seed_grid(seed_grid, side):
    made = generator(seed_grid)(*inputs())
    assert made.shape == (3, 3, side, side)
    assert made.abs().max() <= 1
    (judgement,) = Discriminator(classes=4, attributes=(3, 2), width=16, spectral=False)(made)
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
    judge = Discriminator(classes=10, attributes=(4,), width=512, spectral=False)
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
    (judgement,) = Discriminator(classes=4, attributes=(), width=16, spectral=False)(made)
    assert judgement.attributes == ()


def test_real_and_generated_batches_have_statistics_of_their_own():
    judge, (one, two) = Discriminator(classes=2, attributes=(), width=16, spectral=False), torch.randn(2, 4, 3, 16, 16)
    together, apart = judge(one, 3 * two), (judge(one)[0], judge(3 * two)[0])
    for a, b in zip(together, apart, strict=True):
        torch.testing.assert_close(a.real, b.real)


def test_spectral_norm_bounds_every_layer_of_the_discriminator():
    torch.default_generator.manual_seed(0)
    judge = Discriminator(classes=4, attributes=(3,), width=16, spectral=True)
    for _ in range(30):
        judge(torch.randn(2, 3, 16, 16))
    layers = [m for m in judge.modules() if isinstance(m, nn.Conv2d | nn.Linear)]
    largest = [torch.linalg.matrix_norm(layer.weight.flatten(1), ord=2).item() for layer in layers]
    assert largest == pytest.approx([1.0] * 5, abs=0.05)
