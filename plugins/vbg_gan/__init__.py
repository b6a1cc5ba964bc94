"""The paper's GAN: image-text pairs of scarce classes."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from vbg_framework import Component, Config, hookimpl
from vbg_gan.text_config import TextConfig
from vbg_gan.trunk_config import ImageTrunkConfig, TextTrunkConfig

Count = Annotated[int, Field(ge=1)]
Positive = Annotated[float, Field(gt=0)]
Share = Annotated[float, Field(ge=0, le=1)]
CHOICES = 22  # numbers of the noise that local fusion chooses by, beside one per reference
Decay = Annotated[float, Field(ge=0, lt=1)]


class FeatureConfig(Config):
    """A frozen feature network."""

    network: Literal["random", "timm", "transformers"] = "random"
    """The frozen feature network. random: five random convolution stages, needs nothing. The others take `weights`."""
    model: str | None = None
    """Of `timm`: name of the architecture, such as `vgg16`."""
    weights: str | None = None
    """Of `timm`: a .safetensors file. Of `transformers`: a folder. Relative paths are also looked up in VBG_WEIGHTS."""

    @property
    def named(self) -> str:
        """The feature network in a word or two: `random`, `timm vgg16`, `transformers mobilenet_v2_1.0_224`."""
        which = self.model or (Path(self.weights).name if self.weights else "")
        return f"{self.network} {which}".strip()

    @model_validator(mode="after")
    def _trained_networks_have_weights(self) -> Self:
        if (self.model is not None) != (self.network == "timm"):
            raise ValueError("`model` and `network: timm` go together; give both or neither")
        if (self.weights is not None) != (self.network != "random"):
            raise ValueError(f"`weights` goes with `network: timm` or `transformers`, got `network: {self.network}`")
        return self


class StyleConfig(FeatureConfig):
    """The style-constraint loss: how close the textures of generated pictures are to those of their class."""

    share: Share = 0.1
    """Gradient of this loss at the generator's output, as a share of the discriminator's gradient there; 0 = off."""
    references: Count = 32
    """Crops of the class whose mean Gram matrices are the goal."""
    pictures: Count = 16
    """Generated pictures per step it is measured on; at most the batch."""
    textures: str | None = None
    """A folder of texture pictures, one sub-folder per class; below VBG_DATA. null = cut from training pictures."""
    crops: Count = 1000
    """Size of a texture library that is cut from training pictures."""


class ProjectedConfig(FeatureConfig):
    """A discriminator on the feature maps of a frozen network, for few pictures."""

    size: Annotated[int, Field(ge=32)] = 64
    """Side in pixels that pictures are brought to before the network sees them."""
    channels: Annotated[int, Field(ge=8)] = 64
    """Channels of the mixed feature maps, and of the small discriminators on them."""


class FeedbackConfig(Config):
    """What the picture half learns between two rounds of the loop."""

    steps: Annotated[int, Field(ge=0)] = 0
    """Training steps after every round but the last; 0 = it learns from no round."""
    need: bool = True
    """Whether half of a batch is drawn by the class needs that the round measured."""
    teacher_weight: Annotated[float, Field(ge=0)] = 1.0
    """Weight of class and attributes as a network that has seen real pictures alone reads them; 0 = off."""
    rejects: Share = 0.25
    """Refused pictures of the round that the discriminator sees as generated ones, as a share of a batch; 0 = off."""


class LocalFusionConfig(Config):
    """Making pictures out of local features of training pictures, for few of them."""

    references: Count = 1
    """Other training pictures of the class that lend their local features to a picture."""
    share: Annotated[float, Field(gt=0, lt=1)] = 0.5
    """Share of a picture that the references have a say in."""
    warp: Annotated[float, Field(ge=0, le=0.5)] = 0.03
    """How much the picture that is changed is turned (radians), zoomed, stretched and shifted (shares of its side)."""
    weight: Annotated[float, Field(ge=0)] = 100.0
    """Weight of the distance to what a picture is made of, beside the discriminator's."""
    retouch: bool = False
    """Whether the decoder paints what is added to the collage, instead of the whole picture: sharp from the start."""
    most: Count = 256
    """Most training pictures of a class that are kept to make others of."""


