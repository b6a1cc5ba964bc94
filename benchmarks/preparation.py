"""Preparing data: memory that does not grow with the rows, and speed against a bare Pillow loop.

    uv run python benchmarks/preparation.py [--rows 1000000] [--images 1000] [--only memory|speed]

Prints:
  memory    peak of the process for a tenth of the rows and for all of them, and their ratio; the rows have texts,
            metadata and labels, every twentieth an image, every thousandth is broken
  speed     images per second of `prepare` / those of a loop that only decodes and resizes with Pillow, in as many
            threads of one process; for images that are kept as they are, and for larger ones that are stored reduced
"""

from __future__ import annotations

import argparse
import io
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from PIL import Image

from vbg_framework.contracts.record import Dataset, Record, Rejected, Task
from vbg_framework.contracts.spec import Component, Config
from vbg_framework.data.pictures.image import LARGEST_SIDE
from vbg_framework.data.preparation.prepare import WORKERS, prepare

KINDS = [f"class {i}" for i in range(50)]
SIZES = {"kept": (800, 600), "reduced": (2400, 1800)}
FEWER = {"kept": 1, "reduced": 10}


class GeneratedConfig(Config):
    rows: int = 0
    folder: str = ""


class Generated(Dataset):
    tasks = (Task("kind"),)

    def records(self) -> Iterator[Record | Rejected]:
        if self.config.folder:
            for path in sorted(Path(self.config.folder).iterdir()):
                yield Record(path.name, {"image": path}, {"kind": KINDS[0]})
        for i in range(self.config.rows):
            yield Rejected(f"t.csv:{i}", f"row cannot be read, got {i}") if i % 1000 == 999 else row(i)


def row(i: int) -> Record:
    text = {"title": f"Bowl {i} with lotus scrolls", "description": f"Stoneware, celadon glaze, number {i}. " * 8}
    inputs = {"text": text, "metadata": {"year": float(i % 3000), "museum": f"museum {i % 5}"}}
    if i % 20 == 0:
        inputs["image"] = jpeg(i, (32, 32))
    return Record(f"object-{i}", inputs, {"kind": KINDS[i % 50]}, group=f"group-{i // 3}", licence="CC0-1.0")


def jpeg(seed: int, size: tuple[int, int]) -> bytes:
    noise = np.random.default_rng(seed).integers(0, 255, (24, 24, 3), np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(noise).resize(size).save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def prepared(cache: str, **options: object) -> None:
    component = Component("dataset", "generated", GeneratedConfig, "__main__:Generated")
    prepare("generated", component, GeneratedConfig(**options), cache=Path(cache))


def megabytes(rows: int) -> float:
    """Peak memory of a process of its own that prepares so many rows."""
    with tempfile.TemporaryDirectory() as cache:
        command = [sys.executable, __file__, "--child", str(rows), cache]
        return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def memory(rows: int) -> None:
    few, many = megabytes(rows // 10), megabytes(rows)
    print(f"memory   {rows // 10:,} rows {few:.0f} MB, {rows:,} rows {many:.0f} MB, ratio {many / few:.2f}")


def speed(images: int, repeats: int = 3) -> None:
    for name, size in SIZES.items():
        with tempfile.TemporaryDirectory() as folder:
            paths = [Path(folder) / f"{i:05d}.jpg" for i in range(images // FEWER[name])]
            for i, path in enumerate(paths):
                path.write_bytes(jpeg(i, size))
            ours, bare = [], []
            for _ in range(repeats):
                bare.append(len(paths) / seconds(lambda p=paths: decode_all(p)))
                ours.append(len(paths) / seconds(lambda f=folder: prepare_all(f)))
        share = max(ours) / max(bare)
        print(f"speed    {name} {size}: {max(ours):.0f} images/s, bare loop {max(bare):.0f}, ratio {share:.2f}")


def seconds(action) -> float:
    begun = time.perf_counter()
    action()
    return time.perf_counter() - begun


def prepare_all(folder: str) -> None:
    cache = tempfile.mkdtemp()
    prepared(cache, folder=folder)
    shutil.rmtree(cache)


def decode_all(paths: list[Path]) -> None:
    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(decode, paths))


def decode(path: Path) -> None:
    with Image.open(path) as image:
        image.convert("RGB").thumbnail((LARGEST_SIDE, LARGEST_SIDE))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--images", type=int, default=1000)
    options.add_argument("--only", choices=["memory", "speed"])
    options.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    args = options.parse_args()
    if args.child:
        prepared(args.child[1], rows=int(args.child[0]))
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 if sys.platform == "darwin" else 1024))
        return
    print(f"{os.cpu_count()} cores, {WORKERS} threads")
    if args.only != "memory":
        speed(args.images)
    if args.only != "speed":
        memory(args.rows)


if __name__ == "__main__":
    main()
