"""Copies of real training records: what any other augmenter has to beat."""

from __future__ import annotations

from collections.abc import Iterable

from vbg_framework import Component, Config, hookimpl


class DuplicateConfig(Config):
    """No options."""


@hookimpl
def vbg_components() -> Iterable[Component]:
    """Offer the augmenter `duplicate`."""
    return [Component("augmenter", "duplicate", DuplicateConfig, "vbg_duplicate.augmenter:Duplicate")]
