import sys

import numpy as np
import pytest
import torch
from diffusers import StableDiffusionPipeline
from diffusion_pipes import SIDE, config, fitted, stable, vessels
from vbg_diffusion_lora import vbg_components
from vbg_diffusion_lora.augmenter import DiffusionLora

from vbg_framework.base.errors import VBGError
from vbg_framework.config.augmentation import LoopConfig
from vbg_framework.contracts.soft_label import soft_complaint
from vbg_framework.generation.sieve import NONE, Sieve

LABELS = {
    "form": ["vase", "vase", "bowl", "bowl"],
    "glaze": ["white", "white", "blue", ""],
    "kiln": ["", "Ding", "", ""],
}
CLASSES = {"form": ("bowl", "plate", "vase"), "glaze": ("blue", "white"), "kiln": ("Ding",)}


def pixels(records):
    return np.stack([np.asarray(record.inputs["image"]) for record in records])


@pytest.fixture(scope="module")
def train():
    return vessels(LABELS, CLASSES)


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    folder = tmp_path_factory.mktemp("base")
    stable().save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def augmenter(train, base, tmp_path_factory):
    options = config(base=str(base), caption={"templates": ["a {class}[, {glaze} glaze]"]})
    return fitted(DiffusionLora, options, train, tmp_path_factory.mktemp("fit") / "a")


def test_a_record_carries_only_the_labels_its_caption_names(augmenter, train):
    made = list(augmenter.generate([{"form": "vase"}, {"form": "bowl"}] * 8, train, seed=3))
    assert {tuple(sorted(record.targets.items())) for record in made} == {
        (("form", "vase"), ("glaze", "white")), (("form", "bowl"), ("glaze", "blue")), (("form", "bowl"),),
    }  # fmt: skip
    assert all(record.inputs.keys() == {"image"} for record in made)
    assert {record.inputs["image"].size for record in made} == {(SIDE, SIDE)}


def test_attributes_never_seen_with_the_class_are_refused(augmenter, train):
    wishes = [{"form": "vase", "glaze": "blue"}, {"form": "plate"}, {"form": "bowl", "glaze": "blue"}]
    first, second, third = augmenter.generate(wishes, train, seed=0)
    assert (first, second) == (None, None)
    assert third.targets == {"form": "bowl", "glaze": "blue"}


def test_a_picture_painted_over_names_the_record_it_began_with(augmenter, train):
    made = list(augmenter.generate([{"form": "vase"}] * 12, train, seed=5))
    sources = [record.origin.sources for record in made]
    assert {len(each) for each in sources} == {0, 1}
    assert {name for each in sources for name in each} <= {"r0", "r1"}


def test_a_picture_translated_between_classes_names_its_source_its_strength_and_both_classes(train, base, tmp_path):
    sampling = {"from_pictures": 1, "from_other_classes": 1, "strengths": [0.5, 1.0], "label_power": 2, "steps": 2}
    options = config(base=str(base), steps=0, caption={"templates": ["a {class}"]}, sampling=sampling)
    augmenter = fitted(DiffusionLora, options, train, tmp_path)
    made = list(augmenter.generate([{"form": "vase"}] * 12, train, seed=5))
    assert {record.origin.sources for record in made} == {("r2",), ("r3",)}  # the bowls
    assert {(record.origin.scores["strength"], record.soft["form"]["vase"]) for record in made} == {(0.5, 0.25), (1, 1)}
    assert all(soft_complaint(record, train.tasks) is None for record in made)
    assert {record.targets["form"] for record in made} == {"vase"}


def test_what_was_saved_paints_the_same_and_says_nothing(augmenter, train, tmp_path, capfd):
    augmenter.save(tmp_path)
    assert (tmp_path / "adapters/domain/pytorch_lora_weights.safetensors").exists()
    other = DiffusionLora(augmenter.config)
    other.load(tmp_path)
    wishes = [{"form": "vase"}, {"form": "bowl"}] * 3
    found = [pixels(each.generate(wishes, train, seed=1)) for each in (augmenter, other)]
    assert np.array_equal(*found)
    assert capfd.readouterr() == ("", "")


