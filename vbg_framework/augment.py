"""Generated records without a training: for looking at them, or for use elsewhere."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PIL import Image

from vbg_framework.data.cache import prepare_data
from vbg_framework.data.image import decode
from vbg_framework.data.items import Items
from vbg_framework.data.text import TextPolicy
from vbg_framework.errors import VBGError
from vbg_framework.generation.fitted import WORK
from vbg_framework.generation.pool import Pool, records
from vbg_framework.generation.supply import Supply, open_supply
from vbg_framework.jsonl import write_lines
from vbg_framework.registry import Resolved
from vbg_framework.rounds import SAMPLES
from vbg_framework.screen import Screen

SHEET = "contact-sheet.png"
PER_CLASS = 6  # samples of the contact sheet


def augment(resolved: Resolved, out: Path, screen: Screen) -> Mapping[str, Any]:
    """Fit the augmenter of an experiment or take it from the cache, generate one round of records, and show them.

    `out` gets the images, `samples.jsonl` with the origin of each, `chunks.jsonl` with what was asked and dropped, and
    `contact-sheet.png`, which shows some of every class beside the most similar training image. Called again after
    an interruption, it goes on.

    Args:
        resolved: the experiment; `loop.count` or `loop.quota` say how many.
        out: folder for the records; empty, or of an interrupted call with the same options.
        screen: where progress is shown.

    Returns:
        asked, generated, dropped and kept records per class.

    Raises:
        VBGError: the experiment has no augmenter that makes records, or `out` holds something else.
    """
    where = f"experiments.{resolved.name}"
    if "augmenter" not in resolved.parts:
        raise VBGError(where, "has no augmenter", "Name one: `--set augmenter=NAME`.")
    supply = _supply(resolved, screen)
    if not supply.fitted.augmenter.generates:
        raise VBGError(f"{where}.augmenter", "only changes images on the way into training, it makes no records",
                       "Name another one: `--set augmenter=NAME`.")  # fmt: skip
    screen.say(supply.line())
    _claim(out, supply)
    pool = Pool(out, "SYN_")
    supply.fill(pool, 0, supply.quota({}), None, screen)
    write_lines(out / SAMPLES, pool.kept())
    write_sheet(out, pool.kept(), supply)
    return pool.tally()
