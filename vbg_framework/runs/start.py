"""Starting a run, or finding the one to go on with. Light: never imports torch."""

from __future__ import annotations

from pathlib import Path

from vbg_framework.base.errors import VBGError
from vbg_framework.base.regular_file import refuse_special
from vbg_framework.base.run_folder import RunFolder, find_run, list_runs
from vbg_framework.config.environment import environment
from vbg_framework.config.plugin_versions import plugin_versions, recalled
from vbg_framework.config.plugins import Plugins
from vbg_framework.config.registry import Resolved, resolve
from vbg_framework.screen import Screen


def start(resolved: Resolved, plugins: Plugins, root: Path) -> RunFolder:
    """Make the folder of a new run."""
    recorded = plugin_versions(resolved)
    return RunFolder.create(root, resolved.name, resolved.options(), environment(plugins), recorded)


def unfinished(root: Path, name: str) -> RunFolder:
    """The run to resume: one named exactly, or the newest of an experiment that is not finished.

    Raises:
        VBGError: there is none, or something in it is no file.
    """
    if "/" in name:
        run = find_run(root, name)
        if run.state == "finished":
            raise VBGError(run.name, "is finished, there is nothing to resume", f"Look at it with: vbg show {run.name}")
        return run
    for run in reversed(list_runs(root, name)):
        if run.state in ("interrupted", "failed"):
            refuse_special(run.path)
            return run
    raise VBGError(name, f"no interrupted run in {root}", f"Start one with: vbg run {name}")


def recorded(run: RunFolder, plugins: Plugins) -> Resolved:
    """The experiment of a run, with the components it was started with.

    Raises:
        VBGError: the plugin of one is not installed any more.
    """
    config = run.config()
    known = recalled(plugins, config.get("plugins"), config["experiment"])
    return resolve(config["name"], config["experiment"], known, f"{run.name}/config.yaml")


def accept(run: RunFolder, plugins: Plugins, screen: Screen) -> None:
    """Prepare the data of a run, whatever is in quarantine; from then on it is used as it is."""
    from vbg_framework.data.preparation.cache import prepare_data

    prepare_data(recorded(run, plugins).parts["data"], screen, accept_loss=True)
