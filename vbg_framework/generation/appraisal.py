"""Quality of the generated records of a run, for its report."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from vbg_framework.base.cached import cache_folder
from vbg_framework.base.digest import SHORT, digest
from vbg_framework.base.seeds import derive, isolated
from vbg_framework.config.part import Part
from vbg_framework.contracts.modality import modality_of
from vbg_framework.contracts.record import Record
from vbg_framework.data.preparation.content_key import content_key
from vbg_framework.generation.quality.encoder_judge import EncoderJudge, trained_encoder
from vbg_framework.generation.quality.features import Judge
from vbg_framework.generation.quality.measure import measure
from vbg_framework.generation.quality.network import FeatureNetwork
from vbg_framework.generation.supply import Supply


def appraise(supply: Supply, made: Sequence[Record], assets: Path, gallery: Path) -> dict[str, Any]:
    """Measure generated records; the result is ready for JSON (see `quality.measure`).

    The judge is the experiment's image encoder as it was before training, if that has trained weights, with a logistic
    regression on real training images; otherwise a small network trained on these.

    Args:
        supply: where the records come from.
        made: the generated records.
        assets: what the encoders of the run prepared.
        gallery: folder for thumbnails of the nearest training images.
    """
    view, seed = supply.inner.view, supply.resolved.experiment.seed
    held_out = supply.inner.view.held_out
    if held_out is None:
        raise ValueError("an inner validation part is needed")
    pictured = any("image" in record.inputs for record in made)
    with isolated():
        judge = _judge(supply, assets) if pictured else None
        return measure(
            made, view, held_out, judge,
            seed=derive(seed, "quality"), gallery=gallery if pictured else None, screen=supply.screen,
        )  # fmt: skip


def _judge(supply: Supply, assets: Path) -> FeatureNetwork:
    view, seed = supply.inner.view, supply.resolved.experiment.seed
    tasks = [name for name, task in view.tasks.items() if not task.multi_label]
    key, part = next((k, p) for k, p in supply.resolved.encoders().items() if modality_of(k) == "image")
    encoder = trained_encoder(part, assets / key, seed)
    kind = "cnn" if encoder is None else part.component.name
    looks = "" if encoder is None else f"-{_key(part)}"
    folder = cache_folder("judges") / f"{kind}-{view.fingerprint[:16]}-{seed}{looks}"
    if encoder is None:
        return Judge.fit(view, tasks=tasks, seed=seed, folder=folder, screen=supply.screen)
    name = f"{kind} with its pre-trained weights"
    judge = EncoderJudge(encoder, encoder.processor(False), name=name)
    return judge.fit(view, tasks=tasks, seed=seed, folder=folder, screen=supply.screen)


def _key(part: Part[Any]) -> str:
    """An encoder of the same name may have other weights."""
    return digest(content_key(part))[:SHORT]
