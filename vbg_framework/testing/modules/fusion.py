"""What a fusion promises. B batch, N tokens, D features, H heads."""

from __future__ import annotations

from collections.abc import Sized
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from vbg_framework.base.errors import VBGError
from vbg_framework.contracts.interfaces import Features, Fusion
from vbg_framework.testing.check import NotApplicable, expect, promise
from vbg_framework.testing.modules.features import BATCH, Batch, chosen, features, without
from vbg_framework.testing.modules.fusion_subject import DIM, FusionSubject
from vbg_framework.testing.modules.module import require_finite
from vbg_framework.testing.modules.module_subject import SAME

CLOSE = 1e-4
"""Largest difference between a row alone and in a batch."""


def _gap(a: Tensor, b: Tensor) -> float:
    return float((a - b).abs().max())


@promise(
    "fusion",
    "The joined vector is (B, `dim`), finite and floating-point; votes are (B, M, `dim`), in the order of `features`.",
    cause="`dim` of a single modality where several are concatenated, a forgotten projection, or votes out of order",
    fix="Set `dim` in `__init__` to the size that `forward` returns, and stack votes in a loop over `features`.",
)
def check_joined_vector_has_its_size(subject: FusionSubject) -> None:
    """Join a full batch; if the modalities vote, also with the modalities in the opposite order."""
    batch, dim = subject.inputs(), subject.fusion.dim
    joined = subject.join(batch)
    expect(type(dim) is int and dim > 0, "`dim` to be a positive int", repr(dim))
    _require_size(joined, dim, batch)
    require_finite({"the joined vector": joined}, "for ordinary features")
    if joined.dim() == 3:
        gap = _gap(joined.flip(1), subject.join(dict(reversed(batch.items()))))
        expect(gap <= CLOSE, "votes in the order of `features`", f"{gap:.3g} between them in the opposite order")


def _require_size(joined: Tensor, dim: int, batch: Sized) -> None:
    sizes = ((BATCH, dim), (BATCH, len(batch), dim))
    expect(tuple(joined.shape) in sizes, f"a vector {sizes[0]}, or votes {sizes[1]}", tuple(joined.shape))


@promise(
    "fusion",
    "What stands in masked tokens does not matter, nor how many of them there are.",
    cause="a mask that does not reach the attention, or a mean over all N tokens",
    fix="Empty masked tokens first, mask the attention, and divide by the number of real tokens.",
)
def check_masked_tokens_do_not_matter(subject: FusionSubject) -> None:
    """Write 50 into them, then add four more."""
    batch = subject.inputs()
    joined = subject.join(batch)
    for name, result in batch.items():
        filled = torch.where(result.mask[..., None], result.tokens, torch.full_like(result.tokens, 50.0))
        gap = _gap(joined, subject.join({**batch, name: replace(result, tokens=filled)}))
        expect(gap <= CLOSE, f"the same vector whatever stands in masked {name} tokens", f"{gap:.3g} apart")
        padded = {**batch, name: _padded(result, 4)}
        gap = _gap(joined, subject.join(padded))
        expect(gap <= CLOSE, f"the same vector with 4 more masked {name} tokens", f"{gap:.3g} apart")


def _padded(result: Features, more: int) -> Features:
    tokens = torch.cat([result.tokens, result.tokens.new_zeros(BATCH, more, result.tokens.shape[2])], dim=1)
    return Features(tokens, torch.cat([result.mask, result.mask.new_zeros(BATCH, more)], dim=1), result.pooled)


def _require_survival(subject: FusionSubject, batch: Batch, when: str) -> None:
    """Forward and backward are finite, down to the tokens."""
    module = subject.build().train()
    for result in batch.values():
        result.tokens.requires_grad_()
    joined = module(batch)
    require_finite({"the joined vector": joined}, when)
    if joined.requires_grad:
        (joined * torch.linspace(0.5, 1.5, joined.numel()).view_as(joined)).sum().backward()
    named = {**dict(module.named_parameters()), **{f"{name} tokens": result.tokens for name, result in batch.items()}}
    require_finite({f"the gradient of {n}": t.grad for n, t in named.items() if t.grad is not None}, when)


@promise(
    "fusion",
    "A missing modality leaves everything finite, forward and backward.",
    cause="softmax over tokens that are all masked, or a mean over none",
    fix="Open one key of a fully masked row and drop the result, and clamp the divisor to at least 1.",
)
def check_missing_modality_is_survived(subject: FusionSubject) -> None:
    """Leave out each modality, in one row and in all."""
    for name in subject.dims:
        for rows, where in ((slice(1, 2), "one row"), (slice(None), "all rows")):
            _require_survival(subject, without(features(subject.dims), name, rows), f"with {name} missing in {where}")


@promise(
    "fusion",
    "A record with no modality at all leaves everything finite, forward and backward.",
    cause="a weighted mean whose weights sum to zero",
    fix="Clamp the sum of the weights; return zeros for such a row.",
)
def check_nothing_at_all_is_survived(subject: FusionSubject) -> None:
    """Leave out every modality, in one row and in all."""
    for rows in (slice(1, 2), slice(None)):
        batch = features(subject.dims)
        for name in subject.dims:
            batch = without(batch, name, rows)
        _require_survival(subject, batch, "with nothing present")


