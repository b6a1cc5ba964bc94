"""The trunks of the discriminator as encoders: the VBG paper's ablation without ViT and BERT, as it is read here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from tokenizers import Tokenizer
from torch import Tensor, nn

from vbg_framework import Encoder, Features, Processor
from vbg_framework.toolkit import (
    ImageProcessor,
    TokenEncoder,
    assign,
    learn_words,
    load_state,
    mean_of_real,
    weights_path,
)
from vbg_gan.networks import fast, four_convolutions, initialise
from vbg_gan.text_config import TextConfig
from vbg_gan.text_networks import TextReader
from vbg_gan.trunk_config import ImageTrunkConfig, TextTrunkConfig

VOCABULARY = "tokenizer.json"
TRUNK = "trunk."  # how a saved discriminator names the convolutions
HALF = (0.5, 0.5, 0.5)  # mean and deviation that bring pixels to -1..1


class ImageTrunk(Encoder):
    """The four convolutions of the discriminator (eq. 18 of the VBG paper): one token per place of the last map.

    `pooled` is the mean over the places. The discriminator's connected layer is no part of it.
    """

    modality = "image"
    config: ImageTrunkConfig

    def __init__(self, config: ImageTrunkConfig, *, assets: Path) -> None:
        super().__init__(config, assets=assets)
        self.trunk = nn.Sequential(*four_convolutions(config.width)).apply(initialise)
        self.dim = config.width

    def pretrain(self, items: Iterable[Any], *, seed: int) -> None:
        """Load the convolutions of a fitted discriminator; nothing without `weights`.

        Raises:
            VBGError: the file is missing, or is of a discriminator of another width.
        """
        if self.config.weights is None:
            return
        file = weights_path(None, self.config.weights)
        state = {name.removeprefix(TRUNK): t for name, t in load_state(file).items() if name.startswith(TRUNK)}
        assign(self.trunk, state, str(file))

    def processor(self, train: bool) -> Processor:
        """RGB pictures -> {"pixels": (B, 3, S, S)} in -1..1, as the GAN sees them."""
        return ImageProcessor(self.config.image_size, HALF, HALF)

    def forward(self, inputs: Mapping[str, Tensor]) -> Features:
        """{"pixels": (B, 3, S, S)} -> tokens (B, (S / 16)^2, D), all of them real."""
        tokens = self.trunk(fast(inputs["pixels"])).flatten(2).transpose(1, 2)
        mask = torch.ones(tokens.shape[:2], dtype=torch.bool, device=tokens.device)
        return Features(tokens, mask, tokens.mean(dim=1))


class TextTrunk(TokenEncoder):
    """The discriminator's feed-forward network over windows of three words: one token per word, `pooled` their mean."""

    config: TextTrunkConfig

    def __init__(self, config: TextTrunkConfig, *, assets: Path) -> None:
        super().__init__(config, assets=assets)
        self.tokenizer = Tokenizer.from_file(str(assets / VOCABULARY))
        sizes = TextConfig(embedding=config.embedding, hidden=config.hidden, dropout=config.dropout)
        self.reader = TextReader(sizes, tokens=self.tokenizer.get_vocab_size())
        self.dim = config.hidden

    @classmethod
    def prepare(cls, config: TextTrunkConfig, items: Iterable[Any], assets: Path, *, seed: int) -> None:
        """Write the words of the training texts."""
        learn_words(items, config.vocab_size, config.max_length).save(str(assets / VOCABULARY))

    def forward(self, inputs: Mapping[str, Tensor]) -> Features:
        """{"ids": (B, T), "mask": (B, T)} -> tokens (B, T, D)."""
        mask = inputs["mask"]
        words = F.embedding(inputs["ids"], self.reader.embed.weight.T)  # what a one-hot word times the matrix is
        tokens = self.reader.places(words, mask)
        return Features(tokens, mask, mean_of_real(tokens, mask))
