"""Plugin `label_noise`: wrong labels in training, the canary of a comparison: it must hurt."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from vbg_framework import Component, Config, hookimpl


class LabelNoiseConfig(Config):
    """How many training records get a wrong class, and in which task."""

    share: Annotated[float, Field(ge=0, le=1)] = 0.3
    """Share of the training records; each gets the same wrong class every time."""
    task: str | None = None
    """Only in this task; null = in every one."""


@hookimpl
def vbg_components() -> Iterable[Component]:
    """Offer the augmenter `label_noise`."""
    return [
        Component("augmenter", "label_noise", LabelNoiseConfig, "vbg_label_noise.augmenter:LabelNoise", {"task": None})
    ]
