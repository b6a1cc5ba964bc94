import math

import pytest
import torch
from vbg_gan.losses import attribute_loss, discriminator_loss, diversity_loss, generator_loss
from vbg_gan.networks import Judgement

LOGITS = [-30.0, -2.0, -0.1, 0.0, 0.7, 3.0, 25.0]


def sigmoid(x):
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


def gradient(function, values):
    logits = torch.tensor(values, dtype=torch.float64, requires_grad=True)
    function(logits).backward()
    return logits.grad.tolist()


def test_the_discriminators_loss_is_the_mean_log_likelihood_of_equation_19():
    real, fake = torch.tensor([0.4, -1.0, 2.0]).double(), torch.tensor([-0.3, 0.0, 1.5]).double()
    on_real, on_fake = discriminator_loss(real, fake)
    assert on_real.item() == pytest.approx(-sum(math.log(sigmoid(x)) for x in real.tolist()) / 3)
    assert on_fake.item() == pytest.approx(-sum(math.log(1 - sigmoid(x)) for x in fake.tolist()) / 3)


def test_the_generators_losses_are_the_logarithms_they_are_named_after():
    fake = torch.tensor([-3.0, -0.3, 0.0, 1.5]).double()
    minimax, other = (generator_loss(fake, game).item() for game in ("minimax", "non_saturating"))
    assert minimax == pytest.approx(sum(math.log(1 - sigmoid(x)) for x in fake.tolist()) / 4)
    assert other == pytest.approx(-sum(math.log(sigmoid(x)) for x in fake.tolist()) / 4)


def test_gradients_are_those_of_the_closed_form_even_where_a_logarithm_would_overflow():
    n = len(LOGITS)
    assert gradient(lambda x: discriminator_loss(x, x)[0], LOGITS) == pytest.approx(
        [(sigmoid(x) - 1) / n for x in LOGITS]
    )
    assert gradient(lambda x: discriminator_loss(x, x)[1], LOGITS) == pytest.approx([sigmoid(x) / n for x in LOGITS])
    assert gradient(lambda x: generator_loss(x, "minimax"), LOGITS) == pytest.approx([-sigmoid(x) / n for x in LOGITS])
    expected = [(sigmoid(x) - 1) / n for x in LOGITS]
    assert gradient(lambda x: generator_loss(x, "non_saturating"), LOGITS) == pytest.approx(expected)


def test_minimax_stalls_where_the_discriminator_wins_and_non_saturating_does_not():
    assert abs(gradient(lambda x: generator_loss(x, "minimax"), [-20.0])[0]) < 1e-8
    assert abs(gradient(lambda x: generator_loss(x, "non_saturating"), [-20.0])[0]) > 0.99


def judgement(generator):
    made = [torch.randn(4, size, generator=generator).double() for size in (3, 2, 5)]
    return Judgement(torch.zeros(4), made[0], tuple(made[1:]))


def test_attribute_loss_is_cross_entropy_of_the_class_plus_the_mean_over_attributes():
    said, classes = judgement(torch.Generator().manual_seed(0)), torch.tensor([0, 2, 1, 1])
    values = torch.tensor([[0, 4], [1, -1], [-1, -1], [0, 0]])
    total = 0.0
    for logits, truth, weight in (
        (said.classes, classes, 1),
        *zip(said.attributes, values.unbind(1), (0.5, 0.5), strict=True),
    ):
        for row, label in zip(logits.tolist(), truth.tolist(), strict=True):
            if label >= 0:
                total += weight * (math.log(sum(map(math.exp, row))) - row[label]) / 4
    assert attribute_loss(said, classes, values).item() == pytest.approx(total)


def test_without_attributes_only_the_class_counts():
    said = Judgement(torch.zeros(2), torch.tensor([[0.0, 0.0], [0.0, 0.0]]), ())
    loss = attribute_loss(said, torch.tensor([0, 1]), torch.zeros(2, 0, dtype=torch.long))
    assert loss.item() == pytest.approx(math.log(2))


def test_diversity_is_missed_where_pictures_of_one_class_are_alike():
    classes = torch.tensor([0, 0, 1, 1])
    real = torch.rand(4, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    collapsed = real[[0, 0, 2, 2]].clone().requires_grad_()
    loss = diversity_loss(collapsed, real, classes)
    assert loss == 1
    assert diversity_loss(real, real, classes) < 0.2
    assert diversity_loss(3 * real, real, classes) == 0
    assert diversity_loss(real, real, torch.arange(4)) == 0  # no two of one class


def test_diversity_is_the_mean_shortfall_of_every_pair():
    generator = torch.Generator().manual_seed(1)
    fake, real = (scale * torch.rand(5, 3, 16, 16, generator=generator) for scale in (0.5, 1))
    classes = [0, 1, 0, 0, 1]
    pairs = [(i, j) for i in range(5) for j in range(i + 1, 5) if classes[i] == classes[j]]
    missed = []
    for made, known in ((fake, real), (_centred(fake), _centred(real))):
        goal = sum(float((known[i] - known[j]).abs().mean()) for i, j in pairs) / len(pairs)
        missed += [max(0.0, 1 - float((made[i] - made[j]).abs().mean()) / goal) for i, j in pairs]
    assert diversity_loss(fake, real, torch.tensor(classes)) == pytest.approx(sum(missed) / len(missed), abs=1e-5)


def _centred(pictures):
    return torch.stack([torch.stack([channel - channel.mean() for channel in picture]) for picture in pictures])


def test_light_alone_is_half_of_diversity_at_most():
    real = torch.rand(4, 3, 32, 32, generator=torch.Generator().manual_seed(2))
    lit = real[[0]] + torch.tensor([0.0, 5.0, 10.0, 20.0]).view(4, 1, 1, 1)
    assert diversity_loss(lit, real, torch.zeros(4, dtype=torch.long)) == pytest.approx(0.5, abs=1e-5)
