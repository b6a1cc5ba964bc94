"""Frozen encoders stay open between the runs of one process, so that the arms of a replicate open them once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from vbg_framework.config.part import Part
from vbg_framework.contracts.interfaces import Encoder
from vbg_framework.data.preparation.content_key import content_key


@dataclass
class _Kept:
    """An encoder with its weights, what it was made of, and the generator of random numbers after it was built."""

    key: str
    encoder: Encoder
    after: torch.Tensor
    weights: str = ""


_kept: dict[str, _Kept] = {}
"""Name of an encoder -> the last one that was kept."""


def opened(
    name: str, part: Part[Any], assets: Path, items: Iterable[Any], *, seed: int, device: torch.device
) -> Encoder:
    """A frozen encoder with its weights: the one that the run before used, or a new one.

    The same one is given only where the component, its options, the contents of its files, its assets, the seed and
    the state of torch's generator agree, and only if its pre-training read no records. The generator is left as
    building would leave it, so whatever is drawn next is the same.

    Args:
        name: key of the encoder.
        part: the component.
        assets: what it prepared.
        items: the raw training items.
        seed: of its pre-training.
        device: where it is used.
    """
    key = _key(part, assets, seed, device)
    if (last := _kept.get(name)) is not None and last.key == key:
        torch.set_rng_state(last.after)
        return last.encoder
    _kept.pop(name, None)  # before another one is opened beside it
    encoder, told = part.component.load()(part.config, assets=assets).to(device), _Told(items)
    after = torch.get_rng_state()
    encoder.pretrain(told, seed=seed)
    torch.set_rng_state(after)
    if not told.read and not any(parameter.requires_grad for parameter in encoder.parameters()):
        _kept[name] = _Kept(key, encoder, after)
    return encoder


def weights_of(encoder: Encoder) -> str:
    """Hash of all weights; of an encoder that is kept it is worked out once."""
    last = next((each for each in _kept.values() if each.encoder is encoder), None)
    if last is None:
        return _hash(encoder)
    last.weights = last.weights or _hash(encoder)
    return last.weights


class _Told(Iterator[Any]):
    """Items that say whether one was asked for."""

    def __init__(self, items: Iterable[Any]) -> None:
        self.items, self.read = iter(items), False

    def __next__(self) -> Any:
        self.read = True
        return next(self.items)


def _key(part: Part[Any], assets: Path, seed: int, device: torch.device) -> str:
    files = [hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(assets.rglob("*")) if path.is_file()]
    drawn = hashlib.sha256(torch.get_rng_state().numpy().tobytes()).hexdigest()
    return json.dumps([content_key(part), files, seed, str(device), drawn], sort_keys=True)


def _hash(encoder: Encoder) -> str:
    digest = hashlib.sha256()
    for name, tensor in sorted(encoder.state_dict().items()):
        digest.update(name.encode() + tensor.detach().cpu().contiguous().flatten().view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()
