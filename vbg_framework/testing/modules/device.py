"""Whether a torch module moves to another device as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode

from vbg_framework.testing.check import Unmet, expect, promise
from vbg_framework.testing.modules.module_subject import ModuleSubject

MIXING = ("copy_", "_to_copy", "index", "index_put", "index_put_")
"""Operations that may take tensors of the CPU and of another device."""
REGISTERED = ("_parameters", "_buffers", "_modules")


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
        with torch.no_grad(), _OneDevice():  # type: ignore[no-untyped-call]
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
