"""One study, one folder. Light.

```
studies/<study>/<id>/  plan.json environment.json runs/<arm>/<replicate>/ (run folders with gates.json)
                       results.parquet summary.json REPORT.md report.html
```
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from vbg_framework.errors import VBGError
from vbg_framework.run_folder import RunFolder, new_folder
from vbg_framework.study.plan import Plan, Trial

PLAN, ENVIRONMENT, GATES = "plan.json", "environment.json", "gates.json"


class StudyFolder:
    """The files of one study.

    Attributes:
        path: the folder.
        name: `<study>/<id>`.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = f"{path.parent.name}/{path.name}"

    @classmethod
    def create(cls, root: Path, plan: Plan, environment: Mapping[str, Any]) -> StudyFolder:
        """Make the folder of a new study, with its plan."""
        folder = cls(new_folder(root / plan.study))
        folder.write_json(ENVIRONMENT, environment)
        folder.write_json(PLAN, plan.to_json())
        return folder

    def plan(self) -> Plan:
        """The plan, as it was fixed.

        Raises:
            VBGError: somebody changed it.
        """
        content = json.loads((self.path / PLAN).read_text(encoding="utf-8"))
        plan = Plan.from_json(content)
        if plan.hash != content["hash"]:
            raise VBGError(f"{self.name}: {PLAN}", "was changed after the study began", "Start a new study.")
        return plan

    def run(self, trial: Trial) -> RunFolder:
        """The folder of one run, which may not exist yet."""
        return RunFolder(self.path / "runs" / trial.arm / f"{trial.replicate:02d}")

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the study for this process.

        Raises:
            VBGError: another process is at it.
        """
        lock = FileLock(self.path / ".lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise VBGError(self.name, "another process is at this study", "Wait for it, or end it.") from None
        try:
            yield
        finally:
            lock.release()

    def read_json(self, name: str) -> Any:
        """Content of a JSON file of the study."""
        return json.loads((self.path / name).read_text(encoding="utf-8"))

    def write_json(self, name: str, value: Any) -> None:
        """Write a JSON file in one step."""
        self.write_text(name, json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False) + "\n")

    def write_text(self, name: str, text: str) -> None:
        """Write a text file in one step."""
        partial = self.path / f"{name}.partial"
        partial.write_text(text, encoding="utf-8")
        partial.replace(self.path / name)


def list_studies(root: Path, study: str | None = None) -> list[StudyFolder]:
    """The studies under a root folder, oldest first."""
    found = root.glob(f"{study or '*'}/*/{PLAN}")
    return [StudyFolder(path.parent) for path in sorted(found, key=lambda path: path.parent.name)]


def find_study(root: Path, name: str) -> StudyFolder:
    """A study by folder, by `<study>/<id>`, or the newest of a name.

    Raises:
        VBGError: there is none.
    """
    for path in (Path(name), root / name):
        if (path / PLAN).is_file():
            return StudyFolder(path.resolve())
    studies = list_studies(root, name)
    if not studies:
        raise VBGError("study", f"no study '{name}' in {root}", f"Start it with: vbg compare {name}")
    return studies[-1]
