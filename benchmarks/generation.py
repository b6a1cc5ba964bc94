"""Pairs generated, checked and stored against the generator's raw forward rate.

    uv run python benchmarks/generation.py [--pairs 2000] [--grid 14] [--repeats 3]

The generator is one of full size that has hardly learnt: its speed does not depend on that. Prints the ratio of
  stored    requests answered, checked by every filter but the confidence, stored as PNG with provenance / seconds
  raw       forward passes of the picture generator alone, in batches of 64, nothing kept
measured side by side in this process, alternating, best of the repeats.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path

import numpy as np
import torch

from vbg_framework.augment import _supply
from vbg_framework.generation.pool import Pool
from vbg_framework.generation.synthesis import CHUNK
from vbg_framework.plugins import load_plugins
from vbg_framework.registry import Registry
from vbg_framework.screen import Screen


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--pairs", type=int, default=2000)
    parser.add_argument("--grid", type=int, default=14)
    parser.add_argument("--repeats", type=int, default=3)
    args = parser.parse_args()
    sets = [
        "augmenter=gan", f"augmenter.seed_grid={args.grid}", "augmenter.steps=1", "augmenter.style.share=0",
        "augmenter.text.pretrain_steps=1", "augmenter.text.adversarial_steps=0",
        f"loop={{count: {args.pairs}, at_most: 1000, tries: 1, copies: true}}",
    ]  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("VBG_CACHE", folder)
        supply = _supply(Registry.read().experiment("quickstart", load_plugins(), sets), Screen())
        quota = supply.quota({})
        best = {"raw": 0.0, "stored": 0.0}
        for repeat in range(args.repeats):
            best["raw"] = max(best["raw"], _raw(supply, sum(quota.values())))
            best["stored"] = max(best["stored"], _stored(supply, quota, Path(folder) / f"pool-{repeat}"))
    print(f"raw     {best['raw']:8.1f} pictures/s")
    print(f"stored  {best['stored']:8.1f} pairs/s")
    print(f"ratio   {best['stored'] / best['raw']:8.3f}")


@torch.inference_mode()
def _raw(supply, count: int) -> float:
    """Forward passes of the generator alone, in pictures per second."""
    pictures = supply.fitted.augmenter.pictures
    name = supply.inner.view.task.classes[0]
    facts = [(name, supply.fitted.augmenter.table.draw(name, np.random.default_rng(0)))] * CHUNK
    names, attributes = pictures.codes(facts)
    began, done = time.perf_counter(), 0
    while done < count:
        pictures.generator(torch.randn(CHUNK, pictures.config.latent), names, attributes)
        done += CHUNK
    return done / (time.perf_counter() - began)


def _stored(supply, quota, folder: Path) -> float:
    """Pairs per second through the core's own path, those dropped included."""
    pool, began = Pool(folder, "SYN_"), time.perf_counter()
    supply.fill(pool, 1, quota, None, "")
    return sum(pool.tally()["generated"].values()) / (time.perf_counter() - began)


if __name__ == "__main__":
    main()
