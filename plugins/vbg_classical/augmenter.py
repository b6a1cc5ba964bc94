"""The augmenter component `classical`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from vbg_classical import ClassicalConfig
from vbg_classical.changes import Changes
from vbg_classical.mixing import Mixing
from vbg_framework import Augmenter, TrainView, Transform, VBGError

Item = Mapping[str, Any]
LOOKED_AT = 100  # records, to see whether there are texts


class Classical(Augmenter):
    """Changes the pictures of every training batch at random; texts, metadata and, unless mixed, labels stay.

    A control: it costs no generator, so an augmenter is worth only what it adds to that.
    """

    def transform(self, train: TrainView) -> Transform:
        """Return the changes, in this order: mirror, shrink, `policy`, jitter, then mix with another picture.

        Raises:
            VBGError: pictures are to be mixed, but there are texts, which cannot be.
        """
        mixes = [name for name in ("mixup", "cutmix") if getattr(self.config, name)]
        if mixes and any("text" in train[i].inputs for i in range(min(len(train), LOOKED_AT))):
            what = "pictures cannot be mixed where a text says which object is meant"
            raise VBGError(f"augmenter.{mixes[0]}", what, "Set it to 0, or leave the text encoder out.")
        return ClassicalTransform(self.config)


class ClassicalTransform:
    """The changes of one batch. Draws from torch's global generator alone.

    Args:
        config: which ones.
    """

    changes = ("image",)

    def __init__(self, config: ClassicalConfig) -> None:
        self.change, self.mix = Changes(config), Mixing(config.mixup, config.cutmix)

    def __call__(self, items: Sequence[Item]) -> Sequence[Item]:
        """Return changed copies; an item without a picture stays."""
        return self.mix([self._changed(item) for item in items])

    def _changed(self, item: Item) -> Item:
        if "image" not in item["inputs"]:
            return item
        return {**item, "inputs": {**item["inputs"], "image": self.change(item["inputs"]["image"])}}
