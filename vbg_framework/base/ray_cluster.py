"""Ray on this machine, or a cluster of several. Light: imports Ray when it is started."""

from __future__ import annotations

import logging
import os
from contextlib import chdir, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from vbg_framework.base.errors import VBGError
from vbg_framework.base.safe_path import VARIABLE, keep_working_folder_out

SETTINGS = {
    # Else, under `uv run`, every worker makes an environment of its own, without the extras of this one and so
    # without Ray: no worker ever starts, and the driver waits for ever.
    "RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0",
}


class RayCluster:
    """Starts Ray here, or joins a cluster.

    All machines must see the folders of runs and results, and the same `VBG_DATA`, `VBG_WEIGHTS` and, to share what is
    computed once, `VBG_CACHE`.

    Args:
        address: of a cluster, such as `auto` or `ray://host:10001`; None = start Ray on this machine, on loopback.
        slots: how many work at a time; None = one per GPU, or one per two cores.

    Attributes:
        ray: the package.
        slots: how many work at a time.
        place: the working folder here.
        share: what each of them gets of a machine, and its environment; as `ray.remote` and Ray Data take it.

    Raises:
        VBGError: Ray is not installed, or the cluster does not answer.
    """

    def __init__(self, address: str | None, slots: int | None) -> None:
        for name, value in SETTINGS.items():
            os.environ.setdefault(name, value)  # before the import, which reads them
        try:
            import ray
        except ImportError:
            fix = "Install it with: pip install 'vbg-framework[ray]'."
            raise VBGError("--engine ray", "Ray is not installed", fix) from None
        self.ray = ray
        keep_working_folder_out()
        self.place, self._empty = Path.cwd(), TemporaryDirectory(prefix="vbg-ray-")
        try:
            with chdir(self._empty.name):  # Ray puts the folder that it starts in on the import path of its workers
                ray.init(
                    address=address or "local",
                    log_to_driver=False,
                    logging_level=logging.ERROR,
                    include_dashboard=None if address else False,
                )
        except (ConnectionError, TimeoutError, RuntimeError) as error:
            what = f"no answer from the cluster ({first_line(error)})"
            raise VBGError(f"--address {address}", what, "Start it with: ray start --head.") from None
        there = ray.cluster_resources()
        cores, gpus = int(there.get("CPU", 1)), int(there.get("GPU", 0))
        self.slots = slots or gpus or max(1, cores // 2)
        threads = max(1, cores // self.slots)
        self.share: dict[str, Any] = {
            "num_cpus": threads, "num_gpus": min(1.0, gpus / self.slots),
            "runtime_env": {"env_vars": {"OMP_NUM_THREADS": str(threads), VARIABLE: "1", **_environment()}},
        }  # fmt: skip

    def close(self) -> None:
        """Leave the cluster; one that was started here ends."""
        self.ray.shutdown()
        self._empty.cleanup()


def go_to(place: Path) -> None:
    """Work in the working folder of the driver, if this machine has it."""
    with suppress(OSError):
        os.chdir(place)


def first_line(error: BaseException) -> str:
    """What an error says, in short."""
    return next(iter(str(error).splitlines()), type(error).__name__).removesuffix(".")


def _environment() -> dict[str, str]:
    """Where data, weights and results lie, as the driver knows it."""
    return {
        name: str(Path(os.environ[name]).resolve())
        for name in ("VBG_DATA", "VBG_WEIGHTS", "VBG_CACHE")
        if name in os.environ
    }
