"""New words of the text encoder that stand for classes: textual inversion (Gal et al. 2023)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from vbg_diffusion_lora.family import Family

START = "the"  # what a new word means before it is learnt, as in Trabucco et al. 2023
FILE = "learned_embeds.safetensors"


class Word(nn.Module):
    """The vector of a new word while it is learnt. D = size of the text encoder's vectors.

    Args:
        vector: (D,), what it begins with.
    """

    def __init__(self, vector: Tensor) -> None:
        super().__init__()
        self.vector = nn.Parameter(vector.detach().float().clone())

    def forward(self) -> Tensor:
        """(D,)."""
        return self.vector * 1  # a result of its own, so that processes can share the gradient


def word(name: str) -> str:
    """How the word of an adapter's name is written in a caption."""
    return f"<{name}>"


def add_words(family: Family, names: Sequence[str]) -> None:
    """Teach the tokeniser new words, which mean what `START` means until they are learnt."""
    tokenizer, encoder = family.pipe.tokenizer, family.pipe.text_encoder
    started = tokenizer(START, add_special_tokens=False).input_ids
    vector = _vectors(encoder)[started].mean(dim=0).detach().clone()
    tokenizer.add_tokens([word(name) for name in names])
    encoder.resize_token_embeddings(len(tokenizer), mean_resizing=False)
    for name in names:
        set_word(family, name, vector)


def get_word(family: Family, name: str) -> Tensor:
    """(D,), what a word means."""
    return _vectors(family.pipe.text_encoder)[_place(family, name)].detach().clone()


@torch.no_grad()
def set_word(family: Family, name: str, vector: Tensor) -> None:
    """Let a word mean something; (D,)."""
    vectors = _vectors(family.pipe.text_encoder)
    vectors[_place(family, name)] = vector.to(vectors)


def describe(family: Family, captions: Sequence[str], name: str, vector: Tensor) -> Tensor:
    """Captions as the denoiser is told them, (B, T, D), with a gradient for the vector of one word.

    Args:
        family: the base.
        captions: sentences.
        name: whose word.
        vector: (D,), what it means.
    """
    tokenizer, encoder = family.pipe.tokenizer, family.pipe.text_encoder
    tokens = tokenizer(
        list(captions),
        padding="max_length",
        max_length=tokenizer.model_max_length,
        truncation=True,
        return_tensors="pt",
    )
    with _meaning(encoder.get_input_embeddings(), _place(family, name), vector):
        result: Tensor = encoder(tokens.input_ids.to(encoder.device)).last_hidden_state
    return result


def save_word(family: Family, name: str, folder: Path) -> None:
    """Write a word as `load_textual_inversion` of diffusers reads it."""
    folder.mkdir(parents=True, exist_ok=True)
    save_file({word(name): get_word(family, name).cpu().contiguous()}, folder / FILE)


def load_word(family: Family, name: str, folder: Path) -> None:
    """Add a word that means what `save_word` wrote."""
    add_words(family, [name])
    set_word(family, name, load_file(folder / FILE)[word(name)])


def _vectors(encoder: Any) -> Tensor:
    weight: Tensor = encoder.get_input_embeddings().weight
    return weight


def _place(family: Family, name: str) -> int:
    return int(family.pipe.tokenizer.convert_tokens_to_ids(word(name)))


@contextmanager
def _meaning(embeddings: nn.Module, place: int, vector: Tensor) -> Iterator[None]:
    """Let the word at a place of the vocabulary mean `vector`, and pass gradients on to it."""

    def put(module: nn.Module, given: tuple[Tensor, ...], result: Tensor) -> Tensor:
        return result.where((given[0] != place)[..., None], vector.to(result))

    handle = embeddings.register_forward_hook(put)
    try:
        yield
    finally:
        handle.remove()