def test_fitting_leaves_losses_and_sheets_and_no_pictures(train, base, tmp_path):
    fitted(DiffusionLora, config(base=str(base)), train, tmp_path)
    assert sorted(path.name for path in (tmp_path / "grids").iterdir()) == ["step-000000.png", "step-000003.png"]
    assert len((tmp_path / "losses.jsonl").read_text().splitlines()) == 3
    assert not (tmp_path / "encoded").exists()


def test_with_no_steps_the_base_paints_as_it_is(train, base, tmp_path):
    augmenter = fitted(
        DiffusionLora, config(base=str(base), steps=0, sampling={"from_pictures": 0, "steps": 2}), train, tmp_path
    )
    assert not hasattr(augmenter.family.denoiser, "peft_config")
    (tmp_path / "saved").mkdir()
    augmenter.save(tmp_path / "saved")
    assert not (tmp_path / "saved/adapters").exists()
    assert next(augmenter.generate([{"form": "vase"}], train, seed=0)).targets["form"] == "vase"


def test_each_class_can_have_an_adapter_of_its_own(train, base, tmp_path):
    options = config(base=str(base), adapter={"scope": "class", "rank": 2}, sampling={"from_pictures": 0, "steps": 2})
    augmenter = fitted(DiffusionLora, options, train, tmp_path)
    assert sorted(augmenter.family.denoiser.peft_config) == ["class-000", "class-001"]
    assert {path.name for path in tmp_path.glob("losses*")} == {"losses-class-000.jsonl", "losses-class-001.jsonl"}
    vases = pixels(augmenter.generate([{"form": "vase"}] * 2, train, seed=0))
    mixed = pixels(augmenter.generate([{"form": "vase"}, {"form": "bowl"}], train, seed=0))
    assert np.abs(vases[0].astype(int) - mixed[0]).max() <= 1  # a batch of another size rounds otherwise


def test_a_training_split_without_pictures_is_named(tmp_path):
    train = vessels(LABELS, CLASSES, image=None, text={"title": "A vase"})
    with pytest.raises(VBGError, match="diffusion_lora: no training record of 'form' has a picture"):
        fitted(DiffusionLora, config(), train, tmp_path)


def test_black_frames_of_a_safety_checker_are_dropped_and_counted(augmenter, train, monkeypatch):
    """The pipeline paints black and flags it; the loop sees a blank picture of that class."""
    pipe, call = augmenter.family.pipe, StableDiffusionPipeline.__call__

    def strict(self, prompt, **more):
        made = call(self, prompt, **more)
        flags = ["vase" in caption for caption in prompt]
        made.images = [
            image.point(lambda _: 0) if bad else image for image, bad in zip(made.images, flags, strict=True)
        ]
        made.nsfw_content_detected = flags
        return made

    monkeypatch.setattr(StableDiffusionPipeline, "__call__", strict)
    options = augmenter.config.model_copy(
        update={"sampling": augmenter.config.sampling.model_copy(update={"from_pictures": 0.0})}
    )
    monkeypatch.setattr(augmenter, "config", options)
    made = list(augmenter.generate([{"form": "vase"}, {"form": "bowl"}], train, seed=0))
    verdicts = Sieve(LoopConfig(copies=False), NONE)(made)
    assert [verdict.reason for verdict in verdicts] == ["blank", None]
    assert type(pipe) is StableDiffusionPipeline


def test_too_little_memory_in_sampling_is_named_with_the_way_out(augmenter, train, monkeypatch):
    def full(*_, **__):
        raise torch.OutOfMemoryError("no")

    monkeypatch.setattr(type(augmenter.family), "paint", full)
    monkeypatch.setattr(type(augmenter.family), "repaint", full)
    with pytest.raises(VBGError, match=r"diffusion_lora: sampling: .* Lower sampling.batch_size or resolution"):
        next(augmenter.generate([{"form": "vase"}], train, seed=0))


def test_without_peft_it_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "peft", None)
    for name in [name for name in sys.modules if name.startswith("vbg_diffusion_lora.")]:
        monkeypatch.delitem(sys.modules, name)
    [component] = vbg_components()
    with pytest.raises(
        VBGError, match=r'augmenter .diffusion_lora.: cannot load .*pip install "vbg-framework\[lora\]"'
    ):
        component.load()
