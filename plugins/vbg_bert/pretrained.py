"""Reads text encoders in transformers format, quietly and from local folders only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TypeVar

import torch
from tokenizers import Tokenizer
from transformers import AutoConfig, AutoTokenizer, PreTrainedConfig, PreTrainedModel
from transformers.utils import logging

from vbg_bert.vocabulary import bounded
from vbg_framework.errors import VBGError

T = TypeVar("T")
FIX = "Give a folder in transformers format: config.json, model.safetensors and the tokeniser's files."


@contextmanager
def quiet() -> Iterator[None]:
    """Silence transformers' load reports and progress bars; what matters is raised."""
    verbosity, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(verbosity)
        if bars:
            logging.enable_progress_bar()


def read_config(folder: Path) -> PreTrainedConfig:
    """Read a text encoder's architecture.

    Raises:
        VBGError: the folder holds none.
    """
    config = _read(folder, "config.json", partial(AutoConfig.from_pretrained, folder, trust_remote_code=False))
    if config.is_encoder_decoder or not hasattr(config, "vocab_size"):
        raise VBGError(str(folder), f"no text encoder, got a model of type '{config.model_type}'", FIX)
    return config


def read_tokenizer(folder: Path, max_length: int) -> Tokenizer:
    """Read a model's tokeniser, made to cut at `max_length` and to pad.

    Raises:
        VBGError: the folder holds none, it cannot pad, or the model reads no texts of that length.
    """
    wrapped = _read(folder, "tokeniser", partial(AutoTokenizer.from_pretrained, folder, trust_remote_code=False))
    if wrapped.pad_token is None:
        raise VBGError(str(folder), "its tokeniser has no padding token", "Take a BERT-like encoder.")
    if max_length > wrapped.model_max_length:
        what = f"the model reads at most {wrapped.model_max_length} tokens, got {max_length}"
        raise VBGError("max_length", what, "Set a smaller one.")
    return bounded(wrapped.backend_tokenizer, max_length, wrapped.pad_token)


def read_model(auto: type, folder: Path) -> tuple[PreTrainedModel, set[str]]:
    """Read a model with its weights, in 32 bit; returns it and the names of the parameters the files lack.

    Args:
        auto: transformers' `AutoModel` or `AutoModelForMaskedLM`.

    Raises:
        VBGError: the weights are missing, unreadable or of another shape. Pickled weights are not read.
    """
    options = {"use_safetensors": True, "dtype": torch.float32, "trust_remote_code": False}
    load = partial(auto.from_pretrained, folder, output_loading_info=True, **options)
    model, info = _read(folder, "model.safetensors", load)
    return model, set(info["missing_keys"])


def _read(folder: Path, what: str, load: Callable[[], T]) -> T:
    try:
        with quiet():
            return load()
    except Exception as error:  # transformers raises whatever its parsers raise
        reason = str(error).strip().split("\n")[0].rstrip(".")
        raise VBGError(str(folder), f"cannot read its {what} ({reason})", FIX) from error
