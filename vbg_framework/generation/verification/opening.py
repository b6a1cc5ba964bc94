"""The judge of an experiment: which witnesses it has, and where what they learnt is kept."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from vbg_framework.base.digest import SHORT, digest
from vbg_framework.base.seeds import derive, isolated
from vbg_framework.config.part import Part
from vbg_framework.contracts.interfaces import Encoder
from vbg_framework.data.preparation.columns import CLUSTER
from vbg_framework.data.preparation.content_key import content_key
from vbg_framework.generation.quality.encoder_judge import EncoderJudge, trained_encoder
from vbg_framework.generation.supply import Supply
from vbg_framework.generation.verification.folds import FOLDS, MOST
from vbg_framework.generation.verification.pictures import STRENGTH, EncoderWitness, OutlineWitness
from vbg_framework.generation.verification.rules import CONFIRMS, LETS_THROUGH, MORE_LIKELY, RECOGNISES, WIDER
from vbg_framework.generation.verification.texts import TextWitness
from vbg_framework.generation.verification.verifier import MISS, Verifier, fit_verifier
from vbg_framework.generation.verification.witness import Witness

SEEN = {"image", "text"}
"""The modalities of which there are witnesses."""
RECIPE = "outlines, one half, strangers"  # what else the answers follow from


def verified(supply: Supply) -> Supply:
    """The supply with a judge that has seen real records of its inner training part only; on the main process.

    It looks at what the model reads and the augmenter makes: what shows a class elsewhere is of no use.
    A supply whose experiment says `loop: {verify: null}`, or whose augmenter makes no records, stays as it is.
    """
    loop, augmenter = supply.resolved.experiment.loop, supply.fitted.augmenter
    if loop.verify is None or not augmenter.generates:
        return supply
    read = SEEN & set(supply.inner.learn.modalities)
    if not read:
        supply.screen.say("Judge  there is none: the model reads neither images nor text.")
        return supply
    with isolated():
        verifier = _fitted(supply, read if augmenter.modalities is None else read & set(augmenter.modalities))
    names = "; ".join(each.witness.name for each in verifier.testimonies) or "nothing to look at"
    classes = len(verifier.tasks[0].classes)
    message = f"can tell {classes - len(verifier.cannot_judge)} of {classes} classes of '{supply.task}'"
    supply.screen.say(f"Judge  {names}: {message}.")
    return replace(supply, verifier=verifier)


def _fitted(supply: Supply, modalities: Set[str]) -> Verifier:
    view, seed = supply.inner.view, derive(supply.resolved.experiment.split.seed, "verify")
    tasks = [[name, list(task.classes)] for name, task in view.tasks.items()]
    about = {"train": view.fingerprint, "tasks": tasks, "seed": seed, "encoder": _encoder_key(supply)}
    about["modalities"] = sorted(modalities)
    about["recipe"] = [RECIPE, STRENGTH, FOLDS, MOST, MISS, LETS_THROUGH, RECOGNISES, CONFIRMS, MORE_LIKELY, WIDER]
    key = digest(about)[:SHORT]
    witnesses: list[Witness] = [_pictures(supply, seed)] if "image" in modalities else []
    witnesses += [TextWitness()] if "text" in modalities else []
    return fit_verifier(view, supply.inner.learn.column(CLUSTER), witnesses, seed=seed, key=key, screen=supply.screen)


def _pictures(supply: Supply, seed: int) -> Witness:
    part = supply.resolved.encoders().get("image")
    encoder = _trained(part, supply, seed) if part is not None else None
    if part is None or encoder is None:
        return OutlineWitness()
    name = f"{part.component.name} with its pre-trained weights"
    return EncoderWitness(EncoderJudge(encoder, encoder.processor(False), name=name))


def _trained(part: Part[Any], supply: Supply, seed: int) -> Encoder | None:
    """The experiment's image encoder as it is before training, if it has trained weights."""
    with TemporaryDirectory() as assets:
        images = supply.inner.learn.raw("image")
        part.component.load().prepare(part.config, images, Path(assets), seed=derive(seed, "assets", "image"))
        return trained_encoder(part, Path(assets), seed)


def _encoder_key(supply: Supply) -> Any:
    part = supply.resolved.encoders().get("image")
    return None if part is None else content_key(part)
