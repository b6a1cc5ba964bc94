"""The two networks of the text half, and the draws that let a gradient through."""

import pytest
import torch
import torch.nn.functional as F
from vbg_gan.text_config import TextConfig
from vbg_gan.text_networks import TextJudge, TextWriter
from vbg_gan.text_writing import masked_gumbel

TOKENS, FACTS = 11, 5


def config(**options):
    return TextConfig(**{"hidden": 12, "embedding": 6, "dropout": 0.2} | options)


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_word_by_word_is_the_same_as_all_at_once(cell):
    writer = TextWriter(config(cell=cell), tokens=TOKENS, facts=FACTS).eval()
    ids, facts = torch.randint(TOKENS, (3, 7)), torch.rand(3, FACTS)
    whole = writer(ids, facts)
    assert whole.shape == (3, 7, TOKENS)
    state, steps = None, []
    for place in range(7):
        logits, state = writer.read(writer.embed(ids[:, place])[:, None], facts, state)
        steps.append(logits)
    torch.testing.assert_close(torch.cat(steps, dim=1), whole)


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_every_word_depends_on_what_the_text_is_about(cell):
    writer = TextWriter(config(cell=cell), tokens=TOKENS, facts=FACTS).eval()
    ids, facts = torch.randint(TOKENS, (1, 4)), torch.rand(1, FACTS, requires_grad=True)
    for place in range(4):
        (gradient,) = torch.autograd.grad(writer(ids, facts)[0, place].sum(), facts)
        assert (gradient != 0).all()


def test_a_single_step_is_what_the_equations_say():
    writer = TextWriter(config(), tokens=TOKENS, facts=FACTS).eval()
    facts, ids = torch.rand(1, FACTS), torch.tensor([[3]])
    about = torch.tanh(facts @ writer.about.weight.T + writer.about.bias)
    h, c = torch.tanh(about @ writer.start.weight.T + writer.start.bias), torch.zeros(1, 12)
    x = torch.cat([writer.embed.weight[3:4], about], dim=1)
    gates = (
        x @ writer.cell.weight_ih_l0.T
        + writer.cell.bias_ih_l0
        + h @ writer.cell.weight_hh_l0.T
        + writer.cell.bias_hh_l0
    )
    i, f, g, o = gates.chunk(4, dim=1)
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    logits = (torch.sigmoid(o) * torch.tanh(c)) @ writer.words.weight.T + writer.words.bias
    torch.testing.assert_close(writer(ids, facts)[0], logits)


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
