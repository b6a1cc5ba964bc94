"""What a loss promises. B batch, C classes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

from vbg_framework.contracts.loss import Loss
from vbg_framework.testing.check import expect, promise

COUNT, CLASSES = 12, 3
CLOSE = 1e-5


def targets(many: bool) -> Tensor:
    """(B,) classes, or (B, C) of 0 and 1."""
    codes = torch.arange(COUNT) % CLASSES
    return torch.nn.functional.one_hot(codes, CLASSES).float() if many else codes


def logits(quality: float) -> Tensor:
    """(B, C): right and sure at 1, as sure of something else at -1; no two records are alike."""
    noise = torch.randn(COUNT, CLASSES, generator=torch.Generator().manual_seed(0))
    return quality * 4 * (2 * targets(True) - 1) + noise


def asked(loss: Loss, many: bool, given: Tensor, target: Tensor, weights: Tensor | None = None) -> Tensor:
    """(B,) what the loss says."""
    weighed = torch.ones(CLASSES) if weights is None else weights
    return (loss.several if many else loss.single)(given, target, weighed)


def cases(subject: Any) -> Iterator[tuple[Loss, bool, Tensor]]:
    """The loss with targets of one class per record, and of several."""
    for many in (False, True):
        yield subject.build(), many, targets(many)


@promise(
    "loss",
    "A loss is one finite number of 0 or more per record, however sure the logits are, and so is its gradient.",
    cause="a mean over the batch, `log(0)` of a softmax, or a root whose slope at 0 is infinite",
    fix="Return (B,), and work with `log_softmax` and `logsigmoid`; clamp before a power or root.",
)
def check_values_are_finite(subject: Any) -> None:
    """Ask for logits from wrong to right, and for some of 10,000."""
    for loss, many, target in cases(subject):
        for quality, scale in ((-1, 1), (0, 0), (0, 1), (1, 1), (1, 2500), (-1, 2500)):
            given = (scale * logits(quality)).requires_grad_()
            result = asked(loss, many, given, target)
            expect(result.shape == (COUNT,), f"shape ({COUNT},)", tuple(result.shape))
            fine = bool(result.isfinite().all() and (result >= 0).all())
            expect(fine, "finite numbers of 0 or more", result.tolist()[:3])
            (slope,) = torch.autograd.grad(result.sum(), given)
            expect(bool(slope.isfinite().all()), "a finite gradient", slope.flatten().tolist()[:3])


@promise(
    "loss",
    "Right logits cost less than wrong ones, and a step against the gradient costs less than before.",
    cause="a sign that was turned, or a target that was read in another order",
    fix="Let the loss fall with the probability of the true class.",
)
def check_right_logits_cost_less(subject: Any) -> None:
    """Compare right with wrong logits, and take a small step."""
    for loss, many, target in cases(subject):
        right, wrong = (float(asked(loss, many, logits(quality), target).mean()) for quality in (1, -1))
        expect(right < wrong, f"less than {wrong:g} for right logits", f"{right:g}")
        given = logits(0).requires_grad_()
        before = asked(loss, many, given, target).sum()
        (slope,) = torch.autograd.grad(before, given)
        after, before = float(asked(loss, many, given.detach() - 0.01 * slope, target).sum()), before.detach()
        expect(after < float(before), f"less than {float(before):g} after a step", f"{after:g}")


@promise(
    "loss",
    "What a record costs depends on no other record of the batch, nor on its place.",
    cause="a maximum, a mean or a rank over the batch",
    fix="Work row by row; a head averages.",
)
def check_records_are_apart(subject: Any) -> None:
    """Ask for records alone, and the other way round."""
    for loss, many, target in cases(subject):
        given = logits(0.3)
        whole, back = asked(loss, many, given, target), asked(loss, many, given.flip(0), target.flip(0)).flip(0)
        alone = torch.cat([asked(loss, many, given[row : row + 1], target[row : row + 1]) for row in range(COUNT)])
        same = all(torch.allclose(whole, other, atol=CLOSE) for other in (back, alone))
        expect(same, f"the values {whole.tolist()[:2]}", f"{back.tolist()[:2]} and {alone.tolist()[:2]}")


@promise(
    "loss",
    "A class that weighs more costs more where it is the true one.",
    cause="`weights` that are not used",
    fix="Multiply the loss of a label by the weight of its class.",
)
def check_weights_count(subject: Any) -> None:
    """Double the weight of one class."""
    weights = torch.tensor([2.0, 1.0, 1.0])
    for loss, many, target in cases(subject):
        rows = torch.arange(COUNT) % CLASSES == 0
        plain, more = (asked(loss, many, logits(0), target, each)[rows].sum() for each in (None, weights))
        expect(bool(more > plain), f"more than {float(plain):g}", f"{float(more):g}")
