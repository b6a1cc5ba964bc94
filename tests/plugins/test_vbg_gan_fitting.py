import json
import os
import signal
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pytest
import torch
from gan_pictures import config, fit, view
from torch.nn.functional import cross_entropy, logsigmoid
from vbg_gan.features import feature_network
from vbg_gan.frames import read_frames
from vbg_gan.memory import Memory
from vbg_gan.players import Players
from vbg_gan.sampler import Codes, Sampler
from vbg_gan.step import Losses, Step
from vbg_gan.style import StyleLoss
from vbg_gan.table import AttributeTable
from vbg_gan.textures import cut_library

from vbg_framework.base.errors import VBGError
from vbg_framework.learning.job import new_accelerator
from vbg_framework.screen import Bar, Screen

RICH = {"average": 0.9, "diff_augment": ["color", "translation", "cutout"], "spectral_norm": True}
FEW = {"average": 0.9, "generator": "skip_layer", "projected": {"size": 32, "channels": 8}}


class Stop(BaseException):
    """Stands for a kill."""


class StopAt(Screen):
    """Stops at a step of the training bar."""

    def __init__(self, at):
        super().__init__()
        self.at = at

    def progress(self, name, total, done=0):
        outer = self

        class Watched(Bar):
            def advance(self, count=1):
                super().advance(count)
                if "GAN" in name and self.done == outer.at:
                    raise Stop

        return nullcontext(Watched(name, total, done))


def state(gan):
    made = {f"g.{name}": tensor for name, tensor in gan.pictures.generator.state_dict().items()}
    return made | {f"d.{name}": tensor for name, tensor in gan.pictures.discriminator.state_dict().items()}


def same(one, other):
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


def lines(folder):
    return [json.loads(line) for line in (folder / "losses.jsonl").read_text().splitlines()]


def test_a_fit_leaves_losses_and_grids(tmp_path):
    fit(tmp_path)
    found = lines(tmp_path)
    assert [line["step"] for line in found] == [1, 2, 3, 4, 5, 6]
    assert all(set(line) - {"kid"} == {"step", *Losses._fields} for line in found)
    measured = {line["step"]: line["kid"] for line in found if "kid" in line}
    assert list(measured) == [3, 6]
    assert all(each["network"] == "random" and np.isfinite(each["value"]) for each in measured.values())
    assert sorted(path.name for path in (tmp_path / "grids").iterdir()) == [
        f"step-00000{step}.png" for step in (0, 3, 6)
    ]
    assert not (tmp_path / "frames").exists()  # copies of training pictures do not stay behind


@pytest.mark.parametrize("options", [{}, RICH])
def test_the_same_seed_gives_the_same_weights_and_another_seed_others(tmp_path, options):
    one, again, other = (
        state(fit(tmp_path / name, seed=seed, **options)) for name, seed in (("a", 0), ("b", 0), ("c", 1))
    )
    torch.default_generator.manual_seed(99)  # what the caller did before must not matter
    assert same(one, again)
    assert not same(one, other)


@pytest.mark.parametrize(("options", "at"), [({}, 1), (RICH, 3), (RICH, 5), (FEW, 4)])
def test_a_fit_that_was_stopped_ends_like_one_that_was_not(tmp_path, options, at):
    options = {**options, "checkpoint_seconds": 1e-9}  # a checkpoint after every step
    straight = fit(tmp_path / "straight", **options)
    with pytest.raises(Stop):
        fit(tmp_path / "broken", screen=StopAt(at), **options)
    resumed = fit(tmp_path / "broken", **options)
    assert same(state(straight), state(resumed))
    assert lines(tmp_path / "straight") == lines(tmp_path / "broken")


