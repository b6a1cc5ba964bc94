"""A second run of the same experiment, which answers otherwise."""

import shutil

import pyarrow as pa
import pyarrow.parquet as pq

from vbg_framework.base.run_folder import RunFolder
from vbg_framework.ui.house import House


def another(run, path):
    """A copy of a run: a third of its answers are right, the others wrong, and some of these the same."""
    shutil.copytree(run.path, path, ignore=shutil.ignore_patterns("checkpoints", ".lock"))
    table = pq.read_table(path / "predictions.parquet")
    for task, found in run.read_json("metrics.json")["test"].items():
        classes, rows = found["classes"], table.select([task, f"{task}_predicted"]).to_pylist()
        wrong = [classes[classes.index(row[task]) - 1] for row in rows]
        third = len(rows) // 3
        kept = [no if row[f"{task}_predicted"] == row[task] else row[f"{task}_predicted"]
                for row, no in zip(rows, wrong, strict=True)]  # fmt: skip
        said = [row[task] for row in rows[:third]] + wrong[third : 2 * third] + kept[2 * third :]
        place = table.column_names.index(f"{task}_predicted")
        table = table.set_column(place, f"{task}_predicted", pa.array(said))
    pq.write_table(table, path / "predictions.parquet")
    return RunFolder(path)


def house_of_two(run, folder):
    """What can be opened where `tiny/other` is the only run beside the open one."""
    another(run, folder / "runs" / "tiny" / "other")
    return House(folder / "runs", folder / "studies", corrections=folder / "another.csv")
