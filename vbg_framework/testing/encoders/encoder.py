"""What an encoder promises. B batch, N tokens, D features."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from vbg_framework.base.seeds import isolated, seed_everything
from vbg_framework.config.part import make_part
from vbg_framework.config.plugins import installed
from vbg_framework.contracts.interfaces import Encoder, Features
from vbg_framework.contracts.modality import OWN
from vbg_framework.testing import collection
from vbg_framework.testing.check import NotApplicable, expect, promise
from vbg_framework.testing.modules.module import require_finite
from vbg_framework.testing.modules.module_subject import ModuleSubject
from vbg_framework.testing.processes.life import Life
from vbg_framework.testing.processes.network import refused

BATCH, TRAINING = 6, 24  # items
CLOSE = 1e-4
"""Largest difference between an item alone and in a batch."""


class EncoderSubject(ModuleSubject):
    """An encoder with raw items of its modality."""

    @cached_property
    def items(self) -> list[Any]:
        """Raw items of a training split; the first few are a batch.

        Raises:
            NotApplicable: nobody knows what it reads.
        """
        name = self.kind.modality
        if name in OWN:
            return collection.items(name, TRAINING)
        if name not in offered():
            raise NotApplicable(f"there are no items of modality {name!r}")
        modality = make_part("modality", {"type": name}, name, installed()).make()
        return [modality.open(modality.store(modality.example(number))) for number in range(TRAINING)]

    @cached_property
    def assets(self) -> Path:
        """What `prepare` wrote."""
        return self.prepared()

    def prepared(self) -> Path:
        """A new folder in which `prepare` wrote."""
        folder = self.folder()
        with refused(self.contacts):
            self.kind.prepare(self.config, iter(self.items), folder, seed=0)
        return folder

    def get_ready(self) -> None:
        """Prepare."""
        _ = self.assets

    def construct(self) -> Encoder:
        """Build the architecture."""
        encoder: Encoder = self.kind(self.config, assets=self.assets)
        return encoder

    def pretrained(self, seed: int = 0) -> Encoder:
        """An instance after `pretrain`."""
        encoder: Encoder = self.build(seed)
        with refused(self.contacts):
            encoder.pretrain(iter(self.items), seed=0)
        return encoder

    @cached_property
    def life(self) -> Life:
        """What its surroundings saw, once there are items: making these is none of its doings."""
        _ = self.items
        return super().life

    def live(self) -> None:
        """Prepare, build, bring in weights, encode in training mode."""
        self.__dict__.pop("assets", None)
        encoder = self.pretrained().train()
        encoder(encoder.processor(True)(self.items[:BATCH]))

    def other_inputs(self) -> dict[str, Tensor]:
        """The last items of the split, in place of the first."""
        return self.encoder.processor(False)(self.items[-BATCH:])

    def acts(self) -> dict[str, Callable[[], Any]]:
        """Preparing and bringing in weights as well."""
        return {
            "`prepare`": self.prepared,
            "`pretrain`": self.pretrained,
            "`processor`": lambda: self.encoder.processor(True)(self.items[:BATCH]),
            **super().acts(),
        }

    def lived(self) -> nn.Module:
        """Brought to its weights and trained for a step."""
        encoder = self.pretrained(seed=1)
        with isolated():
            seed_everything(0)
            self.objective(encoder.train())
        return encoder

    def keep(self, folder: Path) -> Any:
        """The assets and the weights."""
        shutil.copytree(self.assets, folder / "assets")
        return super().keep(folder)

    def recall(self, folder: Path) -> Any:
        """Build it from the assets alone."""
        self.__dict__["assets"] = folder / "assets"
        return super().recall(folder)

    @cached_property
    def encoder(self) -> Encoder:
        """`module` under its own type."""
        assert isinstance(self.module, Encoder)
        return self.module

    @cached_property
    def batch(self) -> dict[str, Tensor]:
        """What the processor makes of the first items."""
        return self.encoder.processor(False)(self.items[:BATCH])

    def inputs(self, device: str = "cpu") -> dict[str, Tensor]:
        """The batch."""
        return {name: tensor.to(device) for name, tensor in self.batch.items()}

    def outputs(self, module: nn.Module, inputs: Any) -> dict[str, Tensor]:
        """Real tokens and pooled."""
        result = module(inputs)
        return {"tokens": result.tokens * result.mask[..., None], "pooled": result.pooled}

    def encode(self, items: Sequence[Any]) -> Features:
        """Raw items to features, in evaluation mode."""
        with torch.no_grad():
            features: Features = self.encoder(self.encoder.processor(False)(items))
        return features


def offered() -> list[str]:
    """The modalities that installed plugins offer."""
    return [component.name for component, _ in installed().components("modality")]


def require_features(subject: EncoderSubject, items: Sequence[Any], what: str) -> None:
    """Break the promise unless these items become finite features, each with a real token."""
    result = subject.encode(items)
    expect(len(result.tokens) == len(items), f"{len(items)} rows for {what}", f"{len(result.tokens)}")
    require_finite({"tokens": result.tokens * result.mask[..., None], "pooled": result.pooled}, f"for {what}")
    bare = int((~result.mask.any(1)).sum())
    expect(bare == 0, f"a real token for {what}", "none")


@promise(
    "encoder",
    "An encoder reads a modality that records have.",
    cause="`modality` is missing or misspelt",
    fix='Set `modality` of the class to "image", "text" or "metadata", or to one that an installed plugin offers.',
)
def check_modality_is_known(subject: EncoderSubject) -> None:
    """Look at the class attribute."""
    modality = getattr(subject.kind, "modality", None)
    known = [*OWN, *offered()]
    expect(modality in known, f"one of {', '.join(known)}", repr(modality))


@promise(
    "encoder",
    "Features are tokens (B, N, D), a mask (B, N) of bool and pooled (B, D), with D = `dim`.",
    cause="a batch dimension squeezed away, a mask of integers, or `dim` of an inner layer",
    fix="Compare the shapes with the docstring of `Features`; convert the mask with `.bool()`.",
)
def check_features_have_their_shapes(subject: EncoderSubject) -> None:
    """Encode a batch of several items."""
    result, dim = subject.encode(subject.items[:BATCH]), subject.encoder.dim
    expect(isinstance(result, Features), "Features", type(result).__name__)
    expect(type(dim) is int and dim > 0, "`dim` to be a positive int", repr(dim))
    tokens, mask, pooled = (tuple(each.shape) for each in (result.tokens, result.mask, result.pooled))
    expect(len(tokens) == 3 and (tokens[0], tokens[2]) == (BATCH, dim), f"tokens ({BATCH}, N, {dim})", tokens)
    expect(
        mask == tokens[:2] and result.mask.dtype == torch.bool, f"mask {tokens[:2]} of bool", (mask, result.mask.dtype)
    )
    expect(pooled == (BATCH, dim), f"pooled ({BATCH}, {dim})", pooled)
    expect(result.tokens.is_floating_point() and result.pooled.is_floating_point(), "floating-point features", "others")


@promise(
    "encoder",
    "Features of ordinary items are finite.",
    cause="a logarithm or division of something that is zero in some items",
    fix="Clamp what may be zero, and look at the item named by its place in the batch.",
)
def check_features_are_finite(subject: EncoderSubject) -> None:
    """Encode every training item."""
    for index, item in enumerate(subject.items):
        result = subject.encode([item])
        require_finite({"tokens": result.tokens * result.mask[..., None], "pooled": result.pooled}, f"for item {index}")


@promise(
    "encoder",
    "Every item has at least one real token: only a missing modality has none.",
    cause="a mask that is the wrong way round (True = padding), or an item whose words are all unknown",
    fix="Let `mask` be True for real tokens; give an item without content one token that says so.",
)
def check_every_item_has_a_token(subject: EncoderSubject) -> None:
    """Encode items of unlike length together."""
    bare = (~subject.encode(subject.items[:BATCH]).mask.any(1)).nonzero().flatten().tolist()
    expect(not bare, "a real token per item", f"none in the items {bare}")


@promise(
    "encoder",
    "In evaluation mode an item gives the same features alone and in any batch.",
    cause="padding that is read, a mask that does not reach the attention, or normalisation over the batch",
    fix="Pass the mask on, take means over real tokens only, and scale by fixed numbers.",
)
def check_item_does_not_depend_on_its_batch(subject: EncoderSubject) -> None:
    """Compare real tokens and `pooled`, within 1e-4."""
    together = subject.encode(subject.items[:BATCH])
    for index, item in enumerate(subject.items[:BATCH]):
        alone = subject.encode([item])
        here, there = alone.tokens[0][alone.mask[0]], together.tokens[index][together.mask[index]]
        expect(len(here) == len(there), f"{len(there)} real tokens of item {index}", f"{len(here)} alone")
        gap = max(float((a - b).abs().max()) for a, b in ((here, there), (alone.pooled[0], together.pooled[index])))
        expect(gap <= CLOSE, f"features of item {index} within {CLOSE:g} of those in the batch", f"{gap:.3g} apart")


@promise(
    "encoder",
    "A batch may hold one item.",
    cause="`squeeze()` without a dimension",
    fix="Name the dimension: `squeeze(1)`.",
)
def check_one_item_is_a_batch(subject: EncoderSubject) -> None:
    """Encode one."""
    result = subject.encode(subject.items[:1])
    dim = subject.encoder.dim
    expect(result.tokens.dim() == 3 and len(result.tokens) == 1, f"tokens (1, N, {dim})", tuple(result.tokens.shape))
    expect(tuple(result.pooled.shape) == (1, dim), f"pooled (1, {dim})", tuple(result.pooled.shape))
