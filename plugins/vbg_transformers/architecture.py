"""The architecture of a model: read from its folder or named, and changed as the options say."""

from __future__ import annotations

import difflib
from typing import Any

from transformers import CONFIG_MAPPING, MODEL_MAPPING, AutoConfig, PreTrainedConfig

from vbg_framework import VBGError
from vbg_transformers import TransformersConfig

DROPOUTS = (
    *("hidden_dropout_prob", "attention_probs_dropout_prob", "dropout", "attention_dropout", "embedding_dropout"),
    *("mlp_dropout", "activation_dropout", "pooler_dropout"),
)
SPARE = 8  # positions: some models begin to count at the padding token's id
IDS = {"pad_token_id": 0, "cls_token_id": 2, "bos_token_id": 2, "sep_token_id": 3, "eos_token_id": 3}


def from_scratch(config: TransformersConfig, vocab_size: int) -> PreTrainedConfig:
    """The architecture that the options name, for a vocabulary as `learn_pieces` makes it.

    The feed-forward part keeps its proportion to `dim`.

    Raises:
        VBGError: transformers knows no such model, or the sizes do not fit it.
    """
    name = config.architecture or "modernbert"
    plain = default(name)
    dim = config.dim or plain.hidden_size
    wide = getattr(plain, "intermediate_size", 4 * plain.hidden_size)
    sizes: dict[str, Any] = {
        "vocab_size": vocab_size,
        "hidden_size": dim,
        "num_hidden_layers": config.layers or plain.num_hidden_layers,
        "num_attention_heads": config.heads or plain.num_attention_heads,
        "intermediate_size": max(1, wide * dim // plain.hidden_size),
        "max_position_embeddings": config.max_length + SPARE,
    }
    if dim % sizes["num_attention_heads"]:
        what = f"`dim` must be a multiple of `heads`, got {dim} and {sizes['num_attention_heads']}"
        raise VBGError(f"architecture {name}", what, "Change one of them.")
    return AutoConfig.for_model(name, **sizes, **IDS)


def default(name: str) -> PreTrainedConfig:
    """transformers' own sizes of an architecture.

    Raises:
        VBGError: it knows no such model, or none that reads texts.
    """
    known = {model_type for model_type, config in CONFIG_MAPPING.items() if config in MODEL_MAPPING}
    found = AutoConfig.for_model(name) if name in known else None
    if found is None or found.is_encoder_decoder or not hasattr(found, "vocab_size"):
        close = difflib.get_close_matches(name, known, n=1)
        fix = f"Did you mean '{close[0]}'?" if close and found is None else "Such are bert, modernbert and deberta-v2."
        raise VBGError(f"architecture {name}", "transformers has no text encoder of this type", fix)
    return found


def set_dropout(architecture: PreTrainedConfig, dropout: float) -> None:
    """Set every dropout that the architecture has."""
    for name in DROPOUTS:
        if hasattr(architecture, name):
            setattr(architecture, name, dropout)
