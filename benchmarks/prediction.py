"""Prediction by one process, by several and on Ray: records per second, by the clock, and peak memory.

    OMP_NUM_THREADS=1 uv run python benchmarks/prediction.py RUN [--records 1000] [--side 800] [--workers 1 2] [--ray]

RUN is a finished run. Records are JPEG pictures of noise, read from a folder, or with `--side 0` rows of a table with
six words each. A first call, with a tenth of them, says how long a process takes to begin, which is not counted.
Memory is that of this process, which reads and writes: its peak after a tenth and after all.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import numpy as np
from PIL import Image

from vbg_framework.base.run_folder import RunFolder
from vbg_framework.config.plugins import load_plugins
from vbg_framework.learning.prediction.ray_answers import RayAnswers
from vbg_framework.learning.prediction.workers import Workers
from vbg_framework.runs.predict import predict
from vbg_framework.screen import Screen

WORDS = ["blue", "red", "bowl", "jug", "of", "clay", "with", "a", "handle", "and", "painted", "rim"]


def pictures(folder: Path, count: int, side: int) -> Path:
    """A folder of pictures of noise, with something larger than a pixel in it."""
    folder.mkdir()
    draw = np.random.default_rng(0)
    if not side:
        return rows(folder / "rows.csv", count, draw)
    for number in range(count):
        coarse = Image.fromarray(draw.integers(0, 256, (side // 8, side // 8, 3), dtype=np.uint8))
        coarse.resize((side, side)).save(folder / f"{number:06}.jpg", quality=90)
    return folder


def rows(path: Path, count: int, draw: np.random.Generator) -> Path:
    """A table of titles."""
    with path.open("w") as file:
        file.write("id,title\n")
        for number in range(count):
            file.write(f"{number},{' '.join(draw.choice(WORDS, 6))}\n")
    return path


def seconds(run: RunFolder, source: Path, out: Path, spread: Workers | None, ahead: RayAnswers | None) -> float:
    """Wall time of a prediction, which loads the model."""
    begun = time.perf_counter()
    predict(run, load_plugins(), source, out, {}, Screen(), spread=spread, ahead=ahead)
    return time.perf_counter() - begun


def peak() -> float:
    """Megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path)
    parser.add_argument("--records", type=int, default=1000)
    parser.add_argument("--side", type=int, default=800)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--ray", action="store_true")
    given = parser.parse_args()
    run, rates = RunFolder(given.run), []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        few = pictures(folder / "few", max(1, given.records // 10), given.side)
        many = pictures(folder / "many", given.records, given.side)
        for count in given.workers:
            with ExitStack() as stack:
                ahead = stack.enter_context(RayAnswers(run.path / "model", (), count, None)) if given.ray else None
                several = not given.ray and count > 1
                spread = stack.enter_context(Workers(run.path / "model", (), count)) if several else None
                seconds(run, few, folder / "out.csv", spread, ahead)
                before = peak()
                rates.append(given.records / seconds(run, many, folder / "out.csv", spread, ahead))
            memory = f"peak {before:.0f} MB, then {peak():.0f} MB"
            print(f"workers {count}: {memory}; {rates[-1]:.1f} records/s, {rates[-1] / rates[0]:.2f} times as many")


if __name__ == "__main__":
    main()
