"""What every torch module promises about what it is given, and about the random generators of others."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import torch
from torch import Tensor

from vbg_framework.testing.check import expect, promise
from vbg_framework.testing.modules.module import differences, told
from vbg_framework.testing.modules.module_subject import ModuleSubject


@promise(
    "module",
    "`forward` leaves what it is given as it is: others read the same tensors.",
    cause="`x.mul_(...)`, `x += ...`, `x[mask] = 0` on an argument",
    fix="Make a new tensor: `x = x * ...`, `x.masked_fill(mask, 0)`.",
)
def check_inputs_stay_as_they_were(subject: ModuleSubject) -> None:
    """Compare them before and after, in evaluation and in training mode."""
    for train in (False, True):
        inputs = subject.inputs()
        before = {name: tensor.clone() for name, tensor in tensors(inputs).items()}
        with torch.no_grad():
            subject.outputs(subject.build().train(train), inputs)
        result = differences(before, tensors(inputs))
        expect(not result, "the inputs as they were", told(result))


@promise(
    "module",
    "Instances are independent: building and training another one changes no answer of the first.",
    cause="weights, a vocabulary or a cache in a class attribute or at the top of the module",
    fix="Keep everything in `self`.",
)
def check_instances_are_independent(subject: ModuleSubject) -> None:
    """Ask the first before and after a second one was built, trained and asked."""
    first = subject.lived().eval()
    with torch.no_grad():
        before = subject.outputs(first, subject.inputs())
        subject.outputs(subject.build(seed=8).eval(), subject.other_inputs())
        result = differences(before, subject.outputs(first, subject.inputs()))
    expect(not result, "the answers of before", told(result))


def tensors(inputs: Any, place: str = "") -> dict[str, Tensor]:
    """Name -> tensor of nested inputs."""
    if isinstance(inputs, Tensor):
        return {place or "inputs": inputs}
    parts: dict[str, Any] = (
        inputs if isinstance(inputs, dict) else {f.name: getattr(inputs, f.name) for f in fields(inputs)}
    )
    return {
        name: result for key, part in parts.items() for name, result in tensors(part, f"{place} {key}".strip()).items()
    }
