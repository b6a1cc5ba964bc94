"""The pair critic: its loss against a slow reference, and what it learns."""

import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from accelerate import Accelerator
from gan_pictures import view, without
from gan_texts import Killer
from vbg_gan import text_fitting
from vbg_gan.frames import read_frames
from vbg_gan.pair_critic import PairCritic, critic_loss, matching_auc, writer_loss
from vbg_gan.pair_pictures import PairPictures
from vbg_gan.table import AttributeTable
from vbg_gan.text import TextGenerator
from vbg_gan.text_config import TextConfig
from vbg_gan.text_lesson import lesson

from vbg_framework.contracts.record import Record
from vbg_framework.contracts.train_view import TrainView
from vbg_framework.screen import Screen

TINY = {"hidden": 24, "embedding": 12, "latent": 4, "batch_size": 8, "max_length": 40, "pretrain_learning_rate": 0.02}
CPU = torch.device("cpu")
ABOUT = torch.tensor([[0, 1], [0, 1], [0, -1], [2, 1]])  # the third differs from the first two in nothing known


def differs(one, two):
    return any(a != b and a >= 0 and b >= 0 for a, b in zip(one.tolist(), two.tolist(), strict=True))


def slow_loss(real, about, written):
    """Algorithm 1 of Reed et al. 2016, pair by pair, from scores between 0 and 1."""
    score = lambda logit: 1 / (1 + math.exp(-logit))  # noqa: E731
    count = range(len(real))
    right = np.mean([-math.log(score(real[i][i])) for i in count])
    wrong = [-math.log(1 - score(real[i][j])) for i in count for j in count if differs(about[i], about[j])]
    return right + (np.mean(wrong) + np.mean([-math.log(1 - score(logit)) for logit in written])) / 2


def test_the_loss_is_that_of_matching_aware_discrimination():
    real, written = torch.randn(4, 4, dtype=torch.float64), torch.randn(4, dtype=torch.float64)
    wanted = slow_loss(real.tolist(), ABOUT, written.tolist())
    assert critic_loss(real, ABOUT, written).item() == pytest.approx(wanted)
    assert writer_loss(written).item() == pytest.approx(np.mean([math.log(1 + math.exp(-x)) for x in written.tolist()]))


def test_a_text_of_a_record_of_the_same_facts_is_not_wrong():
    real = torch.zeros(4, 4, requires_grad=True)
    (gradient,) = torch.autograd.grad(critic_loss(real, ABOUT), real)
    against = [[differs(one, two) for two in ABOUT] for one in ABOUT]
    assert (gradient > 0).tolist() == against


def test_where_all_facts_agree_only_right_pairs_are_learnt_from():
    real = torch.randn(3, 3)
    loss = critic_loss(real, torch.zeros(3, 1, dtype=torch.long))
    torch.testing.assert_close(loss, F.softplus(-real.diagonal()).mean())
    assert math.isnan(matching_auc(real, torch.zeros(3, 1, dtype=torch.long)))


def test_the_auc_counts_pairs():
    real = torch.tensor([[2.0, 1.0, 9.0, 2.0], [0.0, 0.0, 0.0, 0.0], [5.0, 5.0, 5.0, 6.0], [0.0, 0.0, 0.0, 1.0]])
    pairs = [(real[i, i].item(), real[i, j].item()) for i in range(4) for j in range(4) if differs(ABOUT[i], ABOUT[j])]
    assert matching_auc(real, ABOUT) == pytest.approx(np.mean([(a > b) + (a == b) / 2 for a, b in pairs]))


@pytest.mark.parametrize("size", [16, 32, 64])
def test_every_place_of_a_picture_and_every_word_counts(size):
    critic = PairCritic(TextConfig(hidden=12, embedding=6), tokens=9, size=size).eval()
    pictures = torch.rand(2, 3, size, size, requires_grad=True)
    tokens = F.one_hot(torch.randint(9, (3, 5)), 9).float().requires_grad_()
    scores = critic(pictures, tokens, torch.ones(3, 5, dtype=torch.bool))
    assert scores.shape == (2, 3)
    seen, read = torch.autograd.grad(scores.sum(), (pictures, tokens))
    assert (seen.abs().sum(dim=(0, 1)) > 0).all()
    assert (read.abs().sum(dim=2) > 0).all()


