"""What an epoch costs with the features of frozen encoders kept, beside computing them in every pass.

    VBG_DATA=... VBG_WEIGHTS=... uv run python benchmarks/features.py [--fusion gated] [--experiment egyptian-frozen]

One pass over the training records in batches of 32, with and without kept features, in one process; the first run fills
the cache. Prints processor seconds of both, their ratio, and what the whole experiment takes from an empty cache.
"""

from __future__ import annotations

import argparse
import math
import os
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import vbg_framework
from vbg_framework.learning.features import frozen

RECORDS, BATCH = 1342, 32


@contextmanager
def nothing_kept():
    """Encoders are asked in every pass, as if they were trained."""
    known = frozen.says_the_same
    frozen.says_the_same = lambda encoder: False
    try:
        yield
    finally:
        frozen.says_the_same = known


def epochs(folder: Path, experiment: str, fusion: str, count: int) -> float:
    """Processor seconds of a run with so many passes."""
    steps = count * math.ceil(RECORDS / BATCH)
    sets = [f"fusion={fusion}", f"train.steps={steps}", f"train.evaluate_every={steps}", f"train.batch_size={BATCH}"]
    begun = time.process_time()
    vbg_framework.run(experiment, runs=folder, sets=sets)
    return time.process_time() - begun


def epoch(folder: Path, experiment: str, fusion: str, more: int) -> float:
    """Processor seconds of one pass: of `more` + 1 passes without those of one; start and evaluation drop out."""
    one = epochs(folder, experiment, fusion, 1)
    return (epochs(folder, experiment, fusion, 1 + more) - one) / more


def main() -> None:
    """Read the command line and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fusion", default="gated")
    parser.add_argument("--experiment", default="egyptian-gated")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        os.environ["VBG_CACHE"] = str(folder / "cache")
        begun, used = time.perf_counter(), time.process_time()
        vbg_framework.run(given.experiment, runs=folder, sets=[f"fusion={given.fusion}"])
        took = f"{time.perf_counter() - begun:.0f} s, {time.process_time() - used:.0f} s of processor time"
        print(f"whole experiment from an empty cache {took}", flush=True)
        kept = epoch(folder, given.experiment, given.fusion, 10)
        with nothing_kept():
            anew = epoch(folder, given.experiment, given.fusion, 1)
    print(f"an epoch with kept features {kept:.2f} s of processor time, without {anew:.1f} s: {anew / kept:.0f} times")


if __name__ == "__main__":
    main()
