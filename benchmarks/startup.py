"""How long the light commands take: `uv run python benchmarks/startup.py`. Median of 9 on a warm disk."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

VBG = str(Path(sys.executable).with_name("vbg"))


def seconds(*command: str) -> float:
    begun = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


def main() -> None:
    commands = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "import torch": [sys.executable, "-c", "import torch"],
    }
    commands |= {f"vbg {' '.join(c)}": [VBG, *c] for c in (["--help"], ["plugins"], ["check", "quickstart"])}
    for name, command in commands.items():
        seconds(*command)
        print(f"{name:<22} {statistics.median(seconds(*command) for _ in range(9)):.3f} s")


if __name__ == "__main__":
    main()
