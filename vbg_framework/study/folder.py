"""One study, one folder. Light.

```
studies/<study>/<id>/  plan.json environment.json runs/<arm>/<replicate>/ (run folders with gates.json)
                       tuning/<arm>/<replicate>/trials.jsonl (of `tune`)
                       results.parquet summary.json REPORT.md report.html
```
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from typing_extensions import TypedDict

from vbg_framework.base.errors import VBGError
from vbg_framework.base.json_file import read_json
from vbg_framework.base.notebook import html_table
from vbg_framework.base.regular_file import refuse_special
from vbg_framework.base.run_folder import PLAN, RunFolder
from vbg_framework.base.work_folder import WorkFolder, filled_folder, folders, named_folder
from vbg_framework.study.plan import Plan, Trial

ENVIRONMENT, GATES = "environment.json", "gates.json"


class Judged(TypedDict):
    """What `gates.json` says of a gate at least."""

    name: str
    passed: bool
    about: str


class StudyFolder(WorkFolder):
    """The files of one study.

    Attributes:
        path: the folder.
        name: `<study>/<id>`.
    """

    @classmethod
    def create(cls, root: Path, plan: Plan, environment: Mapping[str, Any]) -> StudyFolder:
        """Make the folder of a new study, with its plan."""

        def fill(path: Path) -> None:
            cls(path).write_json(ENVIRONMENT, environment)
            cls(path).write_json(PLAN, plan.to_json())

        return cls(filled_folder(root / plan.study, fill))

    def plan(self) -> Plan:
        """The plan, as it was fixed.

        Raises:
            VBGError: somebody changed it.
        """
        plan, intact = self.fixed()
        if not intact:
            raise VBGError(f"{self.name}: {PLAN}", "was changed after the study began", "Start a new study.")
        return plan

    def fixed(self) -> tuple[Plan, bool]:
        """The plan, and whether it is as it was fixed. A changed one is still needed, to report what was done.

        Raises:
            VBGError: it is damaged.
        """
        content = self.read_json(PLAN, dict[str, Any])
        try:
            plan = Plan.from_json(content)
            return plan, plan.hash == content["hash"] and (plan.later is None or plan.later.hash == plan.original.hash)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            what, fix = f"is damaged ({type(error).__name__}: {error})", "Restore the file, or start a new study."
            raise VBGError(str(self.path / PLAN), what, fix) from None

    def _repr_html_(self) -> str:
        plan, _ = self.fixed()
        trials = list(plan.trials())
        done = sum(self.finished(trial) for trial in trials)
        arms = ", ".join(arm.name for arm in plan.arms)
        report = self.path / "report.html"
        rows = {"arms": arms, "runs": f"{done} of {len(trials)} finished"}
        return html_table(f"Study {self.name}", rows, str(report) if report.exists() else "")

    def gates(self, trial: Trial) -> list[dict[str, Any]] | None:
        """What the gates said of a run; None if it has not been through them.

        Raises:
            VBGError: the file is damaged.
        """
        path = self.run(trial).path / GATES
        return read_json(path, list[Judged], f"Remove {path} and resume the study.") if path.exists() else None

    def run(self, trial: Trial) -> RunFolder:
        """The folder of one run, which may not exist yet."""
        return RunFolder(self.path / "runs" / trial.arm / f"{trial.replicate:02d}")

    def tuning(self, home: Trial) -> WorkFolder:
        """The folder of the trials of an arm, made for its run `home`, which may not exist."""
        return WorkFolder(self.path / "tuning" / home.arm / f"{home.replicate:02d}")

    def finished(self, trial: Trial) -> bool:
        """Whether nothing is left to do for a run."""
        return (self.run(trial).path / GATES).exists()


def list_studies(root: Path, study: str | None = None) -> list[StudyFolder]:
    """The studies under a root folder, oldest first."""
    return [StudyFolder(path) for path in folders(root, study, PLAN)]


def find_study(root: Path, name: str) -> StudyFolder:
    """A study by folder, by `<study>/<id>`, or the newest of a name.

    Raises:
        VBGError: there is none, or something in it is no file.
    """
    if path := named_folder(root, name, PLAN):
        return StudyFolder(refuse_special(path))
    studies = list_studies(root, name)
    if not studies:
        raise VBGError("study", f"no study '{name}' in {root}", f"Start it with: vbg compare {name}")
    return StudyFolder(refuse_special(studies[-1].path))
