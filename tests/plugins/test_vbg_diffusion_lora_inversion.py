import numpy as np
import pytest
import torch
from diffusion_pipes import config, fitted, stable, vessels
from vbg_diffusion_lora.augmenter import DiffusionLora
from vbg_diffusion_lora.course import Course
from vbg_diffusion_lora.words import get_word

LABELS, CLASSES = {"form": ["vase", "vase", "bowl", "bowl"]}, {"form": ("bowl", "plate", "vase")}


@pytest.fixture(scope="module")
def train():
    return vessels(LABELS, CLASSES)


@pytest.fixture(scope="module")
def options(tmp_path_factory):
    base = tmp_path_factory.mktemp("base")
    stable().save_pretrained(base)
    return config(
        base=str(base), adapter={"type": "textual_inversion", "scope": "class"}, learning_rate=0.1,
        caption={"templates": ["a {class}"], "dropout": 0},
        sampling={"from_pictures": 1, "strengths": [0.5, 1.0], "steps": 2},
    )  # fmt: skip


def pixels(records):
    return np.stack([np.asarray(record.inputs["image"]) for record in records])


def words(augmenter):
    return torch.stack([get_word(augmenter.family, f"class-00{place}") for place in range(2)])


def test_a_word_is_learnt_per_class_and_nothing_else_changes(train, options, tmp_path):
    augmenter = fitted(DiffusionLora, options, train, tmp_path)
    bowl, vase = words(augmenter)
    assert (bowl - vase).abs().max() > 0.05  # both began alike
    before = stable()
    for name in ("unet", "vae"):
        now = dict(getattr(augmenter.family.pipe, name).named_parameters())
        assert all(torch.equal(weight, now[key]) for key, weight in getattr(before, name).named_parameters())
    old, new = (pipe.text_encoder.get_input_embeddings().weight for pipe in (before, augmenter.family.pipe))
    assert torch.equal(old, new[: len(old)])
    assert {path.name for path in tmp_path.glob("losses*")} == {"losses-class-000.jsonl", "losses-class-001.jsonl"}
    assert not (tmp_path / "encoded").exists()


def test_what_was_saved_paints_the_same(train, options, tmp_path):
    augmenter = fitted(DiffusionLora, options, train, tmp_path)
    (tmp_path / "saved").mkdir()
    augmenter.save(tmp_path / "saved")
    other = DiffusionLora(options)
    other.load(tmp_path / "saved")
    wishes = [{"form": "vase"}, {"form": "bowl"}] * 3
    one, two = (list(each.generate(wishes, train, seed=1)) for each in (augmenter, other))
    assert np.array_equal(pixels(one), pixels(two))
    assert {record.origin.scores["strength"] for record in one} == {0.5, 1.0}
    assert [record.soft for record in one] == [{}] * 6


def test_words_of_a_fit_that_was_killed_are_those_of_one_that_was_not(train, options, tmp_path, monkeypatch):
    class Killed(BaseException):
        pass

    whole = words(fitted(DiffusionLora, options, train, tmp_path / "whole"))
    options, step, steps = options.model_copy(update={"checkpoint_seconds": 1e-9}), Course._step, []

    def counting(self, *given):
        steps.append(given)
        if len(steps) == 5:  # in the second word
            raise Killed
        return step(self, *given)

    with monkeypatch.context() as patch:
        patch.setattr(Course, "_step", counting)
        with pytest.raises(Killed):
            fitted(DiffusionLora, options, train, tmp_path / "killed")
    assert torch.equal(words(fitted(DiffusionLora, options, train, tmp_path / "killed")), whole)
