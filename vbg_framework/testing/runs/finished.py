"""A finished run for components that work on one, and what they promise to leave alone."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Any

from vbg_framework.base.digest import file_digest
from vbg_framework.base.errors import VBGError
from vbg_framework.base.run_folder import RunFolder
from vbg_framework.base.yaml_file import read_yaml
from vbg_framework.config.plugins import installed
from vbg_framework.config.registry import Registry, shipped_registry
from vbg_framework.config.tiny import tiny
from vbg_framework.report.sections import laid_out
from vbg_framework.runs.execute import execute
from vbg_framework.runs.export.finished import FinishedRun
from vbg_framework.runs.start import start
from vbg_framework.screen import Screen
from vbg_framework.testing.check import NotApplicable, expect, promise

EXPERIMENT = "quickstart-text"


@lru_cache(1)
def finished_run() -> RunFolder:
    """A run of a registered experiment, made tiny, once per process."""
    folder = Path(tempfile.mkdtemp(prefix="vbg-check-run-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    registry = Registry()
    registry.add(read_yaml(shipped_registry()), "registry.yaml")
    resolved, _ = tiny(EXPERIMENT, registry, installed())
    return execute(start(resolved, installed(), folder), installed(), Screen())


def contents(folder: Path) -> dict[str, str]:
    """File -> checksum."""
    return {str(p.relative_to(folder)): file_digest(p) for p in sorted(folder.rglob("*")) if p.is_file()}


@promise(
    "report_section",
    "A section shows a finished run in plain values, twice the same, and writes nothing.",
    cause="mark-up in place of values, a row with too many cells, a draw, or a file left in the run's folder",
    fix="Give texts, `Grid` and `Plot`; keep nothing between two calls.",
)
def check_section_shows_a_run(subject: Any) -> None:
    """Lay out what it says of a tiny run of `quickstart-text`, twice."""
    done = finished_run()
    before = contents(done.path)
    first, second = (laid_out(subject.build().content(done)) for _ in range(2))
    expect(first == second, "the same blocks", "others")
    expect(contents(done.path) == before, "the run's folder as it was", "changed files")


@promise(
    "report_section",
    "A run that is not finished has a report, too: what its files lack is left out.",
    cause="a file that is opened without asking whether it is there",
    fix="Ask `(run.path / name).exists()` first.",
)
def check_section_bears_an_unfinished_run(subject: Any) -> None:
    """Ask about a run that has its configuration alone."""
    config = finished_run().config()
    begun = RunFolder.begin(subject.folder() / "begun", config["name"], config["experiment"], {})
    laid_out(subject.build().content(begun))


@promise(
    "exporter",
    "An exporter fills the folder it is given, says a line, and leaves the run alone.",
    cause="files written elsewhere, or nothing returned",
    fix="Write below `folder` alone, and return a sentence.",
)
def check_export_fills_its_folder(subject: Any) -> None:
    """Export a tiny run of `quickstart-text`."""
    done, folder, exporter = finished_run(), subject.folder(), subject.build()
    try:
        exporter.check()
    except VBGError as error:
        raise NotApplicable(str(error)) from error
    before = contents(done.path)
    said = exporter.write(FinishedRun(done, installed(), lambda line: None), folder)
    expect(isinstance(said, str) and said.strip(), "a line that is told", said)
    expect(contents(folder), "files in the folder", "none")
    expect(contents(done.path) == before, "the run's folder as it was", "changed files")
