import pytest
import torch
from diffusers import DiffusionPipeline
from diffusion_pipes import config, vessels
from vbg_diffusion_lora.captions import Captions
from vbg_diffusion_lora.shots import survey
from vbg_diffusion_lora.tiny import TinyBase
from vbg_diffusion_lora.tiny_networks import new_tokenizer

from vbg_framework.learning.job import new_accelerator
from vbg_framework.screen import Screen
from vbg_framework.testing.augmenters.alarm import Alarm, Interrupted, WatchedScreen

FORMS = ["vase"] * 4 + ["bowl"] * 3 + ["plate"]


def learn(folder, screen=None):
    train = vessels({"form": FORMS}, {"form": ("bowl", "plate", "vase")})
    words = Captions(config().caption, train)
    shots = survey(train, words, Screen())
    folder.mkdir(exist_ok=True)
    base = TinyBase(config(), train, shots, words, new_accelerator("fp32", 0), 0, folder, screen or Screen())
    return base.learn()


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return learn(tmp_path_factory.mktemp("tiny"))


def test_it_is_a_pipeline_like_any_other(base):
    pipe = DiffusionPipeline.from_pretrained(base)
    assert type(pipe).__name__ == "StableDiffusionPipeline"
    assert pipe("a vase", num_inference_steps=2, output_type="np").images.shape == (1, 16, 16, 3)


def test_it_knows_the_words_of_scarce_classes_that_it_never_saw(base):
    tokenizer = DiffusionPipeline.from_pretrained(base).tokenizer
    assert tokenizer.tokenize("a PLATE beside an ewer")[1:4] == ["plate", "[UNK]", "[UNK]"]


def test_its_latents_have_unit_spread(base):
    assert 0.05 < DiffusionPipeline.from_pretrained(base).vae.config.scaling_factor < 50


@pytest.mark.parametrize("step", [2, 4])
def test_one_that_was_killed_ends_as_if_nothing_had_happened(base, tmp_path, step):
    with pytest.raises(Interrupted):
        learn(tmp_path, WatchedScreen(Alarm(step)))
    found = DiffusionPipeline.from_pretrained(learn(tmp_path))
    expected = DiffusionPipeline.from_pretrained(base)
    for name in ("unet", "vae", "text_encoder"):
        states = (getattr(pipe, name).state_dict() for pipe in (found, expected))
        assert all(torch.equal(*pair) for pair in zip(*(state.values() for state in states), strict=True)), name


def test_a_tokeniser_pads_to_the_longest_caption():
    tokenizer = new_tokenizer(["a vase, glaze blue", "a bowl"])
    assert tokenizer.model_max_length == 8
    assert tokenizer.convert_ids_to_tokens(tokenizer("a bowl", padding="max_length").input_ids)[:5] == [
        "[BEGIN]", "a", "bowl", "[END]", "[PAD]",
    ]  # fmt: skip
