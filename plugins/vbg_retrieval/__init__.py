"""Plugin `retrieval`: scarce classes filled with pictures of a second collection that look like theirs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field

from vbg_framework import Component, Config, Part, hookimpl

Count = Annotated[int, Field(ge=1)]


class RetrievalConfig(Config):
    """Where pictures are found, and which ones are taken."""

    pool: Part[Literal["dataset"]]
    """The second collection: a name from `datasets`, or `{type: ..., options}`. Only its pictures are read."""
    licences: list[str] = ["CC0", "CC BY", "CC BY-SA", "public domain"]
    """Accepted licences, of whatever version; a picture with another one, or with none, is left out."""
    encoder: Part[Literal["encoder"]] | None = None
    """Image encoder whose features are compared, with weights: a name from `encoders`, or `{type: ..., options}`.
    null = a small network that learns from the training pictures."""
    steps: Count = 300
    """Optimiser steps of that small network."""
    neighbours: Count = 3
    """Similarity to a class is the mean cosine similarity to its k nearest training pictures; this is k."""
    nearest: Count = 200
    """Most pictures put by for a class, from which each round draws at random; the likest ones."""


@hookimpl
def vbg_components() -> Iterable[Component]:
    """Offer the augmenter `retrieval`."""
    tiny = {
        "pool": {"type": "mini_museum", "objects": 12, "views": 1, "size": 32, "seed": 9},
        "steps": 2,
        "encoder": None,
    }
    return [Component("augmenter", "retrieval", RetrievalConfig, "vbg_retrieval.augmenter:Retrieval", tiny=tiny)]
