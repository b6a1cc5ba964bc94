"""How fast the workbench answers: `python benchmarks/workbench.py [--records 100000]`.

Draws a table of texts, prepares it, and gives every record an answer drawn from a seed. Pages are asked for in this
process, without network; the median of five is told, and the first time apart. Times are those of the processor, which
other programs on the machine do not lengthen; those of the clock stand behind them, for one that does little else.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np
import psutil
from starlette.testclient import TestClient

from vbg_framework.config.plugins import load_plugins
from vbg_framework.config.registry import Registry
from vbg_framework.runs.evidence.embedding import Embedding
from vbg_framework.screen import Screen
from vbg_framework.ui.guard import Pass
from vbg_framework.ui.house import House
from vbg_framework.ui.labels import Labels, one_hot
from vbg_framework.ui.later import Later, Watched
from vbg_framework.ui.plane import Plane
from vbg_framework.ui.site import make_site
from vbg_framework.ui.workbench import Workbench, open_data

REGISTRY = "datasets:\n  drawn: {type: table, path: %s, id: id, text: [title], targets: {kind: kind}}\n"
CLASSES, WORDS = 30, 5000
AREA = "+".join(f"{500 + round(400 * np.cos(turn))},{500 + round(300 * np.sin(turn))}" for turn in np.arange(60) / 9.55)
SIZES = {"image": 192, "text": 384}  # numbers of ViT-Ti and MiniLM
PAGES = {
    "first page": "/",
    "last page": "/?page=999999",
    "words": "/?q=word17+word4",
    "wrong, one class": "/?task=kind&wrong=yes&true=class3",
    "least confident": "/?task=kind&sort=unsure&least=10&most=60",
    "an object among the wrong": "/object/5?task=kind&wrong=yes",
    "confusion": "/confusion?task=kind&part=left+out",
    "page of the map": "/map?task=kind",
    "picture of the map": "/map/picture?task=kind",
    "area of 60 corners": f"/?task=kind&area={AREA}",
}


def main() -> None:
    """Measure and print a line per page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=100_000)
    with tempfile.TemporaryDirectory() as folder:
        before = time.process_time()
        bench = drawn(Path(folder), parser.parse_args().records)
        print(f"prepared and opened in {time.process_time() - before:.1f} s")
        before = time.process_time()
        bench.plane = Later(lambda _: laid_out(bench), Watched())
        bench.plane.wait()
        print(f"map laid out in {time.process_time() - before:.1f} s")
        known = Pass(frozenset({"testserver"}))
        client = TestClient(
            make_site(bench, known, House(Path("runs"), Path("studies"))), cookies={known.cookie: known.token}
        )
        for name, address in PAGES.items():
            took = [seconds(client, address) for _ in range(6)]
            (first, waited), later = took[0], [median(some) for some in zip(*took[1:], strict=True)]
            told = f"{1000 * later[0]:.0f} ms, at first {1000 * first:.0f} ms"
            print(f"{name}: {told}; by the clock {1000 * later[1]:.0f} ms, at first {1000 * waited:.0f} ms")
        print(f"load of the machine: {psutil.getloadavg()[0]:.1f}")


def drawn(folder: Path, records: int) -> Workbench:
    """A data set of texts, with answers that are right three times of four."""
    random = np.random.default_rng(0)
    with (folder / "table.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "title", "kind"])
        for number, words in enumerate(random.integers(0, WORDS, (records, 12))):
            writer.writerow([number, " ".join(f"word{word}" for word in words), f"class{number % CLASSES}"])
    (folder / "registry.yaml").write_text("version: 1\n" + REGISTRY % (folder / "table.csv"))
    part = Registry.read(folder / "registry.yaml").dataset("drawn", load_plugins(), [])
    bench = open_data("drawn", part, Screen(), folder / "corrections.csv")
    labels = bench.collection.labels["kind"]
    p = random.dirichlet(np.full(CLASSES, 0.3), records).astype(np.float32)
    right = random.random(records) < 0.75
    p[right] = (p[right] + 2 * labels.truth.toarray()[right]) / 3
    names = [labels.task.classes[code] for code in p.argmax(1)]
    said = one_hot(labels.task, names, np.arange(records), records)
    bench.collection.labels["kind"] = Labels(labels.task, labels.truth, said, np.arange(records), p)
    return bench


def laid_out(bench: Workbench) -> Plane:
    """The map of drawn vectors."""
    random, ids = np.random.default_rng(1), bench.collection.ids
    vectors = {name: random.standard_normal((len(ids), size), np.float32) for name, size in SIZES.items()}
    known = Embedding(ids, vectors, {name: np.ones(len(ids), bool) for name in SIZES})
    return Plane.of(known, bench.places, len(ids))


def seconds(client: TestClient, address: str) -> tuple[float, float]:
    """How long one page takes the processor, and by the clock."""
    before, began = time.process_time(), time.perf_counter()
    client.get(address).raise_for_status()
    return time.process_time() - before, time.perf_counter() - began


if __name__ == "__main__":
    main()