def told(train):
    """Records whose text names their colour, which their picture shows, and nothing else."""
    said = [
        Record(r.id, {**r.inputs, "text": {"title": f"Painted {r.targets['colour']}"}}, r.targets)
        for r in train
        if "colour" in r.targets
    ]
    return TrainView(said, tasks=list(train.tasks.values()), task="form")


def pictures(train, table, folder):
    return read_frames(train, table, 32, folder, Screen())


def fitted(folder, train, frames, screen=None, **options):
    folder.mkdir(exist_ok=True)
    generator = TextGenerator(TextConfig(**TINY | options), AttributeTable.learn(train, ["colour"]))
    generator.fit(train, frames, accelerator=Accelerator(cpu=True), seed=1, folder=folder, screen=screen or Screen())
    return generator


def auc(generator, train, folder):
    seen = PairPictures(pictures(train, generator.table, folder))
    found = [generator.example(s)._replace(picture=seen.number(s.record)) for s in generator.table.samples(train)]
    shown = lesson([each for each in found if each.picture >= 0], generator._conditions, 0, CPU)
    tokens = shown.tokens(len(generator._mask.vocabulary))
    with torch.no_grad():
        return matching_auc(generator.pairing.critic(seen[shown.pictures], tokens, shown.mask), shown.about[:, 1:])


def test_it_tells_a_held_out_picture_with_its_own_text_from_one_with_another(tmp_path):
    train, unseen = told(view()), told(view().held_out)
    frames = pictures(train, AttributeTable.learn(train, ["colour"]), tmp_path / "frames")
    generator = fitted(tmp_path / "fit", train, frames, pretrain_steps=150, adversarial_steps=3, pair_weight=1)
    assert auc(generator, unseen, tmp_path / "unseen") > 0.9


@pytest.mark.parametrize(
    ("options", "judged"),
    [
        ({"pair_weight": 1, "adversarial_steps": 2}, True),
        ({"pair_weight": 0, "adversarial_steps": 2}, False),
        ({"pair_weight": 1, "adversarial_steps": 0}, False),
    ],
)
def test_pairs_are_judged_only_if_asked_for(tmp_path, options, judged):
    frames = pictures(view(), AttributeTable.learn(view(), ["colour"]), tmp_path / "frames")
    generator = fitted(tmp_path / "fit", view(), frames, pretrain_steps=2, **options)
    assert (generator.pairing is not None) == judged
    assert ("critic" in (tmp_path / "fit" / "text-losses.jsonl").read_text()) == judged


def test_a_killed_fit_goes_on_to_the_same_weights_of_writer_and_critic(tmp_path, monkeypatch):
    monkeypatch.setattr(text_fitting, "EVERY", 3)
    frames = pictures(view(), AttributeTable.learn(view(), ["colour"]), tmp_path / "frames")
    options = {"pretrain_steps": 4, "adversarial_steps": 4, "pair_weight": 1}
    whole = fitted(tmp_path / "whole", view(), frames, **options)
    with pytest.raises(KeyboardInterrupt):
        fitted(tmp_path / "killed", view(), frames, Killer(7), **options)
    resumed = fitted(tmp_path / "killed", view(), frames, **options)
    for network in (lambda generator: generator._writer, lambda generator: generator.pairing.critic):
        one, two = network(whole).state_dict(), network(resumed).state_dict()
        assert all(torch.equal(one[name], two[name]) for name in one)


def test_without_pictures_there_is_no_pair_critic(tmp_path):
    train = view(without("image"))
    frames = pictures(train, AttributeTable.learn(train, ["colour"]), tmp_path / "frames")
    options = {"pretrain_steps": 2, "adversarial_steps": 2, "pair_weight": 1}
    assert fitted(tmp_path / "empty", train, frames, **options).pairing is None
    assert fitted(tmp_path / "none", train, None, **options).pairing is None


def test_large_pictures_are_averaged_down(tmp_path):
    frames = read_frames(view(), AttributeTable.learn(view(), ["colour"]), 128, tmp_path, Screen())
    small = PairPictures(frames)
    first = torch.from_numpy(frames.pixels[0].astype(np.float32)).permute(2, 0, 1) / 127.5 - 1
    wanted = first.reshape(3, 64, 2, 64, 2).mean(dim=(2, 4))
    torch.testing.assert_close(small[torch.tensor([0])][0], wanted, atol=1e-5, rtol=0)
    assert small.number(frames.facts[0].record) == 0
    assert small.number("never heard of") == -1
