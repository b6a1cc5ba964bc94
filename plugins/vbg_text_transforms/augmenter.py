"""The augmenter component `text_transforms`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch

from vbg_framework import Augmenter, TrainView, Transform, VBGError
from vbg_framework.toolkit import CatalogueText
from vbg_text_transforms import TextTransformsConfig
from vbg_text_transforms.synonyms import Synonyms

Item = Mapping[str, Any]


class TextTransforms(Augmenter):
    """Changes the texts of every training batch at random; images, metadata and labels stay.

    A control, as random changes of pictures are: it costs no language model.
    """

    def transform(self, train: TrainView) -> Transform:
        """Return the changes, in this order: leave fields out, read them in another order, replace words.

        Raises:
            VBGError: no training record has a text.
        """
        if not any("text" in record.inputs for record in train):
            what = "'text_transforms' changes texts, got training records without any"
            raise VBGError("augmenter", what, "Add a text encoder to the experiment, or name another augmenter.")
        return TextTransform(self.config)


class TextTransform:
    """The changes of one batch. Draws from torch's global generator alone.

    Args:
        config: which ones.
    """

    changes = ("text",)

    def __init__(self, config: TextTransformsConfig) -> None:
        self.config = config
        self.synonyms = Synonyms(config.synonyms, config.replace)

    def __call__(self, items: Sequence[Item]) -> list[Item]:
        """Return changed copies; an item without a text stays."""
        return [self._changed(item) for item in items]

    def _changed(self, item: Item) -> Item:
        text: CatalogueText | None = item["inputs"].get("text")
        if text is None:
            return item
        fields = text.fields
        chosen = {name: self.synonyms(fields[name]) for name in self._chosen(list(fields))}
        return {**item, "inputs": {**item["inputs"], "text": text.changed(chosen)}}

    def _chosen(self, names: list[str]) -> list[str]:
        """The fields that stay, in the order in which they are read."""
        lots = torch.rand(len(names))
        stay = [name for name, lot in zip(names, lots.tolist(), strict=True) if lot >= self.config.drop]
        stay = stay or [names[int(lots.argmax())]]  # the likeliest to stay
        order = torch.randperm(len(stay)).tolist() if self.config.shuffle else range(len(stay))
        return [stay[place] for place in order]
