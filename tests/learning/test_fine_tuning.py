"""A probe before fine-tuning, and averaged weights at its end."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import load_file
from test_trained import setting

from vbg_framework.base.errors import VBGError
from vbg_framework.config.train_config import TrainConfig
from vbg_framework.learning import train, validation
from vbg_framework.learning.fine_tuning import probe_steps
from vbg_framework.learning.trained import train_classifier

SETS = ("train.steps=6", "train.probe=0.5", "train.average=0.67", "train.layer_decay=0.5")


@pytest.fixture(scope="module", autouse=True)
def improving():
    """Every evaluation counts as the best so far: the latest weights are kept, and best ones written at every step."""

    def better(model, progress, *given):
        progress.best = None
        return validation.validate(model, progress, *given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(train, "validate", better)
        yield


def silent(*_, **__):
    return None


def trained(folder, *sets, notify=silent):
    job, material, items = setting(folder, *SETS, *sets)
    found = train_classifier(job, job.run, material, notify, "Training")
    lines = [{k: v for k, v in line.items() if k != "items_per_second"} for line in job.run.lines()]
    return found, found.ask(items["test"]).probabilities["form"], lines


@pytest.fixture(scope="module")
def straight(tmp_path_factory):
    folder = tmp_path_factory.mktemp("straight")
    return folder / "checkpoints", *trained(folder)


def weights(folder, file="model"):
    return load_file(folder / f"{file}.safetensors")


@given(steps=st.integers(1, 10**6), share=st.floats(0, 1, exclude_max=True))
def test_a_step_at_least_is_left_for_the_probe_and_for_the_rest(steps, share):
    found = probe_steps(TrainConfig(steps=steps, probe=share))
    assert found == 0 if share == 0 or steps == 1 else 1 <= found <= steps - 1


def test_encoders_stay_as_they_are_in_the_probe_and_learn_after_it(straight):
    folder, found, _, lines = straight
    first, probed = (weights(folder / "probe" / f"step-0000000{step}") for step in (2, 3))
    later = weights(folder / "step-00000006")
    encoder = [name for name in first if name.startswith("encoders.")]
    assert all(torch.equal(first[name], probed[name]) for name in encoder)
    assert any(not torch.equal(first[name], probed[name]) for name in first)
    assert any(not torch.equal(probed[name], later[name]) for name in encoder)
    assert [line["step"] for line in lines if line["kind"] == "validation"] == [1, 2, 3, 4, 5, 6]
    assert (found.progress.step, found.progress.probe) == (6, 3)
    assert all(parameter.requires_grad for parameter in found.model.parameters())


def test_what_is_kept_is_the_mean_of_the_last_steps(straight):
    folder = straight[0]
    fifth, sixth = (weights(folder / f"step-0000000{step}") for step in (5, 6))
    mean = weights(folder / "step-00000006", "average")
    assert mean.pop("n_averaged") == 2
    for name, value in mean.items():
        name = name.removeprefix("module.")
        torch.testing.assert_close(value, (fifth[name].double() + sixth[name]).div(2).to(value.dtype), msg=name)


@pytest.mark.parametrize("kill", [2, 3, 5])
def test_killed_at_any_step_it_goes_on_exactly(straight, tmp_path, kill):
    def notify(hook, **facts):
        if facts["step"] == kill:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        trained(tmp_path, notify=notify)
    _, said, lines = trained(tmp_path)
    assert (said == straight[2]).all()
    assert lines == straight[3]


@pytest.mark.parametrize("count", [3, 4, 5])
def test_killed_after_the_best_weights_are_written_it_goes_on_exactly(straight, tmp_path, monkeypatch, count):
    kept, calls = train.save_best, []

    def save_best(*given):
        digest = kept(*given)
        calls.append(given)
        if len(calls) == count:
            raise KeyboardInterrupt
        return digest

    monkeypatch.setattr(train, "save_best", save_best)
    with pytest.raises(KeyboardInterrupt):
        trained(tmp_path)
    monkeypatch.undo()
    _, said, lines = trained(tmp_path)
    assert (said == straight[2]).all()
    assert lines == straight[3]


def test_the_probe_reads_kept_features(tmp_path, monkeypatch):
    monkeypatch.setenv("VBG_CACHE", str(tmp_path / "cache"))
    found = trained(tmp_path / "run")[0]
    assert list((tmp_path / "cache" / "features").glob("bert-*"))
    assert not found.frozen.encoders


def test_in_half_precision_the_kept_mean_answers_in_float32(tmp_path):
    found, said, _ = trained(tmp_path, "train.precision=bf16")
    assert said.dtype == "float32"
    assert found.accelerator.mixed_precision == "bf16"
    mean = weights(tmp_path / "checkpoints" / "step-00000006", "average")
    kept = dict(found.model.named_parameters())
    assert all(torch.equal(mean[f"module.{name}"], value) for name, value in kept.items())


@pytest.mark.parametrize(
    ("sets", "says"),
    [
        (("encoders.text.frozen=true",), r"experiments.tiny-text.train.probe: every encoder is frozen.* got 0.5"),
        (("train.probe=0", "encoders.text={type: textcnn}"), r"train.layer_decay: no encoder .* names its layers"),
        (("encoders.text.frozen=true", "classifier={type: logistic_regression}"), r"train.probe: the head is fitted"),
    ],
)
def test_what_has_nothing_to_tune_is_refused(tmp_path, sets, says):
    with pytest.raises(VBGError, match=says):
        trained(tmp_path, *sets)
