"""The runs of a study on Ray, where one machine is not enough."""

from __future__ import annotations

import logging
import os
import socket
from concurrent.futures import Future
from contextlib import chdir, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any

from vbg_framework.base.errors import VBGError
from vbg_framework.base.safe_path import VARIABLE, keep_working_folder_out
from vbg_framework.study.engines.drive import TRIES
from vbg_framework.study.engines.engine import Lost, work
from vbg_framework.study.folder import StudyFolder
from vbg_framework.study.plan import Trial

PATIENCE = 10.0  # seconds
SETTINGS = {
    # Else, under `uv run`, every worker makes an environment of its own, without the extras of this one and so
    # without Ray: no worker ever starts, and the study waits for ever.
    "RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0",
}
FIX = "Finished runs are kept. Start the cluster again, then go on with --resume."


class OnRay:
    """Gives every run to Ray as a task with its share of a machine; Ray places it and repeats it if its worker dies.

    All machines must see the folder of the study, and the same `VBG_DATA`, `VBG_WEIGHTS` and, to share what is
    computed once, `VBG_CACHE`.

    Args:
        address: of a cluster, such as `auto` or `ray://host:10001`; None = start Ray on this machine, on loopback.
        jobs: runs at a time; None = one per GPU, or one per two cores.
        block: names of plugins not to import.

    Raises:
        VBGError: Ray is not installed, or the cluster does not answer.
    """

    def __init__(self, address: str | None, jobs: int | None, block: list[str]) -> None:
        for name, value in SETTINGS.items():
            os.environ.setdefault(name, value)  # before the import, which reads them
        try:
            import ray
        except ImportError:
            fix = "Install it with: pip install 'vbg-framework[ray]'."
            raise VBGError("--engine ray", "Ray is not installed", fix) from None
        self._ray, self.block = ray, block
        keep_working_folder_out()
        self._place, self._empty = Path.cwd(), TemporaryDirectory(prefix="vbg-ray-")
        try:
            with chdir(self._empty.name):  # Ray puts the folder that it starts in on the import path of its workers
                ray.init(
                    address=address or "local",
                    log_to_driver=False,
                    logging_level=logging.ERROR,
                    include_dashboard=None if address else False,
                )
        except (ConnectionError, TimeoutError, RuntimeError) as error:
            what = f"no answer from the cluster ({_first_line(error)})"
            raise VBGError(f"--address {address}", what, "Start it with: ray start --head.") from None
        self._head = ray.get_runtime_context().gcs_address
        there = ray.cluster_resources()
        cores, gpus = int(there.get("CPU", 1)), int(there.get("GPU", 0))
        self.slots = jobs or gpus or max(1, cores // 2)
        threads = max(1, cores // self.slots)
        self._task = ray.remote(work_in).options(
            num_cpus=threads, num_gpus=min(1.0, gpus / self.slots), max_retries=TRIES,
            runtime_env={"env_vars": {"OMP_NUM_THREADS": str(threads), VARIABLE: "1", **_environment()}},
        )  # fmt: skip

    def submit(self, folder: StudyFolder, trial: Trial) -> Future[str | None]:
        """Give a run to Ray."""
        outside: Future[str | None] = Future()
        inside = self._task.remote(self._place, folder.path.resolve(), trial, self.block).future()
        inside.add_done_callback(lambda done: self._pass_on(done, outside))
        return outside

    def check(self) -> None:
        """Knock at the head of the cluster; without it, Ray would wait for ever.

        Raises:
            VBGError: the head does not answer.
        """
        host, _, port = self._head.rpartition(":")
        try:
            socket.create_connection((host, int(port)), timeout=PATIENCE).close()
        except OSError as error:
            raise VBGError(f"--engine ray: head {self._head}", f"does not answer ({error})", FIX) from None

    def close(self) -> None:
        """Leave the cluster; one that was started here ends."""
        self._ray.shutdown()
        self._empty.cleanup()

    def _pass_on(self, done: Future[Any], outside: Future[Any]) -> None:
        error = done.exception()
        if error is None:
            outside.set_result(done.result())
        else:
            outside.set_exception(meaning(error, self._ray.exceptions))


def work_in(place: Path, path: Path, trial: Trial, block: list[str]) -> str | None:
    """What a worker does for one run, in the working folder of the driver if its machine has that."""
    with suppress(OSError):
        os.chdir(place)
    return work(path, trial, block)


def meaning(error: BaseException, known: ModuleType) -> BaseException:
    """What an error that Ray gives instead of a result says of the run.

    Args:
        known: `ray.exceptions`.

    Returns:
        A `VBGError` if this machine has left the cluster, so that no run can be given to it any more; `Lost` if the
        worker or its machine failed; else what the run itself raised.
    """
    if isinstance(error, known.LocalRayletDiedError):
        return VBGError("--engine ray: this machine", f"has left the cluster ({_first_line(error)})", FIX)
    if isinstance(error, known.RayError) and not isinstance(error, known.RayTaskError):
        return Lost(_first_line(error))
    return error


def _first_line(error: BaseException) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__).removesuffix(".")


def _environment() -> dict[str, str]:
    """Where data, weights and results lie, as the driver knows it."""
    return {
        name: str(Path(os.environ[name]).resolve())
        for name in ("VBG_DATA", "VBG_WEIGHTS", "VBG_CACHE")
        if name in os.environ
    }
