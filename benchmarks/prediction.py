"""Prediction by one process and by several: records per second, by the clock.

    OMP_NUM_THREADS=1 uv run python benchmarks/prediction.py RUN [--records 1000] [--side 800] [--workers 1 2]

RUN is a finished run. Records are JPEG pictures of noise, read from a folder; a first call, with a tenth of them, says
how long a process takes to begin, which is not counted.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path

import numpy as np
from PIL import Image

from vbg_framework.base.run_folder import RunFolder
from vbg_framework.config.plugins import load_plugins
from vbg_framework.learning.prediction.workers import Workers
from vbg_framework.runs.predict import predict
from vbg_framework.screen import Screen


def pictures(folder: Path, count: int, side: int) -> Path:
    """A folder of pictures of noise, with something larger than a pixel in it."""
    folder.mkdir()
    draw = np.random.default_rng(0)
    for number in range(count):
        coarse = Image.fromarray(draw.integers(0, 256, (side // 8, side // 8, 3), dtype=np.uint8))
        coarse.resize((side, side)).save(folder / f"{number:06}.jpg", quality=90)
    return folder


def seconds(run: RunFolder, source: Path, out: Path, spread: Workers | None) -> float:
    """Wall time of a prediction, which loads the model."""
    begun = time.perf_counter()
    predict(run, load_plugins(), source, out, {}, Screen(), spread=spread)
    return time.perf_counter() - begun


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path)
    parser.add_argument("--records", type=int, default=1000)
    parser.add_argument("--side", type=int, default=800)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    given = parser.parse_args()
    run, rates = RunFolder(given.run), []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        few = pictures(folder / "few", max(1, given.records // 10), given.side)
        many = pictures(folder / "many", given.records, given.side)
        for count in given.workers:
            alone = count == 1
            with nullcontext() if alone else Workers(run.path / "model", (), count) as spread:
                seconds(run, few, folder / "out.csv", spread)
                rates.append(given.records / seconds(run, many, folder / "out.csv", spread))
            print(f"workers {count}: {rates[-1]:.1f} records/s, {rates[-1] / rates[0]:.2f} times as many")


if __name__ == "__main__":
    main()
