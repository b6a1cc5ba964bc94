"""The text encoder: a BERT-like transformer behind the `Encoder` interface."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, cast

import torch
import transformers
from torch import Tensor, nn
from transformers import AutoModelForMaskedLM

from vbg_bert import BertConfig
from vbg_bert.masked_words import learn_words
from vbg_framework import Features
from vbg_framework.toolkit import (
    TextProcessor,
    TokenEncoder,
    learn_pieces,
    load_weights,
    mean_of_real,
    new_model,
    read_config,
    read_model,
    read_tokenizer,
    save_architecture,
    saved_tokenizer,
    stacked_layers,
    weights_path,
)


class BertEncoder(TokenEncoder):
    """Hands every token of the last layer to the fusion, [CLS] and [SEP] included.

    `pooled` is the mean over the real tokens, as sentence encoders such as MiniLM were trained for (Reimers and
    Gurevych 2019, arXiv 1908.10084).
    """

    def __init__(self, config: BertConfig, *, assets: Path) -> None:
        super().__init__(config, assets=assets)
        self.tokenizer = saved_tokenizer(assets)
        self.net = new_model(assets)
        self.net.pooler = None  # type: ignore[assignment]  # the mean needs none; torch's stub forgets None
        self.dim = self.net.config.hidden_size
        self.requires_grad_(not config.frozen).train()

    @classmethod
    def prepare(cls, config: BertConfig, items: Iterable[Any], assets: Path, *, seed: int) -> None:
        """Write architecture and tokeniser: of the pre-trained weights, or with a vocabulary learnt from the texts.

        Raises:
            VBGError: the weights' folder cannot be found or read.
        """
        if config.pretrained:
            folder = weights_path(config.model, config.weights)
            architecture = read_config(folder)
            tokenizer = read_tokenizer(folder, architecture.vocab_size, config.max_length)
        else:
            tokenizer = learn_pieces(items, config.vocab_size or 30522, config.max_length)
            architecture = from_scratch(config, tokenizer.get_vocab_size())
        save_architecture(architecture, tokenizer, assets)

    def pretrain(self, items: Iterable[Any], *, seed: int) -> None:
        """Load the pre-trained weights, if any; then learn to guess masked words, if asked to.

        Raises:
            VBGError: the weights do not fit, or there is no text to learn from.
        """
        config, device = self.config, self.net.device
        if not (config.pretrained or config.mlm_steps):
            return
        folder = weights_path(config.model, config.weights) if config.pretrained else None
        with torch.random.fork_rng([device] if device.type == "cuda" else []):
            torch.manual_seed(seed)
            if folder:
                load_weights(self.net, folder)
            if config.mlm_steps:
                self._learn_words(items, folder)

    def _learn_words(self, texts: Iterable[str], folder: Path | None) -> None:
        if folder:
            masked, _ = read_model(AutoModelForMaskedLM, folder)  # with its head, where the weights have one
        else:
            masked = AutoModelForMaskedLM.from_config(self.net.config)
        setattr(masked, masked.base_model_prefix, self.net)
        masked.tie_weights()
        self.requires_grad_(True)
        config = self.config
        learn_words(
            cast("nn.Module", masked).to(self.net.device),  # transformers' wrapper hides the signature
            TextProcessor(self.tokenizer),
            list(texts),
            steps=config.mlm_steps,
            batch_size=config.mlm_batch_size,
            rate=config.mlm_learning_rate,
        )
        self.requires_grad_(not config.frozen).train()

    def train(self, mode: bool = True) -> BertEncoder:
        """Switch dropout on or off; a frozen encoder keeps it off."""
        return super().train(mode and not self.config.frozen)

    def parameter_layers(self) -> list[list[nn.Parameter]]:
        """Embeddings, then each layer."""
        return stacked_layers(self.net)

    def forward(self, inputs: Mapping[str, Tensor]) -> Features:
        """{"ids": (B, T), "mask": (B, T)} -> tokens (B, T, D)."""
        mask = inputs["mask"]
        tokens = self.net(input_ids=inputs["ids"], attention_mask=mask).last_hidden_state
        return Features(tokens, mask, mean_of_real(tokens, mask))


def from_scratch(config: BertConfig, vocab_size: int) -> transformers.BertConfig:
    """The architecture the options describe; BERT-Base where they are silent (Devlin et al. 2019)."""
    dim = config.dim or 768
    dropout = 0.1 if config.dropout is None else config.dropout
    return transformers.BertConfig(
        vocab_size=vocab_size,
        hidden_size=dim,
        num_hidden_layers=config.layers or 12,
        num_attention_heads=config.heads or 12,
        intermediate_size=config.mlp_dim or 4 * dim,
        max_position_embeddings=config.max_length,
        hidden_dropout_prob=dropout,
        attention_probs_dropout_prob=dropout,
        pad_token_id=0,
    )