class GanConfig(Config):
    """A GAN makes pictures and a language model their texts, both for one draw of class and attributes."""

    attributes: list[str] | None = None
    """Other tasks, or metadata fields, a pair has besides its class; null = all other single-label tasks."""
    attribute_values: Count = 100
    """Values of a metadata field that are told apart, the commonest; a record with another one counts as without."""
    seed_grid: Count = 14
    """Side of the grid the transposed convolutions begin with; pictures have 16 times as many pixels: 14 -> 224."""
    width: Annotated[int, Field(ge=8, multiple_of=8)] = 512
    """Channels of the widest layer of both networks: 512-256-128-64-3."""
    latent: Count = 100
    """Random numbers a picture is made from."""
    embedding: Count = 64
    """Size of the class embedding."""
    loss: Literal["non_saturating", "minimax"] = "non_saturating"
    """The generator's goal. non_saturating: -log D(G(z)). minimax: log(1 - D(G(z))), as printed; it tends to stall."""
    attribute_weight: Annotated[float, Field(ge=0)] = 1.0
    """Weight of the attribute consistency loss: class and attributes, as the discriminator reads them off a picture."""
    diversity_weight: Annotated[float, Field(ge=0)] = 0.0
    """Weight of a loss for pictures of one class that differ less than real ones do; 0 = off, as in the paper."""
    generator: Literal["deconvolution", "skip_layer"] = "deconvolution"
    """Out of noise. deconvolution: the paper's. skip_layer: one made for few pictures (Liu et al. 2021)."""
    projected: ProjectedConfig | None = None
    """Judge pictures by the maps of a frozen network (Sauer et al. 2021); null = by the paper's discriminator."""
    local_fusion: LocalFusionConfig | None = None
    """Make pictures out of local features of training pictures of the class (Gu et al. 2021); null = out of noise."""
    style: StyleConfig = StyleConfig()
    """The style-constraint loss."""
    steps: Count = 20000
    """Most training steps; one of the discriminator and one of the generator each."""
    batch_size: Annotated[int, Field(ge=2)] = 64
    """Training pictures per step, and generated ones."""
    generator_rate: Positive = 1e-4
    """Adam learning rate of the generator."""
    discriminator_rate: Positive = 1e-4
    """Adam learning rate of the discriminator."""
    balance: Share = 1.0
    """How batches are drawn. 1: all classes equally often. 0: as often as they are. Between: between."""
    average: Decay | None = None
    """Generate with a moving average of the weights that decays by this factor per step; null = as trained."""
    diff_augment: list[Literal["color", "translation", "cutout"]] = []
    """Differentiable augmentation (DiffAugment) for few pictures. Never a flip."""
    spectral_norm: bool = False
    """Whether the discriminator's layers are divided by their largest singular value."""
    patience: Count | None = 5
    """Stop after so many evaluations without a better KID; only if the loop keeps an inner part. null = all steps."""
    evaluate_every: Count = 1000
    """Steps between two evaluations, and between two sample grids."""
    checkpoint_seconds: Positive = 300
    """Seconds between checkpoints."""
    feedback: FeedbackConfig = FeedbackConfig()
    """What it learns between two rounds."""
    text: TextConfig = TextConfig()
    """The text generator."""

    @model_validator(mode="after")
    def _only_parts_that_are_there_have_options(self) -> GanConfig:
        if self.local_fusion is not None and self.generator != "deconvolution":
            raise ValueError(f"`local_fusion` has a generator of its own, got `generator: {self.generator}`")
        if self.projected is not None and self.spectral_norm:
            raise ValueError("`spectral_norm` is of the paper's discriminator; `projected` has its own. Leave one out")
        return self

    @model_validator(mode="after")
    def _noise_is_enough_for_the_choices(self) -> GanConfig:
        least = 0 if self.local_fusion is None else self.local_fusion.references + CHOICES
        if self.latent < least:
            raise ValueError(f"`local_fusion` takes `latent` of at least {least}, got {self.latent}")
        return self


@hookimpl
def vbg_components() -> Iterable[Component]:
    """Offer the augmenter `gan`, and the trunks of its discriminator as encoders."""
    tiny: dict[str, Any] = {
        "attributes": None,
        "seed_grid": 2,
        "width": 16,
        "projected": None,
        "steps": 6,
        "batch_size": 8,
        "generator_rate": 0.1,  # pictures of so few steps would be of one grey
        "evaluate_every": 3,
        "style": {"crops": 20, "network": "random", "model": None, "weights": None, "textures": None},
        "feedback": {"steps": 2},
        "text": {
            "hidden": 16,
            "embedding": 8,
            "pretrain_steps": 4,
            "adversarial_steps": 2,
            "pair_weight": 1,
            "batch_size": 8,
            "table": None,
            "patterns": {},
        },
    }
    image = {"weights": None, "image_size": 32, "width": 16}
    text = {"vocab_size": 200, "max_length": 32, "embedding": 8, "hidden": 16}
    trunks = "vbg_gan.trunks"
    return [
        Component("augmenter", "gan", GanConfig, "vbg_gan.augmenter:Gan", tiny),
        Component("encoder", "discriminator_image", ImageTrunkConfig, f"{trunks}:ImageTrunk", image,
                  modalities=("image",)),
        Component("encoder", "discriminator_text", TextTrunkConfig, f"{trunks}:TextTrunk", text,
                  modalities=("text",)),
    ]  # fmt: skip
