import numpy as np
import pytest
import torch
from gan_pictures import CLASSES, frames
from vbg_gan import StyleConfig
from vbg_gan.features import feature_network
from vbg_gan.style import StyleLoss, gram, weighted
from vbg_gan.textures import cut_library


def slow_gram(features):
    channels, height, width = features.shape
    made = np.zeros((channels, channels))
    for a in range(channels):
        for b in range(channels):
            for y in range(height):
                for x in range(width):
                    made[a, b] += float(features[a, y, x]) * float(features[b, y, x])
    return made / (channels * height * width)


def loss(references=3, pictures=8, seed=5):
    library = cut_library(frames(), CLASSES, 12)
    network = feature_network(StyleConfig())
    return StyleLoss(network, library, references=references, pictures=pictures, seed=seed), library, network


def noise(count=4, side=16):
    return torch.rand(count, 3, side, side, generator=torch.Generator().manual_seed(3)) * 2 - 1


def test_gram_matrices_are_the_sums_over_all_places():
    features = torch.randn(2, 4, 3, 5, generator=torch.Generator().manual_seed(0))
    for made, one in zip(gram(features), features, strict=True):
        np.testing.assert_allclose(made.numpy(), slow_gram(one.numpy()), rtol=1e-5, atol=1e-7)


def test_the_loss_is_the_squared_distance_to_the_mean_gram_matrix_of_the_class_over_all_stages():
    style, library, network = loss(references=100)  # all crops of a class, so that the choice does not matter
    pictures, classes = noise(2), torch.tensor([0, 4])
    total = 0.0
    for picture, code in zip(pictures, classes.tolist(), strict=True):
        crops = torch.from_numpy(library.pixels[library.members(code)]).permute(0, 3, 1, 2) / 127.5 - 1
        for mine, theirs in zip(network(picture[None]), network(crops), strict=True):
            goal = np.mean([slow_gram(each.numpy()) for each in theirs], axis=0)
            total += ((slow_gram(mine[0].numpy()) - goal) ** 2).sum() / 2
    assert style(pictures, classes, step=0).item() == pytest.approx(total, rel=1e-4)


def test_pictures_of_a_class_without_textures_contribute_nothing():
    style, *_ = loss()
    pictures = noise(2).requires_grad_()
    style(pictures, torch.tensor([2, 0]), step=0).backward()
    assert pictures.grad[0].abs().sum() == 0
    assert pictures.grad[1].abs().sum() > 0
    assert style(noise(2), torch.tensor([1, 2]), step=0) == 0


def test_it_is_measured_on_the_first_pictures_only():
    style, *_ = loss(pictures=3)
    pictures = noise(4).requires_grad_()
    style(pictures, torch.tensor([0, 4, 0, 4]), step=0).backward()
    assert (pictures.grad.abs().sum(dim=(1, 2, 3)) > 0).tolist() == [True, True, True, False]


def test_references_stay_for_a_hundred_steps_and_follow_from_the_seed():
    style, *_ = loss(references=2)
    pictures, classes = noise(), torch.zeros(4, dtype=torch.long)
    values = [style(pictures, classes, step=step).item() for step in (0, 99, 100, 250)]
    assert values[0] == values[1]
    assert len(set(values)) == 3
    assert loss(references=2)[0](pictures, classes, step=100).item() == values[2]  # as after a kill
    assert loss(references=2, seed=6)[0](pictures, classes, step=0).item() != values[0]


def test_the_weight_brings_the_gradient_to_its_share_of_the_others():
    draws = np.random.default_rng(0)
    ratio, shares = torch.zeros(()), []
    for step in range(200):
        scale = 1000 if step < 100 else 20  # the adversarial gradient changes on the way
        pull = torch.tensor(draws.normal(size=50) * 1e-4)
        others = torch.tensor(draws.normal(size=50) * scale)
        shares.append((weighted(pull, others, 0.1, ratio).norm() / others.norm()).item())
    assert shares[0] == pytest.approx(0.1)
    assert np.mean(shares[1:100]) == pytest.approx(0.1, rel=0.1)
    assert np.mean(shares[150:]) == pytest.approx(0.1, rel=0.1)


def test_a_vanishing_style_gradient_does_no_harm():
    ratio = torch.zeros(())
    assert torch.isfinite(weighted(torch.zeros(4), torch.ones(4), 0.1, ratio)).all()
