"""What every torch module promises: encoders, fusions and classifiers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

import torch
from safetensors.torch import load_model, save_model
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode

from vbg_framework.base.seeds import isolated, seed_everything
from vbg_framework.testing.check import Unmet, expect, promise
from vbg_framework.testing.randomness import watched
from vbg_framework.testing.subject import Subject

MIXING = ("copy_", "_to_copy", "index", "index_put", "index_put_")
"""Operations that may take tensors of the CPU and of another device."""
REGISTERED = ("_parameters", "_buffers", "_modules")
SAME = 1e-6
"""Largest difference of two numbers that are to be the same."""


class ModuleSubject(Subject, ABC):
    """A component that is a torch module, with something to put in."""

    @cached_property
    def module(self) -> nn.Module:
        """An instance in evaluation mode. Never changed by a check."""
        return self.build().eval()

    @abstractmethod
    def inputs(self, device: str = "cpu") -> Any:
        """One batch of what `forward` reads, the same at every call."""

    @abstractmethod
    def outputs(self, module: nn.Module, inputs: Any) -> dict[str, Tensor]:
        """What `forward` returns, by name; what stands in masked tokens is set to zero."""

    def objective(self, module: nn.Module) -> Tensor:
        """A scalar that everything in `forward` contributes to."""
        outputs = self.outputs(module, self.inputs())
        return torch.stack([_weighted(value) for value in outputs.values()]).sum()


def differences(a: Mapping[str, Tensor], b: Mapping[str, Tensor]) -> dict[str, float]:
    """The largest difference of each output that differs by more than rounding; infinite if the shape does."""
    found = {name: _difference(a[name], b[name]) for name in a}
    return {name: value for name, value in found.items() if not value <= SAME}


def told(found: Mapping[str, float]) -> str:
    """Differences in words."""
    return ", ".join(f"{name} differ by {value:.3g}" for name, value in found.items())


def require_finite(outputs: Mapping[str, Tensor], when: str) -> None:
    """Break the promise if any number is NaN or infinite."""
    bad = [name for name, value in outputs.items() if not torch.isfinite(value.float()).all()]
    expect(not bad, f"finite numbers {when}", f"NaN or infinite numbers in {', '.join(bad)}")


def gradients(subject: ModuleSubject, module: nn.Module) -> dict[str, Tensor | None]:
    """Name of every trainable parameter -> its gradient after one backward pass in training mode."""
    trainable = {name: parameter for name, parameter in module.named_parameters() if parameter.requires_grad}
    if trainable:
        with isolated():
            seed_everything(0)
            subject.objective(module.train()).backward()
    return {name: parameter.grad for name, parameter in trainable.items()}


def _difference(a: Tensor, b: Tensor) -> float:
    if a.shape != b.shape:
        return float("inf")
    same = (a == b) | (a.isnan() & b.isnan())  # NaN may stand for what is missing
    gap = (a.double() - b.double()).abs().nan_to_num(nan=torch.inf).masked_fill(same, 0)
    return float(gap.max()) if a.numel() else 0.0


def _weighted(value: Tensor) -> Tensor:
    """A sum with weights of its own for every number: a plain sum of what LayerNorm returns has no gradient."""
    weights = torch.rand(value.shape, generator=torch.Generator().manual_seed(0)).to(value.device)
    return (value.float() * (weights + 0.5)).mean()


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
        ends.append(draws.torch)
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
    found = differences(first, second)
    expect(not found, "the same output", told(found))


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
    found = differences(pair[0], pair[1])
    expect(not found, "the output of the saved module", told(found))


@promise(
    "module",
    "Every trainable parameter gets a finite gradient.",
    cause="a division by zero, a square root of zero, or softmax over nothing",
    fix="Clamp the divisor, or leave out the rows where there is nothing to compute.",
)
def check_gradients_are_finite(subject: ModuleSubject) -> str:
    """Make one backward pass in training mode."""
    found = gradients(subject, subject.build())
    bad = [name for name, gradient in found.items() if gradient is not None and not torch.isfinite(gradient).all()]
    expect(not bad, "finite gradients", f"NaN or infinite ones in {', '.join(bad)}")
    return "" if found else "nothing is trainable"


@promise(
    "module",
    "Every trainable parameter is used in `forward`: training on several GPUs waits for its gradient.",
    cause="a layer that is built and never called, or a detached tensor",
    fix="Remove the layer, or switch its gradient off: `requires_grad_(False)`.",
)
def check_every_trainable_parameter_is_used(subject: ModuleSubject) -> str:
    """Make one backward pass on a full batch: every modality, every label."""
    found = gradients(subject, subject.build())
    unused = [name for name, gradient in found.items() if gradient is None]
    expect(not unused, "a gradient for every trainable parameter", f"none for {', '.join(unused)}")
    return "" if found else "nothing is trainable"


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
        found = gradients(subject, module)
    require_finite({name: gradient for name, gradient in found.items() if gradient is not None}, "in the gradients")


@promise(
    "module",
    "A module moves to another device as a whole.",
    cause="a tensor kept as a plain attribute or in a list, or made in `forward` without a device",
    fix="Use `register_buffer`, and make new tensors with `x.new_zeros(...)` or `device=x.device`.",
)
def check_moves_to_another_device(subject: ModuleSubject) -> None:
    """Move it to the GPU if there is one, else to torch's `meta` device, where tensors have shapes but no numbers."""
    device = "cuda" if torch.cuda.is_available() else "meta"
    module = subject.build().eval().to(device)
    left = [name for name, tensor in _tensors(module) if tensor.device.type != device]
    expect(not left, "every tensor moved", f"left behind: {', '.join(left)}")
    try:
        with torch.no_grad(), _OneDevice():
            subject.outputs(module, subject.inputs(device))
    except Unmet:
        raise
    except Exception:
        if device != "meta":  # there, what depends on numbers cannot run
            raise


class _OneDevice(TorchDispatchMode):
    """Lets no operation mix tensors of different devices, as a GPU would not; `meta` would."""

    def __torch_dispatch__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Called for every operation."""
        devices = {tensor.device.type for tensor in _inside((args, kwargs)) if tensor.dim()}
        name = function.__name__.partition(".")[0]
        expect(
            len(devices) < 2 or name in MIXING, "one device", f"`{name}` of tensors on {' and '.join(sorted(devices))}"
        )
        return function(*args, **(kwargs or {}))


def _tensors(module: nn.Module) -> Iterator[tuple[str, Tensor]]:
    """Every tensor a module holds, registered or not, with a name."""
    for place, part in module.named_modules():
        registered = {**part._parameters, **part._buffers}
        plain = {name: value for name, value in vars(part).items() if name not in REGISTERED}
        for name, value in {**registered, **plain}.items():
            yield from ((f"{place}.{name}".lstrip("."), tensor) for tensor in _inside(value))


def _inside(value: Any) -> Iterator[Tensor]:
    if isinstance(value, Tensor):
        yield value
    parts = value.values() if isinstance(value, Mapping) else value if isinstance(value, list | tuple | set) else ()
    for part in parts:
        yield from _inside(part)
