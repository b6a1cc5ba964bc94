"""A self-contained model folder for prediction, with its model card."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from vbg_framework.runs.export.finished import FinishedRun
from vbg_framework.runs.export.model_card import model_card

CARD = "README.md"
FILES = ("config.yaml", "metrics.json", "rounds.json")  # no pictures, no texts, no predictions of single records


def write_bundle(finished: FinishedRun, folder: Path) -> None:
    """Write the model, the files that describe its run, and the card. `vbg predict` and `load` take it for a run.

    Args:
        folder: an empty folder.
    """
    shutil.copytree(finished.run.path / "model", folder / "model")
    for name in FILES:
        if (finished.run.path / name).is_file():
            shutil.copy(finished.run.path / name, folder)
    facts = {key: value for key, value in finished.environment.items() if key != "command"}  # it may hold paths
    (folder / "environment.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
    (folder / CARD).write_text(model_card(finished, use="predict"), encoding="utf-8")
