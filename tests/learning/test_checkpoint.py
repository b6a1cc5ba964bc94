import pytest
import torch
from faults.kill import ended
from torch import nn
from torch.optim.swa_utils import AveragedModel

from vbg_framework.base.errors import VBGError
from vbg_framework.learning.checkpoint import (
    Progress,
    has_checkpoint,
    load_best,
    load_checkpoint,
    save_best,
    save_checkpoint,
)


def setting(seed=0):
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 2))
    return model, torch.optim.AdamW([{"params": model.parameters(), "peak": 0.1, "name": "all"}], lr=0.1, fused=True)


def learn(model, optimiser, steps):
    for step in steps:
        torch.manual_seed(step)
        model(torch.randn(8, 3)).square().sum().backward()
        optimiser.step()
        optimiser.zero_grad()


def weights(model):
    return torch.cat([value.flatten().double() for value in model.state_dict().values()])


def test_training_goes_on_from_a_checkpoint_bit_by_bit(tmp_path):
    straight, optimiser = setting()
    learn(straight, optimiser, range(6))
    broken, optimiser = setting()
    learn(broken, optimiser, range(3))
    save_checkpoint(tmp_path, broken, optimiser, Progress(step=3, best=0.5, seconds=1.5))
    resumed, optimiser = setting(seed=9)
    progress = load_checkpoint(tmp_path, resumed, optimiser)
    assert (progress.step, progress.best, progress.seconds) == (3, 0.5, 1.5)
    learn(resumed, optimiser, range(3, 6))
    assert torch.equal(weights(resumed), weights(straight))


def convolutions(seed):
    torch.manual_seed(seed)
    net = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Conv2d(4, 2, 3)).to(memory_format=torch.channels_last)
    return net, torch.optim.AdamW(net.parameters(), lr=0.1, fused=True)


def convolve(net, optimiser, steps):
    for step in steps:
        torch.manual_seed(step)
        net(torch.randn(2, 3, 6, 6)).square().sum().backward()
        optimiser.step()
        optimiser.zero_grad()


def test_weights_in_the_channels_last_format_go_on_bit_by_bit(tmp_path):
    straight, optimiser = convolutions(0)
    convolve(straight, optimiser, range(6))
    broken, optimiser = convolutions(0)
    convolve(broken, optimiser, range(3))
    save_checkpoint(tmp_path, broken, optimiser, Progress(step=3))
    resumed, optimiser = convolutions(9)
    load_checkpoint(tmp_path, resumed, optimiser)
    convolve(resumed, optimiser, range(3, 6))
    assert torch.equal(weights(resumed), weights(straight))


def test_the_newest_two_checkpoints_are_kept(tmp_path):
    model, optimiser = setting()
    learn(model, optimiser, range(1))
    for step in (1, 20, 30):
        save_checkpoint(tmp_path, model, optimiser, Progress(step=step))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["step-00000020", "step-00000030"]


@pytest.mark.parametrize("file", ["model.safetensors", "optimiser.safetensors", "progress.json", "checksums.json"])
@pytest.mark.parametrize("damage", [lambda data: data[: len(data) // 2], lambda data: data[:-9] + b"x" + data[-8:]])
def test_a_damaged_checkpoint_gives_way_to_the_one_before(tmp_path, file, damage):
    model, optimiser = setting()
    for step in (1, 2):
        learn(model, optimiser, range(step))
        save_checkpoint(tmp_path, model, optimiser, Progress(step=step))
    path = tmp_path / "step-00000002" / file
    path.write_bytes(damage(path.read_bytes()))
    with pytest.warns(UserWarning, match="an earlier checkpoint is taken"):
        assert load_checkpoint(tmp_path, model, optimiser).step == 1


def test_damaged_best_weights_are_named(tmp_path):
    model, _ = setting()
    digest = save_best(tmp_path, model)
    path = tmp_path / "best.safetensors"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(VBGError, match=r"best.safetensors: is damaged.* resume"):
        load_best(tmp_path, model, digest)


def test_a_half_written_checkpoint_is_not_taken_for_one(tmp_path):
    model, optimiser = setting()
    (tmp_path / "partial").mkdir()
    (tmp_path / "partial" / "model.safetensors").write_bytes(b"half")
    assert load_checkpoint(tmp_path, model, optimiser) is None
    learn(model, optimiser, range(1))
    save_checkpoint(tmp_path, model, optimiser, Progress(step=1))
    assert load_checkpoint(tmp_path, model, optimiser).step == 1


def test_the_best_weights_come_back(tmp_path):
    model, optimiser = setting()
    before = weights(model).clone()
    save_best(tmp_path, model)
    learn(model, optimiser, range(2))
    assert not torch.equal(weights(model), before)
    load_best(tmp_path, model)
    assert torch.equal(weights(model), before)


def test_tied_weights_survive(tmp_path):
    model = nn.Sequential(nn.Linear(3, 3), nn.Linear(3, 3))
    model[1].weight = model[0].weight
    save_best(tmp_path, model)
    saved = model[0].weight.clone()
    nn.init.zeros_(model[0].weight)
    load_best(tmp_path, model)
    assert torch.equal(model[1].weight, saved)


def test_averaged_weights_come_back_with_their_number(tmp_path):
    model, optimiser = setting()
    average = AveragedModel(model, use_buffers=True)
    for step in range(3):
        learn(model, optimiser, [step])
        average.update_parameters(model)
    save_checkpoint(tmp_path, model, optimiser, Progress(step=3), average)
    assert has_checkpoint(tmp_path)
    other, its = setting(seed=9)
    resumed = AveragedModel(other, use_buffers=True)
    load_checkpoint(tmp_path, other, its, resumed)
    assert resumed.n_averaged == 3
    assert torch.equal(weights(resumed.module), weights(average.module))
    assert not torch.equal(weights(resumed.module), weights(other))


@pytest.mark.parametrize("at", range(1, 25, 2))
def test_a_kill_at_any_moment_leaves_whole_checkpoints_and_two_of_them_once_training_goes_on(tmp_path, at):
    model, optimiser = setting()
    learn(model, optimiser, range(1))
    for step in (1, 2):
        save_checkpoint(tmp_path, model, optimiser, Progress(step=step))
    whole = {path.name for path in (tmp_path / "step-00000001").iterdir()}
    ended(lambda: save_checkpoint(tmp_path, model, optimiser, Progress(step=3)) or 0, at)
    assert all({file.name for file in path.iterdir()} == whole for path in tmp_path.glob("step-*[0-9]"))
    step = load_checkpoint(tmp_path, model, optimiser).step
    assert sorted(p.name for p in tmp_path.iterdir()) == [f"step-0000000{step - 1}", f"step-0000000{step}"]
