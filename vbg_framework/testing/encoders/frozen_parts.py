"""What an encoder promises whose weights are frozen, as a whole or in part."""

from __future__ import annotations

from typing import Any

import torch
from pydantic import ValidationError
from torch import nn

from vbg_framework.testing.check import NotApplicable, expect, promise
from vbg_framework.testing.encoders.encoder import BATCH, EncoderSubject

PASSES = 2


@promise(
    "encoder",
    "What is frozen stays as it is while others train: running means of a BatchNorm, counters, buffers.",
    cause="`train()` of the encoder, which the training loop calls, sets the BatchNorm of frozen layers to learn again",
    fix="Override `train` to keep frozen layers in evaluation mode: `super().train(mode); self.trunk.eval()`.",
)
def check_frozen_parts_stay(subject: EncoderSubject) -> str:
    """Encode twice in training mode, with an option `frozen` on if there is one; compare buffers of frozen layers."""
    frozen = _with_option(subject)
    encoder = frozen.pretrained()
    buffers = _buffers(encoder)
    if not buffers:
        raise NotApplicable("no frozen layer keeps anything that could change")
    before = {name: buffer.clone() for name, buffer in buffers.items()}
    encoder.train()
    inputs = encoder.processor(False)(frozen.items[:BATCH])
    for _ in range(PASSES):
        encoder(inputs)
    changed = [name for name, buffer in _buffers(encoder).items() if not torch.equal(buffer, before[name])]
    expect(not changed, "frozen layers as they were", f"others in {', '.join(changed[:3])}")
    return f"{len(buffers)} buffers"


@promise(
    "encoder",
    "`pretrain` leaves frozen what was frozen, and trainable what was trainable.",
    cause="`requires_grad_` set for learning in `pretrain` and not set back",
    fix="Remember which parameters are trainable, and set them back at the end.",
)
def check_pretraining_keeps_what_is_frozen(subject: EncoderSubject) -> None:
    """Compare what is trainable before and after, with an option `frozen` on if there is one."""
    frozen = _with_option(subject)
    before, after = (_trainable(encoder) for encoder in (frozen.build(), frozen.pretrained()))
    expect(before == after, f"{len(before)} trainable parameters", f"{len(after)} after `pretrain`")


def _with_option(subject: EncoderSubject) -> EncoderSubject:
    """The same with its option `frozen` on, if it has one that is off."""
    if getattr(subject.config, "frozen", None) is not False:
        return subject
    options: dict[str, Any] = {**subject.options, "frozen": True}
    other = type(subject)(subject.component, options)
    try:
        _ = other.config
    except ValidationError:  # another option forbids it
        return subject
    return other


def _trainable(encoder: nn.Module) -> set[str]:
    return {name for name, parameter in encoder.named_parameters() if parameter.requires_grad}


def _buffers(encoder: nn.Module) -> dict[str, torch.Tensor]:
    """Buffers of layers that have parameters, all of them frozen; all buffers of an encoder without trainable ones."""
    if not _trainable(encoder):
        return dict(encoder.named_buffers())
    results: dict[str, torch.Tensor] = {}
    for place, layer in encoder.named_modules():
        own = list(layer.parameters(recurse=False))
        if own and not any(parameter.requires_grad for parameter in own):
            results |= {f"{place}.{name}": buffer for name, buffer in layer.named_buffers(recurse=False)}
    return results
