"""What `vbg explain` takes: the time of one object, and memory after few and after many.

    OMP_NUM_THREADS=1 uv run python benchmarks/explaining.py RUN [--objects 100 1000] [--alike 4]

RUN is a finished run. Its records are explained one after the other, again from the first where they are too few, and
every page is written, as `vbg explain RUN ID ... --out FOLDER` does. The model and the records alike are loaded before.
Prints the seconds of the first, by the clock and of the processor, and after each number of objects the processor
seconds of one and the peak memory of the process.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

from vbg_framework.base.run_folder import RunFolder
from vbg_framework.config.plugins import load_plugins
from vbg_framework.report.explanations import write_explanation
from vbg_framework.runs.evidence.material import Evidence
from vbg_framework.runs.evidence.why import why
from vbg_framework.runs.export.finished import FinishedRun
from vbg_framework.screen import Screen


def explained(evidence: Evidence, count: int, alike: int, folder: Path) -> Iterator[int]:
    """Write the page of one record after the other; yields how many there are."""
    for number, place in enumerate(islice(cycle(range(len(evidence.items))), count), start=1):
        found = why(evidence.finished, evidence.items.record(place), (), evidence, alike)
        write_explanation(folder, *found)
        yield number


def peak() -> float:
    """MiB that the process held at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("--objects", type=int, nargs="+", default=[100, 1000])
    parser.add_argument("--alike", type=int, default=4)
    given = parser.parse_args()
    evidence = Evidence(FinishedRun(RunFolder(given.run), load_plugins()), Screen())
    print(f"loaded: {peak():.0f} MiB at most", flush=True)
    wall, processor = time.perf_counter(), time.process_time()
    with tempfile.TemporaryDirectory() as name:
        for number in explained(evidence, max(given.objects), given.alike, Path(name)):
            spent = time.process_time() - processor
            if number == 1:
                clock = time.perf_counter() - wall
                print(f"first: {clock:.2f} s, {spent:.2f} s of the processor", flush=True)
            if number in given.objects:
                each = f"{spent / number:.2f} s of the processor each"
                print(f"{number} objects: {each}, {peak():.0f} MiB at most", flush=True)


if __name__ == "__main__":
    main()
