"""What every torch module promises: encoders, fusions and classifiers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

import torch
from safetensors.torch import load_model, save_model
from torch import Tensor

from vbg_framework.testing.check import expect, promise
from vbg_framework.testing.modules.module_subject import SAME, ModuleSubject, gradients
from vbg_framework.testing.processes.randomness import watched


def differences(a: Mapping[str, Tensor], b: Mapping[str, Tensor]) -> dict[str, float]:
    """The largest difference of each output that differs by more than rounding; infinite if the shape does."""
    results = {name: _difference(a[name], b[name]) for name in a}
    return {name: value for name, value in results.items() if not value <= SAME}


def told(results: Mapping[str, float]) -> str:
    """Differences in words."""
    return ", ".join(f"{name} differ by {value:.3g}" for name, value in results.items())


def doubled(inputs: Any) -> Any:
    """Nested inputs with numbers in double precision."""
    if isinstance(inputs, Tensor):
        return inputs.double() if inputs.is_floating_point() else inputs
    if isinstance(inputs, Mapping):
        return {name: doubled(value) for name, value in inputs.items()}
    return replace(inputs, **{each.name: doubled(getattr(inputs, each.name)) for each in fields(inputs)})


def require_finite(outputs: Mapping[str, Tensor], when: str) -> None:
    """Break the promise if any number is NaN or infinite."""
    bad = [name for name, value in outputs.items() if not torch.isfinite(value.float()).all()]
    expect(not bad, f"finite numbers {when}", f"NaN or infinite numbers in {', '.join(bad)}")


def _difference(a: Tensor, b: Tensor) -> float:
    if a.shape != b.shape:
        return float("inf")
    same = (a == b) | (a.isnan() & b.isnan())  # NaN may stand for what is missing
    gap = (a.double() - b.double()).abs().nan_to_num(nan=torch.inf).masked_fill(same, 0)
    return float(gap.max()) if a.numel() else 0.0


@promise(
    "module",
    "The same seed gives the same weights.",
    cause="weights drawn from a generator of its own, seeded by the clock or not at all",
    fix="Draw from torch's global generator, which the core seeds before it builds the model.",
)
def check_same_seed_same_weights(subject: ModuleSubject) -> None:
    """Build two."""
    first, second = (subject.build(seed=1).state_dict() for _ in range(2))
    expect(list(first) == list(second), f"the parameters {', '.join(first)}", ", ".join(second))
    other = [name for name in first if not torch.equal(first[name], second[name])]
    expect(not other, "equal weights", f"others in {', '.join(other)}")


@promise(
    "module",
    "Building a module neither reseeds a global random generator nor draws from Python's or NumPy's.",
    cause="`torch.manual_seed`, `random.seed` or `np.random.seed` in `__init__`",
    fix="Leave seeding to the core; take a local generator (`torch.Generator`, `np.random.default_rng`) where needed.",
)
def check_building_leaves_randomness_alone(subject: ModuleSubject) -> None:
    """Build under two seeds and compare the states of the generators."""
    subject.build()  # or what it prepares would count as well
    ends = []
    for seed in (1, 2):
        with watched(seed) as draws:
            subject.construct()
        expect(not draws.foreign, "Python's and NumPy's generators as they were", draws)
        ends.append(draws.states["torch"])
    expect(ends[0] != ends[1], "torch's generator to follow from the seed before", "the same state after two seeds")


@promise(
    "module",
    "In evaluation mode nothing is drawn at random.",
    cause="dropout through `torch.nn.functional` without `training=self.training`",
    fix="Use `nn.Dropout`, or pass `self.training`.",
)
def check_evaluation_draws_nothing(subject: ModuleSubject) -> None:
    """Compare the states of the global generators before and after."""
    with watched(0) as draws, torch.no_grad():
        subject.outputs(subject.module, subject.inputs())
    expect(not draws.names, "no draw", draws)


@promise(
    "module",
    "In evaluation mode the same input gives the same output.",
    cause="dropout that is always on, a generator of its own, or state that `forward` changes",
    fix="Let `forward` depend on its input and the parameters alone once `self.training` is false.",
)
def check_evaluation_is_deterministic(subject: ModuleSubject) -> None:
    """Run it twice."""
    with torch.no_grad():
        first, second = (subject.outputs(subject.module, subject.inputs()) for _ in range(2))
    result = differences(first, second)
    expect(not result, "the same output", told(result))


@promise(
    "module",
    "A saved module gives the same output after loading.",
    cause="something learnt or drawn that is a plain attribute instead of a parameter or buffer",
    fix="Use `nn.Parameter` or `register_buffer`, or write a file in `prepare`.",
)
def check_state_dict_round_trip(subject: ModuleSubject) -> None:
    """After a pass in training mode, save it as safetensors and load that strictly into one with other weights."""
    module, other = subject.build(seed=1), subject.build(seed=2)
    gradients(subject, module)
    path = subject.folder() / "model.safetensors"
    save_model(module, str(path))
    load_model(other, str(path))
    with torch.no_grad():
        pair = [subject.outputs(each.eval(), subject.inputs()) for each in (module, other)]
    result = differences(pair[0], pair[1])
    expect(not result, "the output of the saved module", told(result))


@promise(
    "module",
    "Every trainable parameter gets a finite gradient.",
    cause="a division by zero, a square root of zero, or softmax over nothing",
    fix="Clamp the divisor, or leave out the rows where there is nothing to compute.",
)
def check_gradients_are_finite(subject: ModuleSubject) -> str:
    """Make one backward pass in training mode."""
    result = gradients(subject, subject.build())
    bad = [name for name, gradient in result.items() if gradient is not None and not torch.isfinite(gradient).all()]
    expect(not bad, "finite gradients", f"NaN or infinite ones in {', '.join(bad)}")
    return "" if result else "nothing is trainable"


@promise(
    "module",
    "Every trainable parameter is used in `forward`: training on several GPUs waits for its gradient.",
    cause="a layer that is built and never called, or a detached tensor",
    fix="Remove the layer, or switch its gradient off: `requires_grad_(False)`.",
)
def check_every_trainable_parameter_is_used(subject: ModuleSubject) -> str:
    """Make one backward pass on a full batch: every modality, every label."""
    result = gradients(subject, subject.build())
    unused = [name for name, gradient in result.items() if gradient is None]
    expect(not unused, "a gradient for every trainable parameter", f"none for {', '.join(unused)}")
    return "" if result else "nothing is trainable"


@promise(
    "module",
    "Under bf16 autocast everything stays finite.",
    cause="a constant too large or too small for the format, or a tensor of a fixed dtype mixed with another",
    fix="Compute what is delicate in float32 (`.float()`), and take the dtype of new tensors from those at hand.",
)
def check_bf16_autocast_is_finite(subject: ModuleSubject) -> None:
    """Run it forward and backward."""
    module = subject.build()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        require_finite(subject.outputs(module, subject.inputs()), "under bf16 autocast")
        result = gradients(subject, module)
    require_finite({name: gradient for name, gradient in result.items() if gradient is not None}, "in the gradients")
