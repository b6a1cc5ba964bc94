"""The two calls of the Python API: run an experiment, load a trained model."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from vbg_framework.base.promotion import model_in_use
from vbg_framework.base.run_folder import RunFolder
from vbg_framework.config.opened import open_registry
from vbg_framework.runs.execute import execute
from vbg_framework.runs.run_model import RunModel
from vbg_framework.runs.start import accept, start, unfinished
from vbg_framework.screen import Screen


def run(
    experiment: str,
    *,
    sets: Iterable[str] = (),
    registry: Path | str | None = None,
    runs: Path | str = "runs",
    resume: bool = False,
    accept_loss: bool = False,
    screen: Screen | None = None,
) -> RunFolder:
    """Run a registered experiment from data to report.

    Args:
        experiment: its name in the registry.
        sets: changes such as `"train.steps=200"`.
        registry: a registry file; by default `./registry.yaml` on top of the shipped one.
        runs: where run folders go.
        resume: go on with the newest interrupted run of the experiment instead of starting a new one.
        accept_loss: train although much of the data cannot be used, or a whole class (`--accept-loss`).
        screen: where to show progress; silent by default.

    Returns:
        The folder of the finished run.

    Raises:
        VBGError: the experiment is not valid, or the run failed.
    """
    known, plugins = open_registry(Path(registry) if registry else None)
    if resume:
        folder = unfinished(Path(runs), experiment)
    else:
        folder = start(known.experiment(experiment, plugins, sets), plugins, Path(runs))
    if accept_loss:
        accept(folder, plugins, Screen())
    return execute(folder, plugins, screen or Screen())


def load(run: RunFolder | Path | str, *, runs: Path | str = "runs") -> RunModel:
    """Load the model of a finished run.

    Args:
        run: a run folder, its path, `<experiment>/<id>`, an id, or an experiment (its model in use).
        runs: where run folders lie.

    Raises:
        VBGError: there is no such run, or it did not finish.
    """
    folder = run if isinstance(run, RunFolder) else model_in_use(Path(runs), str(run)).run
    return RunModel(folder, open_registry()[1])