def test_a_killed_fit_ends_like_one_that_was_not(tmp_path):
    straight = fit(tmp_path / "straight", steps=12, **RICH, checkpoint_seconds=1e-9)
    code = (
        "import os, signal, sys\nfrom pathlib import Path\nfrom gan_pictures import fit\n"
        "import vbg_gan.fitting as fitting\ninner = fitting.save_checkpoint\n"
        "def save(folder, players, optimiser, progress):\n"
        "    inner(folder, players, optimiser, progress)\n"
        "    if progress.step == 5: os.kill(os.getpid(), signal.SIGKILL)\n"
        "fitting.save_checkpoint = save\n"
        f"fit(Path({str(tmp_path / 'killed')!r}), steps=12, checkpoint_seconds=1e-9, **{RICH!r})\n"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    resumed = fit(tmp_path / "killed", steps=12, **RICH, checkpoint_seconds=1e-9)
    assert same(state(straight), state(resumed))
    assert lines(tmp_path / "straight") == lines(tmp_path / "killed")


def test_a_finished_fit_is_not_trained_again(tmp_path):
    once = state(fit(tmp_path))
    before = (tmp_path / "losses.jsonl").read_text()
    assert same(once, state(fit(tmp_path)))
    assert (tmp_path / "losses.jsonl").read_text() == before


def test_it_stops_when_kid_gets_no_better_and_keeps_the_best(tmp_path, monkeypatch):
    values = iter([5.0, 2.0, 3.0, 4.0, 1.0])
    snapshots = []

    def kid(self, generator):
        snapshots.append({name: tensor.clone() for name, tensor in generator.state_dict().items()})
        return next(values)

    monkeypatch.setattr("vbg_gan.evaluation.Evaluation.kid", kid)
    gan = fit(tmp_path, steps=50, evaluate_every=2, patience=2)
    assert lines(tmp_path)[-1]["step"] == 8  # better at 4, not at 6 and 8
    assert same(gan.pictures.generator.state_dict(), snapshots[1])


def test_without_a_part_kept_out_all_steps_are_made(tmp_path):
    fit(tmp_path, view(held_out=False), steps=6, evaluate_every=1, patience=1)
    assert lines(tmp_path)[-1]["step"] == 6


def test_a_loss_that_is_not_finite_is_named_with_its_step(tmp_path):
    with pytest.raises(VBGError, match=r"gan: step \d+: the loss `\w+` is not finite"):
        fit(tmp_path, steps=60, generator_rate=1e30, discriminator_rate=1e30)


def step_setting(tmp_path, **options):
    train = view()
    table = AttributeTable.learn(train, ["colour"])
    codes = Codes(table)
    frames = read_frames(train, table, 32, tmp_path, Screen())
    chosen = config(**options)
    style = StyleLoss(
        feature_network(chosen.style), cut_library(frames, table.classes, 20), references=2, pictures=8, seed=0
    )
    players = Players(chosen, len(table.classes), codes, seed=0)
    return Step(chosen, players, style, new_accelerator("fp32", 0)), Sampler(frames, codes, 1.0)


def test_the_style_gradient_reaches_its_share_of_the_discriminators(tmp_path):
    step, sampler = step_setting(tmp_path, style={"share": 0.1, "crops": 20})
    shares = [
        float(step(sampler.draw(8, np.random.default_rng(n)), n, torch.Generator().manual_seed(n)).style_share)
        for n in range(40)
    ]
    assert np.mean(shares[5:]) == pytest.approx(0.1, rel=0.25)


def test_a_step_is_that_of_a_hand_written_loop(tmp_path):
    """One discriminator and one generator step, as one backward pass of the summed losses each."""
    step, sampler = step_setting(tmp_path)
    batch = sampler.draw(8, np.random.default_rng(0))
    other = Players(config(), 5, Codes(AttributeTable.learn(view(), ["colour"])), seed=0)
    generator, judge = other.generator, other.discriminator
    adam = [torch.optim.Adam(net.parameters(), 1e-4, (0.5, 0.999)) for net in (generator, judge)]
    z = torch.randn(8, 100, generator=torch.Generator().manual_seed(7))
    fake = generator(z, batch.classes, batch.values)
    known = batch.values[:, 0] >= 0

    def consistency(said):
        rows = cross_entropy(said.attributes[0], batch.values[:, 0].clamp(min=0), reduction="none")
        return cross_entropy(said.classes, batch.classes) + (rows * known).mean()

    on_real, on_fake = judge(batch.pictures, fake.detach())
    loss = -logsigmoid(on_real.real).mean() - logsigmoid(-on_fake.real).mean()
    (loss + (consistency(on_real) + consistency(on_fake)) / 2).backward()
    adam[1].step()
    (judged,) = judge(fake)
    judged_loss = -logsigmoid(judged.real).mean() + consistency(judged)
    (pull,) = torch.autograd.grad(judged_loss, fake, retain_graph=True)
    style = step.style(fake, batch.classes, 0)
    (texture,) = torch.autograd.grad(style, fake, retain_graph=True)
    (judged_loss + 0.1 * pull.norm() / texture.norm() * style).backward()
    adam[0].step()

    step(batch, 0, torch.Generator().manual_seed(7))
    for mine, theirs in ((step.players.generator, generator), (step.players.discriminator, judge)):
        for name, tensor in mine.state_dict().items():
            torch.testing.assert_close(tensor, theirs.state_dict()[name], rtol=1e-4, atol=2e-6, msg=name)


def test_the_moving_average_follows_weights_and_statistics(tmp_path):
    step, _ = step_setting(tmp_path, average=0.9)
    players = step.players
    with torch.no_grad():
        for tensor in players.generator.state_dict().values():
            tensor.add_(1)
    before = {name: tensor.clone() for name, tensor in players.average.state_dict().items()}
    players.follow(1000)
    for name, tensor in players.average.state_dict().items():
        moved = 0.1 if tensor.is_floating_point() else 1
        torch.testing.assert_close(tensor, before[name] + moved, msg=name)


def test_local_fusion_is_held_close_to_its_collage(tmp_path):
    train = view()
    table = AttributeTable.learn(train, ["colour"])
    codes, frames = Codes(table), read_frames(train, table, 32, tmp_path, Screen())
    chosen = config(local_fusion={"weight": 100}, generator_rate=1e-3)
    players = Players(chosen, len(table.classes), codes, 0, Memory.of(frames, codes, 256, seed=0))
    step, sampler = Step(chosen, players, None, new_accelerator("fp32", 0)), Sampler(frames, codes, 1.0)
    found = [
        float(step(sampler.draw(8, np.random.default_rng(n)), n, torch.Generator().manual_seed(n)).collage)
        for n in range(40)
    ]
    assert np.mean(found[-5:]) < 0.7 * np.mean(found[:5])
