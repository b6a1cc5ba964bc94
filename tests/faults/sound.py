"""A finished run that nobody has damaged yet."""

from __future__ import annotations

from pathlib import Path

TINY = Path(__file__).parents[1] / "tiny.yaml"


def sound_run(folder: Path) -> Path:
    """Train the experiment `tiny` below a folder; its run folder."""
    import vbg_framework

    return vbg_framework.run("tiny", registry=TINY, runs=folder / "runs").path