@promise(
    "fusion",
    "Every modality matters.",
    cause="a modality that is read and not used, or the same one used twice",
    fix="Follow each modality from `features[name]` to the returned vector.",
)
def check_every_modality_matters(subject: FusionSubject) -> None:
    """Exchange the features of one modality, for each."""
    batch, other = subject.inputs(), features(subject.dims, seed=1)
    joined = subject.join(batch)
    for name in subject.dims:
        gap = _gap(joined, subject.join({**batch, name: other[name]}))
        expect(gap > SAME, f"another vector for other {name} features", "the same vector")


@promise(
    "fusion",
    "In evaluation mode each row of a batch is joined on its own.",
    cause="a mean or normalisation over the batch, or rows and tokens mixed up by a reshape",
    fix="Keep the first dimension apart in every reshape, mean and softmax.",
)
def check_rows_do_not_mix(subject: FusionSubject) -> None:
    """Join the rows in another order, and each alone."""
    batch = subject.inputs()
    joined, order = subject.join(batch), torch.tensor([3, 0, 4, 1, 2])
    turned = subject.join(chosen(batch, order))
    gap = _gap(joined[order], turned)
    expect(gap <= CLOSE, "the same vectors in another order", f"{gap:.3g} apart")
    for row in range(BATCH):
        alone = subject.join(chosen(batch, torch.tensor([row])))
        gap = _gap(joined[row : row + 1], alone)
        expect(gap <= CLOSE, f"the vector of row {row} alone as in the batch", f"{gap:.3g} apart")


@promise(
    "fusion",
    "The number of tokens may differ from batch to batch and between modalities.",
    cause="a parameter or reshape of a fixed number of tokens",
    fix="Let nothing depend on N: attend, or take means.",
)
def check_number_of_tokens_may_vary(subject: FusionSubject) -> None:
    """Join 1, 3 and 40 tokens."""
    for pair in ((1, 40), (40, 1), (3, 3)):
        counts = {name: pair[index % 2] for index, name in enumerate(subject.dims)}
        joined = subject.join(features(subject.dims, counts))
        expect(joined.shape[0] == BATCH, f"{BATCH} vectors for {counts} tokens", tuple(joined.shape))
        require_finite({"the joined vector": joined}, f"for {counts} tokens")


@promise(
    "fusion",
    "Encoders may differ in D.",
    cause="features added or attended to without a projection",
    fix="Project each modality to one size; if that is no option, raise `VBGError` in `__init__`.",
)
def check_sizes_may_differ(subject: FusionSubject) -> None:
    """Build it for a wider second modality. A fusion may refuse that with a `VBGError`."""
    dims = {name: DIM + 8 * index for index, name in enumerate(subject.dims)}
    try:
        fusion = subject.joining(dims).eval()
    except VBGError as error:
        raise NotApplicable(f"it refuses encoders of different sizes ({error})") from error
    with torch.no_grad():
        joined = fusion(features(dims))
    _require_size(joined, fusion.dim, dims)


def shows_attention(kind: type[Any]) -> bool:
    """Whether a fusion has maps to show."""
    return getattr(kind, "attention", None) is not Fusion.attention


@promise(
    "fusion",
    "Attention maps are (B, H, N_from, N_to), sum to 1 over real tokens and are 0 on masked ones.",
    cause="maps taken before the softmax, averaged over heads, or of the whole sequence",
    fix="Return the softmax weights of each head, masked like in `forward`; zeros towards a missing modality.",
    applies=shows_attention,
)
def check_attention_maps_are_distributions(subject: FusionSubject) -> None:
    """Look at the maps of a full batch, and of one in which a row lacks a modality."""
    for batch in (subject.inputs(), without(subject.inputs(), list(subject.dims)[-1], slice(1, 2))):
        with torch.no_grad():
            maps = subject.fusion.attention(batch)
        for (start, end), weights in maps.items():
            _require_distribution(weights.float(), batch.get(start), batch[end], f"{start} -> {end}")


def _require_distribution(weights: Tensor, start: Features | None, end: Features, which: str) -> None:
    own = weights.new_ones(BATCH, weights.shape[-2], dtype=torch.bool)  # if it is the fusion's own tokens that ask
    asking = start.mask if start else own
    shape = (asking.shape[1], end.mask.shape[1])
    fits = weights.dim() == 4 and len(weights) == BATCH and tuple(weights.shape[2:]) == shape
    expect(fits, f"a map ({BATCH}, H, {shape[0]}, {shape[1]}) for {which}", tuple(weights.shape))
    masked = weights.masked_select(~end.mask[:, None, None]).abs()
    expect(not masked.numel() or float(masked.max()) <= SAME, f"no weight on masked tokens in {which}", "some")
    requested = (asking & end.mask.any(1, keepdim=True))[:, None].expand(weights.shape[:3])  # (B, H, N_from)
    sums = weights.sum(-1)[requested]
    expect(
        bool(((sums - 1).abs() < 1e-3).all()),
        f"weights of {which} that sum to 1",
        f"sums {sums.min():.3g} to {sums.max():.3g}",
    )
