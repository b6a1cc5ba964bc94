"""Pairs generated, checked and stored against the generator's raw rate.

    uv run python benchmarks/generation.py [--pairs 2000] [--grid 14] [--repeats 3] [--lessons 300]

The picture generator is one of full size that has hardly learnt: its speed does not depend on that. The text generator
has learnt for some steps, so that its texts are of normal length. Prints per second
  stored    requests answered, checked by every filter but the confidence, stored as PNG with provenance
  raw       pairs from the forward passes of both generators alone, in batches of 64, nothing checked or kept
  pictures  the same of the picture generator alone
measured side by side in this process, alternating, best of the repeats; and the ratio of stored to raw.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path

import numpy as np
import torch

from vbg_framework.config.plugins import load_plugins
from vbg_framework.config.registry import Registry
from vbg_framework.generation.pool import Pool
from vbg_framework.generation.synthesis import CHUNK
from vbg_framework.runs.augment import _supply
from vbg_framework.screen import Screen


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--pairs", type=int, default=2000)
    parser.add_argument("--grid", type=int, default=14)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--lessons", type=int, default=300)
    args = parser.parse_args()
    sets = [
        "augmenter=gan", f"augmenter.seed_grid={args.grid}", "augmenter.steps=1", "augmenter.style.share=0",
        f"augmenter.text.pretrain_steps={args.lessons}", "augmenter.text.adversarial_steps=0",
        f"loop={{count: {args.pairs}, at_most: 1000, tries: 1, copies: true}}",
    ]  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("VBG_CACHE", folder)
        supply = _supply(Registry.read().experiment("quickstart", load_plugins(), sets), Screen(), False)
        quota = supply.quota({})
        best = {"stored": 0.0, "raw": 0.0, "pictures": 0.0}
        for repeat in range(args.repeats):
            best["raw"] = max(best["raw"], _raw(supply, sum(quota.values()), texts=True))
            best["pictures"] = max(best["pictures"], _raw(supply, sum(quota.values()), texts=False))
            best["stored"] = max(best["stored"], _stored(supply, quota, Path(folder) / f"pool-{repeat}"))
    for name, rate in best.items():
        print(f"{name:<9}{rate:8.1f} / s")
    print(f"ratio    {best['stored'] / best['raw']:8.3f} of raw, {best['stored'] / best['pictures']:.3f} of pictures")


@torch.inference_mode()
def _raw(supply, count: int, *, texts: bool) -> float:
    """Forward passes of the generators alone, in pairs or pictures per second."""
    gan, draws = supply.fitted.augmenter, np.random.default_rng(0)
    name = supply.inner.view.task.classes[0]
    began, done = time.perf_counter(), 0
    while done < count:
        facts = [(name, gan.table.draw(name, draws)) for _ in range(CHUNK)]
        gan.pictures.generator(torch.randn(CHUNK, gan.config.latent), *gan.pictures.codes(facts))
        if texts:
            gan.texts.write(facts, seed=done)
        done += CHUNK
    return done / (time.perf_counter() - began)


def _stored(supply, quota, folder: Path) -> float:
    """Pairs per second through the core's own path, those dropped included."""
    pool, began = Pool(folder, "SYN_"), time.perf_counter()
    supply.fill(pool, 1, quota, "")
    return sum(pool.tally()["generated"].values()) / (time.perf_counter() - began)


if __name__ == "__main__":
    main()
