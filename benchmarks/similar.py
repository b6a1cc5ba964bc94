"""How fast and how well records alike are found.

    uv run python benchmarks/similar.py [--records 100000]
    uv run python benchmarks/similar.py RUN

Without a run, an index of drawn vectors of the sizes of ViT-Ti and MiniLM is searched; prints the time of making it,
the median and the 95 % point of a query. With a run of objects of several views, prints of how many records another
view of the same object is among the five most alike, with the 95 % Wilson interval over objects, by each input and by
all.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from pathlib import Path

import numpy as np

from vbg_framework.base.run_folder import RunFolder
from vbg_framework.config.plugins import load_plugins
from vbg_framework.runs.evidence.embedding import Embedding
from vbg_framework.runs.evidence.index import Index
from vbg_framework.runs.evidence.material import Evidence
from vbg_framework.runs.export.finished import FinishedRun
from vbg_framework.screen import Screen
from vbg_framework.statistics.interval import wilson_interval

SIZES = {"image": 192, "text": 384}
QUERIES, FIRST = 100, 5


def drawn(records: int) -> Embedding:
    """Random vectors."""
    random = np.random.default_rng(0)
    vectors = {name: random.standard_normal((records, size), np.float32) for name, size in SIZES.items()}
    ids = [f"record-{number:07d}" for number in range(records)]
    return Embedding(ids, vectors, {name: np.ones(records, bool) for name in SIZES})


def one(whole: Embedding, place: int) -> Embedding:
    """The vectors of one record."""
    kinds = ({name: each[place : place + 1] for name, each in kind.items()} for kind in (whole.vectors, whole.present))
    return Embedding([whole.ids[place]], *kinds, whole.counted)


def speed(records: int) -> None:
    """Print how long the index and its queries take."""
    whole = drawn(records)
    before = time.perf_counter()
    index = Index(whole, whole.ids, ["train"] * records)
    print(f"{records} records, index made in {time.perf_counter() - before:.1f} s")
    for by in ([*SIZES][:1], [*SIZES]):
        took = []
        for place in np.random.default_rng(1).integers(records, size=QUERIES).tolist():
            before = time.perf_counter()
            index.nearest(one(whole, place), by, 10, without=place, part="train")
            took.append(1000 * (time.perf_counter() - before))
        print(f"by {' and '.join(by)}: median {np.median(took):.1f} ms, 95 % within {np.quantile(took, 0.95):.1f} ms")


def views(run: Path) -> None:
    """Print how often another view of the object is among the first."""
    evidence = Evidence(FinishedRun(RunFolder(run), load_plugins()), Screen())
    groups = evidence.prepared.table.data.column("group").to_pylist()
    whole, objects = evidence.embedding, [groups[row] for row in evidence.rows.tolist()]
    several = [place for place, name in enumerate(objects) if Counter(objects)[name] > 1]
    for by in (*([name] for name in whole.vectors), list(whole.vectors)):
        asked = [place for place in several if all(whole.present[name][place] for name in by)]
        hits = sum(found(evidence.index, whole, objects, by, place) for place in asked)
        share, count = hits / len(asked), len({objects[place] for place in asked})
        low, high = wilson_interval(share, count)
        print(
            f"by {' and '.join(by)}: {hits} of {len(asked)} of {count} objects, {share:.2f} ({low:.2f} to {high:.2f})"
        )


def found(index: Index, whole: Embedding, objects: list[str], by: list[str], place: int) -> bool:
    """Whether a view of the same object is among the first, the record itself apart."""
    values = index.similarities(one(whole, place), by)
    values[place] = -2
    return objects[place] in {objects[near] for near in np.argsort(-values)[:FIRST]}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path, nargs="?")
    parser.add_argument("--records", type=int, default=100_000)
    given = parser.parse_args()
    if given.run:
        views(given.run)
    else:
        speed(given.records)


if __name__ == "__main__":
    main()
