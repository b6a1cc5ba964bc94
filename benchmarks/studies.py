"""What a study costs beside its runs started one by one, with nothing shared.

    uv run python benchmarks/studies.py [--replicates 5]

Five arms on the mini museum: three with other shares of one GAN's records, real records only, balanced sampling.
The study is one `vbg compare`; the runs are `vbg run` with the same options, each with an empty cache. Prints
wall-clock and processor time of both and their ratios; trust the latter on a machine that does other things, too.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from vbg_framework.base.yaml_file import dump_yaml
from vbg_framework.config.plugins import load_plugins
from vbg_framework.config.registry import Registry
from vbg_framework.study.make import make_plan, resolve_trial

STUDY = {
    "experiment": "quickstart-image",
    "base": {"tasks": ["form"], "train": {"steps": 200, "evaluate_every": 50}, "loop": {"quality": False}},
    "arms": {
        f"gan-{share}": {"augmenter": "gan-mini", "mix": {"policy": "ratio", "share": share / 100}}
        for share in (10, 25, 50)
    },
    "controls": ["none", "oversample"],
}


def vbg(folder: Path, *words: str) -> np.ndarray:
    """Wall-clock and processor seconds of one command with an empty cache."""
    with tempfile.TemporaryDirectory() as cache:
        begun = clock()
        command = [sys.executable, "-m", "vbg_framework", *words]
        subprocess.run(
            command, check=True, cwd=folder, env={**os.environ, "VBG_CACHE": cache}, stdout=subprocess.DEVNULL
        )
        return clock() - begun


def clock() -> np.ndarray:
    """Wall-clock seconds, and processor seconds of all commands so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return np.array([time.perf_counter(), used.ru_utime + used.ru_stime])


def main() -> None:
    """Read the command line and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--replicates", type=int, default=5)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        content: dict = {
            "version": 1,
            "studies": {"five": {**STUDY, "replicates": given.replicates}},
            "experiments": {},
        }
        registry, plugins = Registry.read(), load_plugins()
        registry.add(content, "registry.yaml")
        plan = make_plan("five", registry, plugins)
        for trial in plan.trials():
            content["experiments"][f"{trial.arm}-{trial.replicate}"] = resolve_trial(plan, trial, plugins).options()
        (folder / "registry.yaml").write_text(dump_yaml(content))
        study = vbg(folder, "compare", "five")
        print("study  {:.0f} s, processor {:.0f} s".format(*study), flush=True)
        runs = sum(vbg(folder, "run", name) for name in content["experiments"])
    print("runs   {:.0f} s, processor {:.0f} s".format(*runs))
    print("study / runs: {:.2f}, processor {:.2f}".format(*study / runs))


if __name__ == "__main__":
    main()
