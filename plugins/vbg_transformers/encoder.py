"""The text encoder: any model of transformers behind the `Encoder` interface. B texts, T tokens, D features."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from torch import Tensor, nn

from vbg_framework import Features
from vbg_framework.toolkit import (
    TokenEncoder,
    add_adapters,
    learn_pieces,
    load_weights,
    mean_of_real,
    new_model,
    read_config,
    read_tokenizer,
    save_architecture,
    saved_tokenizer,
    stacked_layers,
    weights_path,
)
from vbg_transformers import TransformersConfig
from vbg_transformers.architecture import from_scratch, set_dropout
from vbg_transformers.training import train_last


class TransformersEncoder(TokenEncoder):
    """Hands every token of the last layer to the fusion, special ones included; `pooled` as the option says."""

    def __init__(self, config: TransformersConfig, *, assets: Path) -> None:
        super().__init__(config, assets=assets)
        self.tokenizer, self.prefix = saved_tokenizer(assets), config.prefix
        self.net = new_model(assets)
        if hasattr(self.net, "pooler"):
            self.net.pooler = None  # type: ignore[assignment]  # nobody reads it; torch's stub forgets None
        self.dim = self.net.config.hidden_size
        if config.lora:
            add_adapters(self.net, config.lora)
        elif config.train_last:
            train_last(self.net, config.train_last)
        else:
            self.requires_grad_(not config.frozen)
        self.train()

    @classmethod
    def prepare(cls, config: TransformersConfig, items: Iterable[Any], assets: Path, *, seed: int) -> None:
        """Write architecture and tokeniser: of the pre-trained weights, or with a vocabulary learnt from the texts.

        Raises:
            VBGError: the weights' folder cannot be found or read, or there is no such architecture.
        """
        if config.pretrained:
            folder = weights_path(config.model, config.weights)
            architecture = read_config(folder)
            tokenizer = read_tokenizer(folder, architecture.vocab_size, config.max_length)
        else:
            tokenizer = learn_pieces(items, config.vocab_size or 30522, config.max_length)
            architecture = from_scratch(config, tokenizer.get_vocab_size())
        if config.dropout is not None:
            set_dropout(architecture, config.dropout)
        save_architecture(architecture, tokenizer, assets)

    def pretrain(self, items: Iterable[Any], *, seed: int) -> None:
        """Load the pre-trained weights, if any.

        Raises:
            VBGError: the weights do not fit.
        """
        if self.config.pretrained:
            load_weights(self.net, weights_path(self.config.model, self.config.weights))

    def train(self, mode: bool = True) -> TransformersEncoder:
        """Switch dropout on or off; a frozen encoder keeps it off."""
        return super().train(mode and not self.config.frozen)

    def parameter_layers(self) -> list[list[nn.Parameter]]:
        """Embeddings, then each layer; none where the model's layers are not in one list."""
        return stacked_layers(self.net)

    def forward(self, inputs: Mapping[str, Tensor]) -> Features:
        """{"ids": (B, T), "mask": (B, T)} -> tokens (B, T, D)."""
        mask = inputs["mask"]
        tokens = self.net(input_ids=inputs["ids"], attention_mask=mask).last_hidden_state
        return Features(tokens, mask, tokens[:, 0] if self.config.pooling == "cls" else mean_of_real(tokens, mask))
