"""One run, one folder. Light: never imports torch.

```
runs/<experiment>/<id>/  state.json config.yaml environment.json metrics.jsonl metrics.json predictions.parquet
                         mistakes.parquet checkpoints/ model/ report.html run.log [error.txt]
```
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NotRequired

from typing_extensions import TypedDict

from vbg_framework.base.errors import VBGError
from vbg_framework.base.json_file import read_json, shaped
from vbg_framework.base.jsonl import append_line, read_lines, write_lines
from vbg_framework.base.notebook import html_table
from vbg_framework.base.regular_file import refuse_special
from vbg_framework.base.work_folder import WorkFolder, filled_folder, folders, named_folder
from vbg_framework.base.yaml_file import dump_yaml, read_yaml

CONFIG, STATE, METRICS, ENVIRONMENT, ROUNDS = (
    "config.yaml",
    "state.json",
    "metrics.json",
    "environment.json",
    "rounds.json",
)
LOG = "run.log"
"""What the screen said, with times."""
PLAN = "plan.json"
"""Stands in the folder of a study, whose runs lie in `runs/<arm>/<replicate>`."""
LONGEST = 200  # bytes of a name


class State(TypedDict):
    """The content of `state.json`."""

    finished: bool


class Config(TypedDict):
    """The content of `config.yaml`."""

    name: str
    experiment: dict[str, Any]
    plugins: NotRequired[dict[str, dict[str, Any]]]


class Scores(TypedDict):
    """What `metrics.json` says of a task at least."""

    n: int
    macro_f1: float | None
    classes: list[str]
    per_class: dict[str, dict[str, Any]]


class Data(TypedDict):
    """What it says of the data at least; of an evaluation, how much there is."""

    counts: dict[str, int]
    classes: NotRequired[dict[str, dict[str, int]]]
    split: NotRequired[str]


class Metrics(TypedDict):
    """What it says of a run at least."""

    test: dict[str, Scores]
    validation: NotRequired[dict[str, Scores]]
    training_seconds: float
    steps: int
    best_step: int
    data: Data
    generated: NotRequired[dict[str, Any]]
    confidence: NotRequired[dict[str, dict[str, Any]]]
    amounts: NotRequired[dict[str, Any]]


class Step(TypedDict):
    """What a line of `metrics.jsonl` says at least."""

    step: int


class Round(TypedDict):
    """What `rounds.json` says of a round at least."""

    round: int
    asked: dict[str, int]
    kept: dict[str, int]
    dropped: dict[str, dict[str, int]]
    recall: dict[str, float | None] | None
    score: float | None
    seconds: dict[str, float | None]


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
        cls,
        root: Path,
        experiment: str,
        config: Mapping[str, Any],
        environment: Mapping[str, Any],
        plugins: Mapping[str, Any] | None = None,
    ) -> RunFolder:
        """Make a new folder with its `config.yaml` (resolved options, the plugin of each component) and environment."""
        home = root / plain_name(experiment, "experiment")
        return cls(filled_folder(home, lambda path: cls.begin(path, experiment, config, environment, plugins)))

    @classmethod
    def begin(
        cls,
        path: Path,
        experiment: str,
        config: Mapping[str, Any],
        environment: Mapping[str, Any],
        plugins: Mapping[str, Any] | None = None,
    ) -> RunFolder:
        """The same in a given folder."""
        path.mkdir(parents=True, exist_ok=True)
        run = cls(path)
        run.write_json(STATE, {"finished": False})
        run.write_json(ENVIRONMENT, environment)
        more = {"plugins": dict(plugins)} if plugins else {}
        run.write_text(CONFIG, dump_yaml({"name": experiment, "experiment": dict(config), **more}))
        return run

    def config(self) -> dict[str, Any]:
        """The complete resolved experiment: `{name, experiment}`, and `plugins` where a run recorded them."""
        where, fix = str(self.path / CONFIG), "Restore the file, or start a new run."
        return shaped(read_yaml(self.path / CONFIG), Config, where, fix)

    def metrics(self) -> dict[str, Any]:
        """`metrics.json` of a finished run.

        Raises:
            VBGError: it is missing or damaged; so for the two below.
        """
        return read_json(self.path / METRICS, Metrics, f"Restore the file, or run {self.path.parent.name} again.")

    def environment(self) -> dict[str, Any]:
        """`environment.json`."""
        return read_json(self.path / ENVIRONMENT, dict)

    def rounds(self) -> list[dict[str, Any]]:
        """`rounds.json`, one report per round; empty without one."""
        return read_json(self.path / ROUNDS, list[Round]) if (self.path / ROUNDS).exists() else []

    def finish(self) -> None:
        """Mark the run as finished: its last step, after which nothing is left to resume."""
        self.write_json(STATE, {"finished": True})

    def append(self, line: Mapping[str, Any]) -> None:
        """Add one line to `metrics.jsonl`."""
        append_line(self._metrics, line)

    def forget_after(self, step: int) -> None:
        """Drop the lines of `metrics.jsonl` behind a step: training goes on from there and will write them again."""
        if self._metrics.exists():
            write_lines(self._metrics, [line for line in self.lines() if line["step"] <= step])

    def lines(self) -> list[dict[str, Any]]:
        """The lines of `metrics.jsonl`; a last line cut short by a crash is left out."""
        return read_lines(self._metrics, Step)

    def _repr_html_(self) -> str:
        scores = self.read_json("metrics.json")["test"] if self.state == "finished" else {}
        rows = {
            task: f"macro-F1 {result['macro_f1']:.3f} on {result['n']} test records" for task, result in scores.items()
        }
        report = self.path / "report.html"
        return html_table(f"Run {self.name}", {"state": self.state, **rows}, str(report) if report.exists() else "")

    @property
    def _metrics(self) -> Path:
        return self.path / "metrics.jsonl"

    @property
    def state(self) -> str:
        """`finished`, `failed`, `running` or `interrupted`."""
        if self.finished:
            return "finished"
        if self.is_locked():
            return "running"
        return "failed" if (self.path / "error.txt").exists() else "interrupted"

    @property
    def measured(self) -> bool:
        """Whether model and metrics are there, so that only the report can be left to write."""
        return (self.path / METRICS).exists() and (self.path / "model" / "model.json").exists()

    @property
    def finished(self) -> bool:
        """Whether its last step was done; a run of an earlier version has no mark and counts when it is measured."""
        try:
            return bool(self.read_json(STATE, State)["finished"]) and self.measured
        except VBGError:
            return self.measured and not (self.path / STATE).exists()


def list_runs(root: Path, experiment: str | None = None) -> list[RunFolder]:
    """The runs under a root folder, oldest first."""
    return [RunFolder(path) for path in folders(root, experiment, CONFIG)]


def plain_name(name: str, where: str) -> str:
    """The name, if it can be that of a folder.

    Raises:
        VBGError: it is empty, too long, or would lead out of the folder of all runs.
    """
    if not name or len(name.encode()) > LONGEST or name in (".", "..") or set(name) & {"/", "\\", "\0"}:
        shown = name if len(name) < 60 else f"{name[:57]}..."
        raise VBGError(where, f"its name cannot be that of a folder, got '{shown}'", "Take a short, plain name.")
    return name


def find_run(root: Path, name: str) -> RunFolder:
    """A run by folder, by `<experiment>/<id>`, by id, or the newest of an experiment (a finished one, if any).

    Raises:
        VBGError: there is none, or something in it is no file.
    """
    if path := named_folder(root, name, CONFIG):
        return RunFolder(refuse_special(path))
    runs = [run for run in list_runs(root) if name in (run.path.name, run.path.parent.name)]
    if not runs:
        raise VBGError("run", f"no run '{name}' in {root}", "List them with: vbg runs.")
    run = next((run for run in reversed(runs) if run.state == "finished"), runs[-1])
    return RunFolder(refuse_special(run.path))
