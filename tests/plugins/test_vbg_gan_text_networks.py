"""The two networks of the text half, and the draws that let a gradient through."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from vbg_gan.text_config import TextConfig
from vbg_gan.text_networks import NAMED, TextJudge, TextWriter
from vbg_gan.text_writing import masked_gumbel

TOKENS, FACTS, LATENT = 11, 5, 3


def config(**options):
    return TextConfig(**{"hidden": 12, "embedding": 6, "latent": LATENT, "dropout": 0.2} | options)


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_word_by_word_is_the_same_as_all_at_once(cell):
    writer = TextWriter(config(cell=cell), tokens=TOKENS, facts=FACTS).eval()
    ids, facts = torch.randint(TOKENS, (3, 7)), torch.rand(3, FACTS + LATENT)
    whole = writer(ids, facts)
    assert whole.shape == (3, 7, TOKENS)
    state, steps = None, []
    for place in range(7):
        logits, state = writer.read(writer.embed(ids[:, place])[:, None], facts, state)
        steps.append(logits)
    torch.testing.assert_close(torch.cat(steps, dim=1), whole)


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_every_word_depends_on_what_the_text_is_about_and_on_its_noise(cell):
    writer = TextWriter(config(cell=cell), tokens=TOKENS, facts=FACTS).eval()
    ids, facts = torch.randint(TOKENS, (1, 4)), torch.rand(1, FACTS + LATENT, requires_grad=True)
    for place in range(4):
        (gradient,) = torch.autograd.grad(writer(ids, facts)[0, place].sum(), facts)
        assert (gradient != 0).all()


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def after_one_word(weights, word, facts, z):
    """Eq. 16-17 in numpy: the logits of the word after one word, from what the text is about and its noise."""
    about = np.tanh(weights["about.weight"] @ facts + weights["about.bias"])
    h, c = np.tanh(weights["start.weight"] @ about + weights["start.bias"]), np.zeros(12)
    x = np.concatenate([weights["embed.weight"][word], about, z])
    gates = weights["cell.weight_ih_l0"] @ x + weights["cell.bias_ih_l0"]
    gates += weights["cell.weight_hh_l0"] @ h + weights["cell.bias_hh_l0"]
    i, f, g, o = np.split(gates, 4)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    named = NAMED * weights["named.weight"] @ facts
    return weights["words.weight"] @ (sigmoid(o) * np.tanh(c)) + weights["words.bias"] + named


def test_a_single_step_is_what_the_equations_say():
    writer = TextWriter(config(), tokens=TOKENS, facts=FACTS).eval().double()
    torch.nn.init.normal_(writer.named.weight)
    weights = {name: tensor.numpy() for name, tensor in writer.state_dict().items()}
    facts, noise = np.random.default_rng(0).random(FACTS), np.random.default_rng(1).normal(size=(2, LATENT))
    wanted = np.array([after_one_word(weights, 3, facts, z) for z in noise])
    given = torch.from_numpy(np.stack([[*facts, *z] for z in noise]))
    np.testing.assert_allclose(writer(torch.tensor([[3], [3]]), given).detach().numpy()[:, 0], wanted, rtol=1e-9)
    assert np.abs(wanted[0] - wanted[1]).min() > 1e-6


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_without_noise_it_is_a_plain_language_model(cell):
    writer = TextWriter(config(cell=cell, latent=0), tokens=TOKENS, facts=FACTS)
    assert writer(torch.zeros(2, 4, dtype=torch.long), torch.rand(2, FACTS)).shape == (2, 4, TOKENS)


def test_the_judge_does_not_see_what_is_masked():
    judge = TextJudge(config(), tokens=TOKENS, sizes=[2, 3]).eval()
    ids, mask = torch.randint(TOKENS, (2, 6)), torch.tensor([[True] * 6, [True] * 3 + [False] * 3])
    other = torch.where(mask, ids, 0)
    first, second = (judge(F.one_hot(x, TOKENS).float(), mask) for x in (ids, other))
    short = judge(F.one_hot(ids[1:, :3], TOKENS).float(), mask[1:, :3])
    torch.testing.assert_close(first, second)
    torch.testing.assert_close(first[0][1:], short[0])
    assert [len(about[0]) for about in first[1]] == [2, 3]


def test_the_judge_stays_finite_without_a_word():
    judge = TextJudge(config(), tokens=TOKENS, sizes=[2]).eval()
    real, _ = judge(torch.zeros(1, 3, TOKENS), torch.zeros(1, 3, dtype=torch.bool))
    assert real.isfinite().all()


def seeded(draw):
    torch.default_generator.manual_seed(3)
    return draw()


def test_where_nothing_is_masked_it_is_the_straight_through_gumbel_softmax():
    logits, everything = torch.randn(64, TOKENS), torch.ones(64, TOKENS, dtype=torch.bool)
    ours = seeded(lambda: masked_gumbel(logits, everything, 0.7))
    assert torch.equal(ours, seeded(lambda: F.gumbel_softmax(logits, tau=0.7, hard=True)))
    noise = seeded(lambda: -torch.empty_like(logits).exponential_().log())
    assert torch.equal(ours, F.one_hot((logits + noise).argmax(dim=1), TOKENS).float())


def test_towards_temperature_zero_the_softmax_is_the_one_hot_draw():
    logits = torch.randn(64, TOKENS, dtype=torch.float64)
    noise = seeded(lambda: -torch.empty_like(logits).exponential_().log())
    hard = F.one_hot((logits + noise).argmax(dim=1), TOKENS)
    distances = [(((logits + noise) / t).softmax(dim=1) - hard).abs().max().item() for t in (1, 0.1, 0.01, 1e-4)]
    assert distances == sorted(distances, reverse=True)
    assert distances[-1] < 1e-6


def test_the_gradient_is_that_of_the_softmax():
    weights = torch.randn(64, TOKENS)
    logits = torch.randn(64, TOKENS, requires_grad=True)
    ours = seeded(lambda: masked_gumbel(logits, torch.ones(64, TOKENS, dtype=torch.bool), 0.7))
    soft = seeded(lambda: F.gumbel_softmax(logits, tau=0.7))
    (one,), (two,) = (torch.autograd.grad((draw * weights).sum(), logits) for draw in (ours, soft))
    torch.testing.assert_close(one, two)
    assert (one != 0).any()


def test_a_masked_token_has_neither_probability_nor_gradient():
    allowed = torch.rand(500, TOKENS) > 0.5
    allowed[:, 0] = True
    logits = (torch.randn(500, TOKENS) + 9 * ~allowed).requires_grad_()  # the masked ones would be drawn
    drawn = seeded(lambda: masked_gumbel(logits, allowed, 0.7))
    (gradient,) = torch.autograd.grad((drawn * torch.randn(500, TOKENS)).sum(), logits)
    assert (drawn[~allowed] == 0).all()
    assert (drawn.sum(dim=1) == 1).all()
    assert (gradient[~allowed] == 0).all()
    assert gradient.isfinite().all()
    assert (gradient[allowed] != 0).any()
