"""Modality dropout: modalities are hidden at random in training, so that a model learns to do without any of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import torch

from vbg_framework.base.errors import VBGError, did_you_mean
from vbg_framework.contracts.modality import modality_of

Item = Mapping[str, Any]


class ModalityDropout:
    """Hides modalities of training items, each independently of the others; an item keeps at least one. Picklable.

    Source: ModDrop, Neverova et al. 2016 (https://arxiv.org/abs/1501.00102).

    Args:
        shares: modality -> probability that it is hidden, 0..1.
        known: the modalities the experiment reads.

    Raises:
        VBGError: a modality is not one of them.
    """

    changes = ()  # what is there stays as it is

    def __init__(self, shares: Mapping[str, float], known: Iterable[str]) -> None:
        self.shares, known = dict(shares), list(known)
        for modality in self.shares:
            if modality not in known:
                what = f"no encoder reads '{modality}'"
                raise VBGError("train.modality_dropout", what, did_you_mean(modality, known))

    def __call__(self, items: Sequence[Item]) -> list[Item]:
        """Return the items, some with fewer modalities."""
        return [self._fewer(item) for item in items]

    def _fewer(self, item: Item) -> Item:
        lots = torch.rand(len(self.shares)).tolist()
        hidden = {m for (m, share), lot in zip(self.shares.items(), lots, strict=True) if lot < share}
        there = list(dict.fromkeys(map(modality_of, item["inputs"])))
        left = [modality for modality in there if modality not in hidden]
        if not left and there:
            left = [there[int(torch.randint(len(there), ()))]]
        return {**item, "inputs": {key: value for key, value in item["inputs"].items() if modality_of(key) in left}}
