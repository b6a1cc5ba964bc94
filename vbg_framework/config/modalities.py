"""Whether encoders are put to what they read, and to what the data set has. Light: asks no class unless told to."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from vbg_framework.base.errors import VBGError, did_you_mean

if TYPE_CHECKING:
    from vbg_framework.config.part import Part


def told(part: Part[Any]) -> Collection[str]:
    """The modalities that a component declares with these options; empty = it does not say."""
    given = part.component.modalities
    return given(part.config) if callable(given) else given


def check_modalities(parts: Mapping[str, Part[Any]], place: str, load: bool = False) -> None:
    """Before any work is done.

    Args:
        parts: those of an experiment.
        place: what messages begin with.
        load: also ask the class of an encoder that declares nothing, which may import torch.

    Raises:
        VBGError: an encoder reads another modality than the one it was put to, or one the data set does not have.
    """
    has = told(parts["data"])
    for key, part in parts.items():
        section, _, modality = key.partition(".")
        if section != "encoders":
            continue
        reads = told(part) or ([part.component.load().modality] if load else ())
        if reads and modality not in reads:
            what = f"'{part.component.name}' reads {' or '.join(sorted(reads))}, got {modality}"
            raise VBGError(f"{place}.{key}", what, f"Put it under {' or '.join(sorted(reads))}.")
        if has and modality not in has:
            data = parts["data"].component.name
            what = f"no record of data '{data}' has {modality} with these options, which '{part.component.name}' reads"
            raise VBGError(f"{place}.{key}", what, f"Map it in the data set. {did_you_mean(modality, has)}")
