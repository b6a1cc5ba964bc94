"""The controls. What they change names components of other plugins; a study that asks for them needs those."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vbg_framework import Control

Options = Mapping[str, Any]


class RealOnly(Control):
    """Real records only."""

    def changes(self, base: Options) -> Options:
        """Nothing: the base has no augmenter."""
        return {}


class Duplicate(Control):
    """Copies of real records, as many of each class as an arm trained on."""

    copies = True

    def changes(self, base: Options) -> Options:
        """Copies in place of the augmenter, in one round, neither judged nor sieved."""
        unjudged = {"rounds": 1, "copies": False, "verify": None, "quality": False}
        return {"augmenter": {"type": "duplicate"}, "loop": {**unjudged, "keep": "replace", "quota": {}}}


class Oversample(Control):
    """Every class is drawn equally often."""

    def changes(self, base: Options) -> Options:
        """Another sampling."""
        return {"train": {"sampling": "balanced"}}


class Classical(Control):
    """Random changes of pictures."""

    def changes(self, base: Options) -> Options:
        """An augmenter that changes items."""
        return {"augmenter": {"type": "classical"}}

    def applies(self, base: Options) -> bool:
        """It takes pictures to change."""
        return "image" in base["encoders"]


class TextOnly(Control):
    """Without pictures."""

    def changes(self, base: Options) -> Options:
        """The text encoder alone."""
        others = {modality: None for modality in base["encoders"] if modality != "text"}
        return {"encoders": others, "fusion": None}

    def applies(self, base: Options) -> bool:
        """It takes texts, and pictures to do without."""
        return {"image", "text"} <= set(base["encoders"])


class ExtraReal(Control):
    """More real records, which all other arms do without: what `split.scarce` cut, or a share held back."""

    def changes(self, base: Options) -> Options:
        """The records come back."""
        return {"split": {"scarce": {"keep": None}} if _scarce(base) else {"hold_back": 0.0}}

    def for_all(self, base: Options, study: Options) -> Options:
        """A share is held back, unless objects were cut."""
        return {} if _scarce(base) else {"split": {"hold_back": study["hold_back"]}}


class LabelNoise(Control):
    """Wrong labels, which must hurt: does the study notice?"""

    def changes(self, base: Options) -> Options:
        """An augmenter that copies records under wrong labels."""
        return {"augmenter": {"type": "label_noise"}}


def _scarce(base: Options) -> bool:
    return bool((base.get("split") or {}).get("scarce"))
