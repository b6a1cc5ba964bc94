"""One run, one folder. Light: never imports torch.

```
runs/<experiment>/<id>/  config.yaml environment.json metrics.jsonl metrics.json predictions.parquet
                         mistakes.parquet checkpoints/ model/ report.html [error.txt]
```
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from vbg_framework.base.errors import VBGError
from vbg_framework.base.jsonl import append_line, read_lines, write_lines
from vbg_framework.base.notebook import html_table
from vbg_framework.base.work_folder import WorkFolder, folders, named_folder, new_folder
from vbg_framework.base.yaml_file import dump_yaml, read_yaml

CONFIG = "config.yaml"
PLAN = "plan.json"
"""Stands in the folder of a study, whose runs lie in `runs/<arm>/<replicate>`."""


class RunFolder(WorkFolder):
    """The files of one run.

    Attributes:
        path: the folder.
        name: `<experiment>/<id>`; of a run of a study `<study>/<id>/<arm>/<replicate>`.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        study = path.absolute().parent.parent.parent
        if (study / PLAN).is_file():
            self.name = f"{study.parent.name}/{study.name}/{self.name}"

    @classmethod
    def create(
        cls, root: Path, experiment: str, config: Mapping[str, Any], environment: Mapping[str, Any]
    ) -> RunFolder:
        """Make a new folder with its resolved `config.yaml` and `environment.json`."""
        return cls.begin(new_folder(root / experiment), experiment, config, environment)

    @classmethod
    def begin(cls, path: Path, experiment: str, config: Mapping[str, Any], environment: Mapping[str, Any]) -> RunFolder:
        """The same in a given folder."""
        path.mkdir(parents=True, exist_ok=True)
        run = cls(path)
        run.write_json("environment.json", environment)
        run.write_text(CONFIG, dump_yaml({"name": experiment, "experiment": dict(config)}))
        return run

    def config(self) -> dict[str, Any]:
        """The complete resolved experiment: `{name, experiment}`."""
        return read_yaml(self.path / CONFIG)

    def append(self, line: Mapping[str, Any]) -> None:
        """Add one line to `metrics.jsonl`."""
        append_line(self._metrics, line)

    def forget_after(self, step: int) -> None:
        """Drop the lines of `metrics.jsonl` behind a step: training goes on from there and will write them again."""
        if self._metrics.exists():
            write_lines(self._metrics, [line for line in self.lines() if line["step"] <= step])

    def lines(self) -> list[dict[str, Any]]:
        """The lines of `metrics.jsonl`; a last line cut short by a crash is left out."""
        return read_lines(self._metrics)

    def _repr_html_(self) -> str:
        scores = self.read_json("metrics.json")["test"] if self.state == "finished" else {}
        rows = {
            task: f"macro-F1 {found['macro_f1']:.3f} on {found['n']} test records" for task, found in scores.items()
        }
        report = self.path / "report.html"
        return html_table(f"Run {self.name}", {"state": self.state, **rows}, str(report) if report.exists() else "")

    @property
    def _metrics(self) -> Path:
        return self.path / "metrics.jsonl"

    @property
    def state(self) -> str:
        """`finished`, `failed`, `running` or `interrupted`."""
        if (self.path / "metrics.json").exists() and (self.path / "model" / "model.json").exists():
            return "finished"
        try:
            with self.locked():
                return "failed" if (self.path / "error.txt").exists() else "interrupted"
        except VBGError:
            return "running"


def list_runs(root: Path, experiment: str | None = None) -> list[RunFolder]:
    """The runs under a root folder, oldest first."""
    return [RunFolder(path) for path in folders(root, experiment, CONFIG)]


def find_run(root: Path, name: str) -> RunFolder:
    """A run by folder, by `<experiment>/<id>`, by id, or the newest of an experiment (a finished one, if any).

    Raises:
        VBGError: there is none.
    """
    if path := named_folder(root, name, CONFIG):
        return RunFolder(path)
    runs = [run for run in list_runs(root) if name in (run.path.name, run.path.parent.name)]
    if not runs:
        raise VBGError("run", f"no run '{name}' in {root}", "List them with: vbg runs.")
    return next((run for run in reversed(runs) if run.state == "finished"), runs[-1])
