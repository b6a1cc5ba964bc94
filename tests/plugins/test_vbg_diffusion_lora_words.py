import pytest
import torch
from diffusers import StableDiffusionPipeline
from diffusion_pipes import config, flux, large, numbers, stable
from vbg_diffusion_lora.base import as_family
from vbg_diffusion_lora.words import add_words, describe, get_word, load_word, save_word, set_word, word

from vbg_framework.base.errors import VBGError

OPTIONS = {"adapter": {"type": "textual_inversion", "scope": "class"}}
CAPTION = "museum photograph of a <class-001>"


def family():
    made = as_family(stable(), config(**OPTIONS))
    add_words(made, ["class-000", "class-001"])
    return made


def test_a_caption_with_a_word_is_what_the_pipeline_makes_of_it():
    made, vector = family(), numbers(16)
    told = describe(made, [CAPTION, ""], "class-001", vector)
    before = made.encode_captions([CAPTION])["tokens"]
    assert not torch.allclose(told[:1], before, atol=1e-3)
    set_word(made, "class-001", vector)
    torch.testing.assert_close(told, made.encode_captions([CAPTION, ""])["tokens"])
    torch.testing.assert_close(get_word(made, "class-001"), vector)


def test_a_gradient_reaches_the_word_alone_and_only_where_it_is_said():
    made, vector = family(), numbers(16).requires_grad_()
    made.pipe.text_encoder.requires_grad_(False)
    describe(made, ["a bowl", "a <class-000>"], "class-001", vector).sum().backward()
    assert vector.grad.abs().sum() == 0
    describe(made, [CAPTION], "class-001", vector).square().sum().backward()
    assert vector.grad.abs().sum() > 0
    assert all(weight.grad is None for weight in made.pipe.text_encoder.parameters())


def test_the_gradient_is_that_of_a_finite_difference():
    made, vector = family(), numbers(16)

    def loss(one):
        return describe(made, [CAPTION], "class-001", one).double().square().sum()

    given = vector.clone().requires_grad_()
    loss(given).backward()
    step = torch.zeros(16)
    step[3] = 1e-2
    difference = (loss(vector + step) - loss(vector - step)).item() / 2e-2
    assert given.grad[3].item() == pytest.approx(difference, rel=0.02, abs=1e-3)


def test_diffusers_reads_a_word_that_was_saved(tmp_path):
    made, plain = family(), stable()
    set_word(made, "class-001", numbers(16))
    save_word(made, "class-001", tmp_path)
    plain.load_textual_inversion(tmp_path, weight_name="learned_embeds.safetensors", token=word("class-001"))
    assert type(plain) is StableDiffusionPipeline
    theirs = plain.encode_prompt([CAPTION], "cpu", 1, False)[0]
    torch.testing.assert_close(theirs, made.encode_captions([CAPTION])["tokens"])
    other = as_family(stable(), config(**OPTIONS))
    load_word(other, "class-001", tmp_path)
    torch.testing.assert_close(other.encode_captions([CAPTION])["tokens"], theirs)


@pytest.mark.parametrize("pipe", [large, flux])
def test_a_base_with_other_text_encoders_is_refused(pipe):
    options = config(**OPTIONS, sampling={"from_pictures": 0})
    with pytest.raises(VBGError, match=r"adapter\.type: only Stable Diffusion 1\.x and 2\.x can learn words, got"):
        as_family(pipe(), options)


def test_a_word_for_all_classes_is_refused():
    with pytest.raises(ValueError, match=r"learns a word per class; set `scope: class`"):
        config(adapter={"type": "textual_inversion"})
