"""Whether encoders are put to what they read, and to what the data set has. Light: asks no class unless told to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vbg_framework.base.errors import VBGError, did_you_mean
from vbg_framework.config.part import Part, told, with_held
from vbg_framework.contracts.modality import modality_of


def check_modalities(parts: Mapping[str, Part[Any]], config_path: str, load: bool = False) -> None:
    """Before any work is done.

    Args:
        parts: those of an experiment.
        config_path: what messages begin with.
        load: also ask the class of an encoder that declares nothing, which may import torch.

    Raises:
        VBGError: an encoder reads another modality than the one it was put to, or one the data set does not have.
    """
    data = parts["data"]
    declared = told(data.component, data.config)
    has = {*declared, *data.modalities} if declared else ()
    for key, part in with_held({key: part for key, part in parts.items() if key.startswith("encoders.")}).items():
        if part.component.kind != "encoder":
            continue
        modality = modality_of(key.split(".")[1])
        reads = told(part.component, part.config) or ([part.component.load().modality] if load else ())
        if reads and modality not in reads:
            what = f"'{part.component.name}' reads {' or '.join(sorted(reads))}, got {modality}"
            raise VBGError(f"{config_path}.{key}", what, f"Put it under {' or '.join(sorted(reads))}.")
        if has and modality not in has:
            name, reader = data.component.name, part.component.name
            what = f"no record of data '{name}' has {modality} with these options, which '{reader}' reads"
            raise VBGError(f"{config_path}.{key}", what, f"Map it in the data set. {did_you_mean(modality, has)}")
