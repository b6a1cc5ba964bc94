"""The runs of a study on Ray, where one machine is not enough."""

from __future__ import annotations

import socket
from concurrent.futures import Future
from pathlib import Path
from types import ModuleType
from typing import Any

from vbg_framework.base.errors import VBGError
from vbg_framework.base.ray_cluster import RayCluster, first_line, go_to
from vbg_framework.study.engines.drive import TRIES
from vbg_framework.study.engines.engine import Lost, work
from vbg_framework.study.folder import StudyFolder
from vbg_framework.study.plan import Trial

PATIENCE = 10.0  # seconds
FIX = "Finished runs are kept. Start the cluster again, then go on with --resume."


class OnRay:
    """Gives every run to Ray as a task with its share of a machine; Ray places it and repeats it if its worker dies.

    Args:
        address: of a cluster, such as `auto` or `ray://host:10001`; None = start Ray on this machine, on loopback.
        jobs: runs at a time; None = one per GPU, or one per two cores.
        block: names of plugins not to import.

    Raises:
        VBGError: Ray is not installed, or the cluster does not answer.
    """

    def __init__(self, address: str | None, jobs: int | None, block: list[str]) -> None:
        self._cluster, self.block = RayCluster(address, jobs), block
        self._ray, self.slots = self._cluster.ray, self._cluster.slots
        self._head = self._ray.get_runtime_context().gcs_address
        self._task = self._ray.remote(work_in).options(max_retries=TRIES, **self._cluster.share)

    def submit(self, folder: StudyFolder, trial: Trial) -> Future[str | None]:
        """Give a run to Ray."""
        outside: Future[str | None] = Future()
        inside = self._task.remote(self._cluster.place, folder.path.resolve(), trial, self.block).future()
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
        self._cluster.close()

    def _pass_on(self, done: Future[Any], outside: Future[Any]) -> None:
        error = done.exception()
        if error is None:
            outside.set_result(done.result())
        else:
            outside.set_exception(meaning(error, self._ray.exceptions))


def work_in(place: Path, path: Path, trial: Trial, block: list[str]) -> str | None:
    """What a worker does for one run, in the working folder of the driver if its machine has that."""
    go_to(place)
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
        return VBGError("--engine ray: this machine", f"has left the cluster ({first_line(error)})", FIX)
    if isinstance(error, known.RayError) and not isinstance(error, known.RayTaskError):
        return Lost(first_line(error))
    return error
