"""Text encoders in transformers format, read quietly and from local folders only. No remote code, no pickle."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel, AutoModelForMaskedLM, AutoTokenizer, PreTrainedConfig, PreTrainedModel
from transformers.utils import logging

from vbg_framework.base.errors import VBGError
from vbg_framework.toolkit.adapters import own_name
from vbg_framework.toolkit.tokens import bounded

T = TypeVar("T")
VOCABULARY = "tokenizer.json"
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


def read_tokenizer(folder: Path, vocab_size: int, max_length: int) -> Tokenizer:
    """Read a model's tokeniser, made to cut at `max_length` and to pad.

    Args:
        vocab_size: tokens the model knows.

    Raises:
        VBGError: the folder holds none, it is not the model's, or the model reads no texts of that length.
    """
    wrapped = _read(folder, "tokeniser", partial(AutoTokenizer.from_pretrained, folder, trust_remote_code=False))
    size = wrapped.backend_tokenizer.get_vocab_size()
    if not len(wrapped.all_special_tokens) < size <= vocab_size:  # transformers makes an empty one where files lack
        raise VBGError(str(folder), f"its tokeniser knows {size} tokens, the model {vocab_size}", FIX)
    if wrapped.pad_token is None:
        raise VBGError(str(folder), "its tokeniser has no padding token", "Take a BERT-like encoder.")
    if max_length > wrapped.model_max_length:
        what = f"the model reads at most {wrapped.model_max_length} tokens, got {max_length}"
        raise VBGError("max_length", what, "Set a smaller one.")
    return bounded(wrapped.backend_tokenizer, max_length, wrapped.pad_token)


def new_model(folder: Path) -> PreTrainedModel:
    """Build the architecture in a folder with random weights, in 32 bit.

    Raises:
        VBGError: its config.json contradicts itself.
    """
    config = read_config(folder)
    return _read(folder, "config.json", partial(AutoModel.from_config, config, dtype=torch.float32))


def read_model(auto: type[AutoModel] | type[AutoModelForMaskedLM], folder: Path) -> tuple[PreTrainedModel, set[str]]:
    """Read a model with its weights, in 32 bit; returns it and the names of the parameters the files lack.

    Args:
        auto: transformers' `AutoModel` or `AutoModelForMaskedLM`.

    Raises:
        VBGError: the weights are missing, unreadable or of another shape. Pickled weights are not read.
    """
    options: dict[str, Any] = {"use_safetensors": True, "dtype": torch.float32, "trust_remote_code": False}
    options |= {"ignore_mismatched_sizes": True, "output_loading_info": True}  # told, so that we can name them
    model, info = _read(folder, "model.safetensors", partial(auto.from_pretrained, folder, **options))
    if info["mismatched_keys"]:
        name, result, wanted = sorted(info["mismatched_keys"])[0]
        what = f"'{name}' has shape {tuple(result)} instead of {tuple(wanted)} of its config.json"
        raise VBGError(str(folder), what, "Take both files from the same model.")
    return model, set(info["missing_keys"])


def load_weights(net: PreTrainedModel, folder: Path) -> None:
    """Put the weights in a folder into a model of that architecture; adapters in it stay as they are.

    Raises:
        VBGError: the weights cannot be read, or lack some of the model's.
    """
    model, missing = read_model(AutoModel, folder)
    state = net.state_dict()
    names = {name: plain for name in state if (plain := own_name(name))}
    lost = sorted(missing & {*names.values()})
    if lost:
        fix = "Choose the complete weights of a text encoder."
        raise VBGError(str(folder), f"the weights lack {len(lost)} parameters, first '{lost[0]}'", fix)
    loaded = model.state_dict()
    net.load_state_dict({**state, **{name: loaded[plain] for name, plain in names.items()}})


def stacked_layers(net: PreTrainedModel) -> list[list[nn.Parameter]]:
    """Parameters from the input upwards: what comes before the layers, then each layer, the last with what follows it.

    Empty if the layers are not in one list.
    """
    count = net.config.num_hidden_layers
    stack = next((part for part in net.modules() if isinstance(part, nn.ModuleList) and len(part) == count), None)
    if stack is None:
        return []
    layers = [list(layer.parameters()) for layer in stack]
    inside = {id(parameter) for layer in layers for parameter in layer}
    below: list[nn.Parameter] = []
    outside = below
    for parameter in net.parameters():
        if id(parameter) in inside:
            outside = layers[-1]
        else:
            outside.append(parameter)
    return [below, *layers]


def save_architecture(architecture: PreTrainedConfig, tokenizer: Tokenizer, assets: Path) -> None:
    """Write what `new_model` and `saved_tokenizer` read, without a trace of where weights lay."""
    tokenizer.save(str(assets / VOCABULARY))
    architecture.name_or_path = ""
    architecture.to_json_file(assets / "config.json")


def saved_tokenizer(assets: Path) -> Tokenizer:
    """The tokeniser that `save_architecture` wrote."""
    return Tokenizer.from_file(str(assets / VOCABULARY))


def mean_of_real(tokens: Tensor, mask: Tensor) -> Tensor:
    """The mean over the real tokens: (B, T, D) and (B, T) -> (B, D)."""
    real = mask.unsqueeze(-1).to(tokens.dtype)  # (B, T, 1)
    return (tokens * real).sum(dim=1) / real.sum(dim=1).clamp(min=1)


def _read(folder: Path, what: str, load: Callable[[], T]) -> T:
    try:
        with quiet():
            return load()
    except Exception as error:  # transformers raises whatever its parsers raise
        reason = str(error).strip().split("\n")[0].rstrip(".")
        raise VBGError(str(folder), f"cannot read its {what} ({reason})", FIX) from error
