"""Which run of an experiment is its model: the one that was promoted, else the first that finished. Light."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from typing_extensions import TypedDict

from vbg_framework.base.errors import VBGError
from vbg_framework.base.json_file import read_json
from vbg_framework.base.run_folder import CONFIG, RunFolder, find_run, list_runs
from vbg_framework.base.work_folder import WorkFolder, named_folder

FILE = "promoted.json"
"""In the folder of an experiment: every promotion, the last one last."""


class Entry(TypedDict):
    """What the file says of a promotion at least."""

    run: str
    when: str


class ModelInUse(NamedTuple):
    """A run whose model answers.

    Args:
        run: its folder.
        why: why this one, in words; "" = it was named itself.
    """

    run: RunFolder
    why: str

    @property
    def line(self) -> str:
        """The model and why it is this one, for the screen."""
        return f"Model  {self.run.name}" + (f" ({self.why})." if self.why else ".")


def model_in_use(root: Path, name: str) -> ModelInUse:
    """The run meant by a folder, `<experiment>/<id>` or an id, or the model in use of an experiment.

    A run that is added later never takes its place unasked.

    Args:
        root: folder of all runs.
        name: what was asked for.

    Raises:
        VBGError: there is no such run, or the promoted one is gone.
    """
    runs = [] if named_folder(root, name, CONFIG) else list_runs(root, name)
    if not runs:
        return ModelInUse(find_run(root, name), "")
    finished = [run for run in runs if run.state == "finished"]
    if last := next(reversed(promotions(root, name)), None):
        return ModelInUse(_promoted(runs, last, name), f"promoted {last['when'][:10]}{_newer(finished, last['run'])}")
    if len(finished) < 2:
        return ModelInUse(finished[0] if finished else runs[-1], "its only finished run" if finished else "")
    first = min(finished, key=lambda run: ((run.path / "metrics.json").stat().st_mtime_ns, run.path.name))
    others = f"the first of {len(finished)} finished runs; none is promoted, which vbg promote RUN does"
    return ModelInUse(first, others)


def promotions(root: Path, experiment: str) -> list[dict[str, Any]]:
    """What was promoted, the last one last: `run` (its id), `when`, and what `promote` was told.

    Raises:
        VBGError: the file that says so is broken.
    """
    path = root / experiment / FILE
    return read_json(path, list[Entry], "Restore or remove it, and promote again.") if path.is_file() else []


def promote(run: RunFolder, facts: Mapping[str, Any]) -> None:
    """Make a finished run the model of its experiment; nothing, if it is that already by promotion.

    Args:
        run: the run.
        facts: what else is to be remembered of it; ready for JSON.

    Raises:
        VBGError: it is not finished, or another process promotes a run of its experiment right now.
    """
    if run.state != "finished":
        fix = f"Finish it with: vbg run {run.name} --resume"
        raise VBGError(run.name, f"only a finished run can be promoted, got one that is {run.state}", fix)
    home = WorkFolder(run.path.parent)
    with home.locked():
        before = promotions(home.path.parent, home.path.name)
        if before and before[-1]["run"] == run.path.name:  # perhaps by a process that was killed thereafter
            return
        now = datetime.now().astimezone().isoformat(timespec="seconds")
        home.write_json(FILE, [*before, {"run": run.path.name, "when": now, **facts}])


def _promoted(runs: list[RunFolder], last: Mapping[str, Any], name: str) -> RunFolder:
    for run in runs:
        if run.path.name == last["run"]:
            return run
    raise VBGError(name, f"the promoted run {last['run']} is gone", "Restore it, or promote another: vbg promote RUN.")


def _newer(finished: list[RunFolder], promoted: str) -> str:
    newer = [run for run in finished if run.path.name > promoted]
    return f"; {len(newer)} newer, the last {newer[-1].path.name}" if newer else ""
