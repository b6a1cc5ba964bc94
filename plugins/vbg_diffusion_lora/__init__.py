"""Plugin `diffusion_lora`: a latent diffusion model that learns the look of a collection by low-rank adapters."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from vbg_diffusion_lora.template import check_template
from vbg_framework import Component, Config, hookimpl

Count = Annotated[int, Field(ge=1)]
Number = Annotated[int, Field(ge=0)]
Positive = Annotated[float, Field(gt=0)]
Share = Annotated[float, Field(ge=0, le=1)]
Side = Annotated[int, Field(ge=16, multiple_of=8)]
TINY, WORDS = "tiny", "textual_inversion"


class AdapterConfig(Config):
    """The weights that are learnt beside those of the base model."""

    type: Literal["lora", "dora", "loha", "lokr", "oft", "textual_inversion"] = "lora"
    """lora: Hu et al. 2021. dora: Liu et al. 2024. loha, lokr: Hadamard and Kronecker products, Yeh et al. 2023.
    oft: orthogonal, Qiu et al. 2023. textual_inversion: in the place of weights of the denoiser, a new word of
    the text encoder per class, which captions name it by (Gal et al. 2023); needs `scope: class`."""
    rank: Count = 16
    """Rank of the change; of `oft` the number of its blocks per layer."""
    alpha: Count | None = None
    """The change is multiplied by alpha / rank; null = rank, so by 1. Not of `oft`."""
    layers: Annotated[list[str], Field(min_length=1)] = ["to_q", "to_k", "to_v", "to_out.0"]
    """Layers that get one, by the end of their names; these are the attention projections."""
    scope: Literal["domain", "class"] = "domain"
    """domain: one adapter, learnt from all training pictures. class: one per class, learnt from its own pictures."""

    @model_validator(mode="after")
    def _a_word_stands_for_a_class(self) -> AdapterConfig:
        if self.type == WORDS and self.scope != "class":
            raise ValueError(f"`type: {WORDS}` learns a word per class; set `scope: class`")
        return self


class CaptionConfig(Config):
    """How pictures are described, in training and when new ones are asked for."""

    templates: Annotated[list[str], Field(min_length=1)] = [
        "museum photograph of a {class}[, {facts}], plain background",
        "catalogue picture of a {class}[, {facts}]",
    ]
    """Sentences that say the same. `{name}` is the value of a task or metadata field, `{class}` the class asked for,
    `{facts}` all other attributes. What stands in brackets is left out if a value in it is unknown."""
    attributes: list[str] | None = None
    """Other tasks, or metadata fields, a caption may name; null = all other single-label tasks."""
    variants: Count = 4
    """Captions per combination of attributes, in training."""
    dropout: Share = 0.1
    """Share of training captions left empty, for classifier-free guidance."""
    shuffle: bool = True
    """Whether the parts of a caption after its first comma change places."""

    @field_validator("templates")
    @classmethod
    def _templates_can_be_read(cls, templates: list[str]) -> list[str]:
        for template in templates:
            check_template(template)
        return templates


class SamplingConfig(Config):
    """How new pictures are made."""

    steps: Count = 25
    """Denoising steps."""
    guidance: Annotated[float, Field(ge=1)] = 4.0
    """Classifier-free guidance (Ho and Salimans 2022); 1 = none."""
    negative: str = ""
    """Negative prompt."""
    from_pictures: Share = 0.5
    """Share of the pictures that begin with a training picture of the same attributes; the others begin with noise."""
    strength: tuple[Share, Share] = (0.3, 0.6)
    """Image-to-image strength, drawn from this range for every batch; 0 = the picture as it is, 1 = from noise."""
    strengths: Annotated[list[Annotated[float, Field(gt=0, le=1)]], Field(min_length=1)] | None = None
    """In the place of the range: each picture takes one of these, all equally often."""
    from_other_classes: Share = 0.0
    """Of the pictures that begin with a picture, the share that begin with one of another class and are painted over as
    one of the class asked for (Diff-Mix, Wang et al. 2024). Their label is soft."""
    label_power: Positive = 0.8
    """Of those: the class asked for has the share strength ** label_power of the label, the other class the rest."""
    batch_size: Count = 8
    """Pictures made at a time."""

    @model_validator(mode="after")
    def _the_range_goes_upwards(self) -> SamplingConfig:
        low, high = self.strength
        if not 0 < low <= high:
            raise ValueError(f"`strength` goes from a number above 0 to one that is no smaller, got {[low, high]}")
        return self


class TinyConfig(Config):
    """The base `tiny`: a small model of its own, learnt from the frequent classes before anything is adapted.

    Those are the classes with at least as many training pictures as the median class.
    """

    picture_steps: Count = 700
    """Training steps of its autoencoder."""
    steps: Count = 700
    """Training steps of its denoiser and its text encoder."""
    channels: Annotated[list[Annotated[int, Field(ge=16, multiple_of=16)]], Field(min_length=2)] = [32, 64, 96]
    """Channels of the denoiser, level by level; each has half the side of the one before."""
    batch_size: Count = 32
    """Pictures per step."""
    learning_rate: Positive = 2e-3
    """Peak of the learning rate of the denoiser."""


class DiffusionLoraConfig(Config):
    """A latent diffusion model (Rombach et al. 2022) with adapters learnt from the training pictures."""

    base: str = "stable-diffusion-v1-5/stable-diffusion-v1-5"
    """Hub id (`owner/name` or `owner/name@revision`) or folder of a Stable Diffusion 1.x, 2.x or XL, or a FLUX.2-klein,
    as diffusers saves it; or `tiny`. A relative path is also looked up in VBG_WEIGHTS."""
    resolution: Side = 512
    """Side of the pictures in pixels."""
    adapter: AdapterConfig = AdapterConfig()
    """What is learnt."""
    caption: CaptionConfig = CaptionConfig()
    """What pictures are called."""
    steps: Number = 1500
    """Training steps, of each adapter; 0 = the base as it is."""
    batch_size: Count = 4
    """Training pictures per step."""
    learning_rate: Positive = 1e-4
    """Of AdamW, the same in every step."""
    balanced: bool = True
    """Draw training pictures of all classes equally often; false = as often as they are."""
    snr_gamma: Positive | None = 5.0
    """Min-SNR weighting of the loss (Hang et al. 2023); null = none. Not of FLUX."""
    gradient_checkpointing: bool = False
    """Less memory in training, more time."""
    sampling: SamplingConfig = SamplingConfig()
    """How captions become pictures."""
    safety_checker: bool = True
    """Whether the base's safety checker looks at new pictures, if it has one; it paints black what it takes for
    nudity, nude sculpture included. The loop drops black pictures and counts them per class."""
    checkpoint_seconds: Positive = 300
    """Seconds between checkpoints."""
    tiny: TinyConfig = TinyConfig()
    """Of `base: tiny`."""


@hookimpl
def vbg_components() -> Iterable[Component]:
    """Offer the augmenter `diffusion_lora`."""
    tiny = {
        "base": TINY,
        "adapter": {"layers": AdapterConfig().layers},
        "caption": {"templates": CaptionConfig().templates, "attributes": None},  # names of the data's own
        "resolution": 16,
        "steps": 4,
        "batch_size": 4,
        "tiny": {"picture_steps": 3, "steps": 3, "channels": [16, 16], "batch_size": 4},
        "sampling": {"steps": 2},
    }
    hint = 'pip install "vbg-framework[lora]"'
    target = "vbg_diffusion_lora.augmenter:DiffusionLora"
    return [Component("augmenter", "diffusion_lora", DiffusionLoraConfig, target, tiny, hint)]
