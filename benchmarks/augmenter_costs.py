"""What every augmenter costs on the mini museum: time and memory to fit it, and per 1,000 records.

    uv run python benchmarks/augmenter_costs.py [NAME ...] [--experiment quickstart] [--records 1000]

NAME is an augmenter of the registry; without one: duplicate, classical, label-noise, gan-mini. Each runs in a process
of its own with an empty cache, on data that were prepared before. Prints as Markdown
  fit         seconds and peak memory of fitting
  per 1,000   of an augmenter that makes records: seconds per 1,000 that were kept, checking and storing included; of
              one that changes training items: seconds per 1,000 records that went through it, reading not included
  peak        MiB, the most the process held at any time: libraries and data are in it; `before` is what they take
In brackets seconds of the processor, all threads; trust these on a machine that does other things, too.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil

from vbg_framework.base.cost import MEBIBYTE, Cost, Meter
from vbg_framework.config.plugins import load_plugins
from vbg_framework.config.registry import Registry, Resolved
from vbg_framework.data.loading.opening import open_items
from vbg_framework.data.preparation.cache import prepare_data
from vbg_framework.generation.pool import Pool
from vbg_framework.generation.supply import Supply, open_supply
from vbg_framework.screen import Screen

NAMES = ("duplicate", "classical", "label-noise", "gan-mini")
BATCH = 32


def main() -> None:
    """Read the command line, and print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*", default=NAMES, metavar="NAME")
    parser.add_argument("--experiment", default="quickstart")
    parser.add_argument("--records", type=int, default=1000)
    parser.add_argument("--alone", action="store_true", help="measure one in this process and print JSON")
    args = parser.parse_args()
    if args.alone:
        print(json.dumps(measure(args.names[0], args.experiment, args.records)))
        return
    resolved = _resolved(args.names[0], args.experiment, args.records)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["VBG_CACHE"] = folder
        prepare_data(resolved.parts["data"], Screen())
        found = {name: _alone(name, args) for name in args.names}
    devices = sorted({each["fit_device"] for each in found.values()})
    print(f"{', '.join(devices)}; {platform.processor() or platform.machine()}, Python {platform.python_version()}\n")
    print("| Augmenter | Before, MiB | Fit, s | peak, MiB | Per 1,000, s | peak, MiB | of | peak on the GPU, MiB |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for name, each in found.items():
        print(f"| `{name}` | {' | '.join(_cells(each))} |")


def _alone(name: str, args: argparse.Namespace) -> dict:
    options = ["--alone", "--experiment", args.experiment, "--records", str(args.records)]
    done = subprocess.run([sys.executable, __file__, name, *options], check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def _resolved(name: str, experiment: str, records: int) -> Resolved:
    """The experiment with the augmenter, which is asked for so many records."""
    registry, plugins = Registry.read(), load_plugins()
    sets = [f"augmenter={name}", f"loop={{count: {records}, at_most: 1000, quality: false}}"]
    resolved = registry.experiment(experiment, plugins, sets)
    if resolved.parts["augmenter"].component.name == "duplicate":  # or every copy would be dropped
        resolved = registry.experiment(experiment, plugins, [*sets, "loop.copies=false"])
    return resolved


def measure(name: str, experiment: str, records: int) -> dict:
    """Fit one augmenter, and have it make or change so many records."""
    resolved = _resolved(name, experiment, records)
    prepared = prepare_data(resolved.parts["data"], Screen())
    items = open_items(resolved.experiment, prepared)[1]["train"]
    before = psutil.Process().memory_info().rss / MEBIBYTE
    supply = open_supply(resolved, prepared, items, Screen())
    with tempfile.TemporaryDirectory() as folder:
        cost, count, what = _used(supply, items, records, Path(folder))
    work = cost.named("work") if cost else {}
    return {"before": before, **supply.fitted.cost.named("fit"), **work, "count": count, "what": what}


def _used(supply: Supply, items, records: int, folder: Path) -> tuple[Cost | None, int, str]:
    augmenter = supply.fitted.augmenter
    if augmenter.generates:
        pool = Pool(folder / "pool", "SYN_")
        supply.fill(pool, 1, supply.quota({}), "")
        return pool.cost(), len(pool.kept()), "made and kept"
    transform = augmenter.transform(supply.inner.view)
    if transform is None:
        return None, 0, "nothing per record"
    batches = list(_batches(items, records))
    with Meter(folder / "cost.json") as meter:
        for batch in batches:
            transform(batch)
    return meter.spent, sum(map(len, batches)), "changed"


def _batches(items, records: int) -> Iterator[list]:
    for start in range(0, records, BATCH):
        yield [items[place % len(items)] for place in range(start, min(start + BATCH, records))]


def _cells(found: dict) -> list[str]:
    per_thousand = _seconds(found, "work", 1000 / found["count"]) if found["count"] else "—"
    gpu = [found.get(f"{what}_device_memory") for what in ("fit", "work")]
    known = [value for value in gpu if value is not None]
    memory = [found["before"], found["fit_memory"], found.get("work_memory")]
    before, fit, work = ("—" if value is None else f"{value:,.0f}" for value in memory)
    device = f"{max(known):,.0f}" if known else "—"
    return [before, _seconds(found, "fit"), fit, per_thousand, work, found["what"], device]


def _seconds(found: dict, what: str, times: float = 1.0) -> str:
    return f"{times * found[f'{what}_seconds']:.2f} ({times * found[f'{what}_processor_seconds']:.2f})"


if __name__ == "__main__":
    main()
