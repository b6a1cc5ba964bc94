"""Observer: options, curves and results of a run go to MLflow, if it is there (`pip install "vbg-framework[mlflow]"`).

Where to is MLflow's own business (`MLFLOW_TRACKING_URI`). Switch it off with `block: [vbg_mlflow]`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

from filelock import BaseFileLock, FileLock

from vbg_framework import hookimpl

TAG = "vbg_framework.run"
"""The tag by which an MLflow run knows its run folder."""
LONGEST = 60  # letters of a key; MLflow takes 250 of a whole name


class Observer:
    """Keeps one MLflow run open while a run is executed."""

    def __init__(self) -> None:
        self.open: dict[Any, str] = {}  # run folder -> MLflow run id

    @hookimpl
    def vbg_run_started(self, run: Any) -> None:
        """Open an MLflow run and log the options."""
        if find_spec("mlflow") is None:
            return
        import mlflow

        config = run.config()
        with _alone():
            experiment = mlflow.set_experiment(config["name"])
        client = mlflow.MlflowClient()
        self.open[run.path] = _begun(client, experiment.experiment_id, run)
        for name, value in flat(config["experiment"]).items():
            client.log_param(self.open[run.path], name, str(value)[:500])

    @hookimpl
    def vbg_epoch_finished(self, run: Any, step: int, metrics: Mapping[str, Any]) -> None:
        """Log one evaluation."""
        if run.path in self.open:
            _log(self.open[run.path], {k: v for k, v in metrics.items() if k not in ("step", "kind")}, step)

    @hookimpl
    def vbg_run_finished(self, run: Any, error: BaseException | None) -> None:
        """Log the test results and the report, and close the MLflow run."""
        if run.path not in self.open:
            return
        import mlflow

        client, identifier = mlflow.MlflowClient(), self.open.pop(run.path)
        if error is None:
            client.log_artifact(identifier, str(run.path / "report.html"))
            _log(identifier, {"test": run.read_json("metrics.json")["test"]}, 0)
        client.set_terminated(identifier, "FINISHED" if error is None else "FAILED")


def flat(options: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested options as `a.b` -> value, in names that MLflow accepts."""
    results: dict[str, Any] = {}
    for key, value in options.items():
        name = f"{prefix}{_plain(str(key))}"
        results |= flat(value, f"{name}.") if isinstance(value, Mapping) else {name: value}
    return results


def _plain(key: str) -> str:
    """A key in letters that MLflow accepts; where others were replaced, a hash keeps it apart from its like."""
    plain = re.sub(r"[^\w\- ]", "_", key)[:LONGEST]
    return plain if plain == key else f"{plain}-{_hash(key)}"


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _begun(client: Any, experiment: str, run: Any) -> str:
    """The MLflow run of a run folder: the one it had before it was interrupted, or a new one."""
    mark = _hash(str(run.path.resolve()))
    for known in client.search_runs([experiment], f"tags.`{TAG}` = '{mark}'"):
        client.update_run(known.info.run_id, status="RUNNING")
        return known.info.run_id
    return client.create_run(experiment, run_name=run.path.name, tags={TAG: mark}).info.run_id


def _alone() -> BaseFileLock:
    """Held while a store is opened: MLflow makes the tables of a new one, and two processes that do so both fail."""
    from vbg_framework.toolkit import cache_folder

    folder = cache_folder("mlflow")
    folder.mkdir(parents=True, exist_ok=True)
    return FileLock(folder / ".lock")


def _log(identifier: str, values: Mapping[str, Any], step: int) -> None:
    import mlflow

    client = mlflow.MlflowClient()
    for name, value in flat(values).items():
        if isinstance(value, int | float):
            client.log_metric(identifier, name, value, step=step)


observer = Observer()
