"""One run of a study, from wherever it stands to its gates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from vbg_framework.base.jsonl import read_lines
from vbg_framework.base.publication import sweep
from vbg_framework.base.run_folder import RunFolder
from vbg_framework.config.environment import environment
from vbg_framework.config.options import merge
from vbg_framework.config.plugin_versions import plugin_versions
from vbg_framework.config.plugins import Plugins
from vbg_framework.data.preparation.cache import prepare_data
from vbg_framework.generation.pool import Entry
from vbg_framework.generation.round_pools import SAMPLES
from vbg_framework.runs.execute import execute
from vbg_framework.runs.start import recorded
from vbg_framework.screen import Screen
from vbg_framework.study.fairness.gates import check, write_gates
from vbg_framework.study.folder import StudyFolder
from vbg_framework.study.make import resolve_trial
from vbg_framework.study.plan import Trial
from vbg_framework.study.tuning.trials import Copied, tuned


def perform(folder: StudyFolder, trial: Trial, plugins: Plugins, screen: Screen) -> None:
    """Bring one run to its end and put it through the gates; nothing, if that was done before.

    It writes no weights, and nothing that new records would be compared with: a study compares, and the same options
    and seeds give the same weights again.

    Raises:
        VBGError: the run cannot go on.
    """
    if folder.finished(trial):
        return
    run = folder.run(trial)
    if not (run.path / "config.yaml").exists():
        begin(folder, trial, plugins, screen)
    if run.state != "finished":
        execute(run, plugins, screen, lasting=False)
    with run.locked():
        sweep(run.path, age=0)  # what a worker that outlived its study for a moment left half-written
        prepared = prepare_data(recorded(run, plugins).parts["data"], Screen())  # as it was for the run, which said so
        gates = check(run, folder.plan().arm(trial.arm), prepared)
        write_gates(run, prepared, gates)  # last: from then on nothing is done again


def begin(folder: StudyFolder, trial: Trial, plugins: Plugins, screen: Screen) -> RunFolder:
    """Make the folder of a run with its options; a `duplicate` control learns here how many copies it takes, and an arm
    that is tuned what was chosen."""
    plan = folder.plan()
    copied = _copied(folder, plan.arm(trial.arm).copies_of, trial.replicate)
    chosen = merge(copied.options, tuned(folder, trial, copied, plugins, screen))
    resolved = resolve_trial(plan, trial, plugins, copied.quota, chosen)
    path, used = folder.run(trial).path, plugin_versions(resolved)
    return RunFolder.begin(path, resolved.name, resolved.options(), environment(plugins), used)


def _copied(folder: StudyFolder, origin: str | None, replicate: int) -> Copied:
    if origin is None:
        return Copied()
    run = folder.run(Trial(origin, replicate))
    return Copied(records_of(run), {"mix": run.config()["experiment"]["mix"]})


def records_of(run: RunFolder) -> Mapping[str, int]:
    """Class -> generated records that the last classifier of a finished run trained on."""
    return Counter(entry["request"] for entry in read_lines(run.path / "synthetic" / SAMPLES, Entry))
