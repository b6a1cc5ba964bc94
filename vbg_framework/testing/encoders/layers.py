"""What an encoder promises that names its layers."""

from __future__ import annotations

from typing import Any

from vbg_framework.contracts.interfaces import Encoder
from vbg_framework.testing.check import expect, promise
from vbg_framework.testing.encoders.encoder import EncoderSubject


def names_layers(kind: type[Any]) -> bool:
    """Whether an encoder names its layers."""
    return getattr(kind, "parameter_layers", None) is not Encoder.parameter_layers


@promise(
    "encoder",
    "`layers` names parameters of the encoder, each in one layer, or nothing at all.",
    cause="a parameter that two layers share, a generator that is empty the second time, or a copy of a tensor",
    fix="Give lists of the parameters that `parameters()` gives, and each to the lowest layer that reads it.",
    applies=names_layers,
)
def check_layers_are_its_own(subject: EncoderSubject) -> str:
    """Compare with `parameters()`, twice."""
    own, layers = {id(p) for p in subject.encoder.parameters()}, []
    for _ in range(2):
        layers = [[id(parameter) for parameter in layer] for layer in subject.encoder.parameter_layers()]
        named = [parameter for layer in layers for parameter in layer]
        expect(len(named) == len(set(named)), "each parameter in one layer", "one in two")
        strange = len(set(named) - own)
        expect(not strange, "parameters of the encoder", f"{strange} others")
        expect(all(layers), "layers with parameters", f"{layers.count([])} of {len(layers)} without")
    return f"{len(layers)} layers"
