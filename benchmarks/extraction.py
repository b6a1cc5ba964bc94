"""Features of a frozen image encoder, from prepared pictures to stored blocks, against its forward pass alone.

    VBG_DATA=... VBG_WEIGHTS=... uv run python benchmarks/extraction.py [--experiment egyptian-frozen] [--rounds 3]
        [--set ...]

Both in one process, with the same batches of 64 in fp32: a run fills an empty cache of features, then the encoder reads
the tensors of the same batches again, with nothing around it. Prints pictures per second by the clock, medians over
rounds in turns, and the ratio of extraction to the forward pass with its smallest and largest round.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any
from unittest import mock

import torch

import vbg_framework
from vbg_framework.learning.features.frozen import Frozen

SHORT = ["train.steps=1", "train.evaluate_every=1"]


class Watch:
    """How long the features of pictures took, and what their encoder read."""

    def __init__(self) -> None:
        self.seconds, self.batches, self.encoder, self.known = 0.0, [], None, Frozen._fill

    def fill(self, frozen: Frozen, store: Any, key: str, *given: Any, **more: Any) -> bool:
        if key != "image":
            return self.known(frozen, store, key, *given, **more)
        self.encoder = frozen.encoders[key]
        seen = self.encoder.register_forward_pre_hook(lambda _, given: self.batches.append(given[0]))
        begun = time.perf_counter()
        result = self.known(frozen, store, key, *given, **more)
        self.seconds += time.perf_counter() - begun
        seen.remove()
        return result

    def count(self) -> int:
        """Pictures."""
        return sum(len(batch["pixels"]) for batch in self.batches)

    @torch.inference_mode()
    def alone(self) -> float:
        """Seconds of the forward passes."""
        begun = time.perf_counter()
        for batch in self.batches:
            self.encoder(batch)
        return time.perf_counter() - begun


def rates(experiment: str, sets: list[str]) -> tuple[float, float]:
    """Pictures per second: features that are stored, and forward passes."""
    watch = Watch()
    with (
        tempfile.TemporaryDirectory() as name,
        mock.patch.dict(os.environ, VBG_CACHE=name),
        mock.patch.object(Frozen, "_fill", lambda *given, **more: watch.fill(*given, **more)),
    ):
        vbg_framework.run(experiment, runs=Path(name, "runs"), sets=[*SHORT, *sets])
    return watch.count() / watch.seconds, watch.count() / watch.alone()


def main() -> None:
    """Read the command line and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--experiment", default="egyptian-frozen")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--set", action="append", default=[])
    given = parser.parse_args()
    found = []
    for _ in range(given.rounds):
        found.append(rates(given.experiment, given.set))
        print(f"{found[-1][0]:.1f} of {found[-1][1]:.1f} pictures/s", flush=True)
    ratios = [stored / alone for stored, alone in found]
    stored, alone = (median(each) for each in zip(*found, strict=True))
    print(f"stored {stored:.1f} pictures/s, forward pass alone {alone:.1f}: ratio {median(ratios):.2f}", end=" ")
    print(f"({min(ratios):.2f} to {max(ratios):.2f})")


if __name__ == "__main__":
    main()
