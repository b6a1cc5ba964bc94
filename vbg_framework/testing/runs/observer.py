"""What a plugin promises that watches runs: its hooks, tried on a made-up run."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pluggy

from vbg_framework.base.run_folder import RunFolder
from vbg_framework.contracts import hookspecs
from vbg_framework.testing.check import expect, promise
from vbg_framework.testing.processes.life import observed, temporary_places, within
from vbg_framework.testing.processes.network import refused
from vbg_framework.testing.processes.randomness import watched
from vbg_framework.testing.processes.surroundings import names
from vbg_framework.testing.subject import Subject

MARK = f"{hookspecs.PROJECT}_impl"
DECLARES = "vbg_components"
Calls = list[tuple[str, dict[str, Any]]]


@dataclass(frozen=True)
class Watcher:
    """The hooks of a plugin, in the place of a component.

    Args:
        name: of the plugin.
        plugin: the module or object that implements hooks.
    """

    name: str
    plugin: Any
    kind: str = "observer"
    tiny: dict[str, Any] = field(default_factory=dict)
    tinies: tuple[dict[str, Any], ...] = ({},)

    def load(self) -> type[Any]:
        """Its class."""
        return type(self.plugin)


def watcher(plugin: Any, name: str = "") -> Watcher | None:
    """The hooks of a plugin; None if it declares components and no more."""
    own = [hook for hook in dir(plugin) if hook.startswith("vbg_") and hook != DECLARES]
    called = [hook for hook in own if callable(getattr(plugin, hook, None)) and hook in vars(hookspecs)]
    marked = [hook for hook in dir(plugin) if getattr(getattr(plugin, hook, None), MARK, None) and hook != DECLARES]
    return Watcher(name or getattr(plugin, "__name__", type(plugin).__name__), plugin) if called or marked else None


class ObserverSubject(Subject):
    """An observer with a run to watch."""

    @cached_property
    def plugin(self) -> Any:
        """What implements the hooks."""
        plugin: Any = self.component
        return plugin.plugin

    def run(self) -> RunFolder:
        """A made-up run in a folder of its own."""
        run = RunFolder.begin(self.folder() / "run", "made-up", {"seed": 1}, {"python": "3"})
        run.append({"kind": "train", "step": 1, "loss": 1.5})
        return run

    def calls(self, run: RunFolder) -> Calls:
        """Hooks and their arguments, in the order of a run with a round, and of one that fails."""
        metrics = {"kind": "validation", "step": 1, "macro_f1": 0.5, "tasks": {"form": {"macro_f1": 0.5}}}
        report = {"asked": {"bowl": 2}, "generated": {"bowl": 2}, "kept": {"bowl": 1}}
        return [
            ("vbg_run_started", {"run": run}),
            ("vbg_epoch_finished", {"run": run, "step": 1, "metrics": metrics}),
            ("vbg_round_finished", {"run": run, "round": 1, "report": report}),
            ("vbg_run_finished", {"run": run, "error": None}),
            ("vbg_run_finished", {"run": run, "error": RuntimeError("made up")}),
        ]

    def watch(self, calls: Calls, after: Callable[[str, Any], None] = lambda hook, answers: None) -> None:
        """Let it hear all of this; `after` gets what every hook returned."""
        manager = pluggy.PluginManager(hookspecs.PROJECT)
        manager.add_hookspecs(hookspecs)
        manager.register(self.plugin, name="examined")
        with refused(self.contacts):
            for hook, arguments in calls:
                after(hook, getattr(manager.hook, hook)(**arguments))


@promise(
    "observer",
    "Its functions are hooks that exist, take arguments that exist, and are marked.",
    cause="a misspelt hook or argument, or `@hookimpl` left out, so that the function is never called",
    fix="Compare names and arguments with docs/hooks.md, and mark every hook with `@hookimpl`.",
)
def check_hooks_are_known(subject: ObserverSubject) -> str:
    """Register it as a run does, and look for functions called like hooks that are not marked."""
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    manager.register(subject.plugin, name="examined")
    manager.check_pending()
    called = [name for name in dir(subject.plugin) if name in vars(hookspecs) and name.startswith("vbg_")]
    bare = [name for name in called if not getattr(getattr(subject.plugin, name), MARK, None)]
    expect(not bare, "every hook marked with @hookimpl", f"not {', '.join(bare)}")
    return ", ".join(called)


@promise(
    "observer",
    "A hook raises nothing and returns nothing; one that raises is dropped for the rest of the run.",
    cause="a metric or a key taken for granted, a hook that relies on another one called before",
    fix="Use `.get`, and let every hook stand on its own.",
)
def check_hooks_return_nothing(subject: ObserverSubject) -> None:
    """Let it watch a run that is trained, has a round, and ends well and badly."""

    def empty(hook: str, answers: Any) -> None:
        expect(not answers, f"nothing from {hook}", answers)

    subject.watch(subject.calls(subject.run()), empty)


@promise(
    "observer",
    "An observer changes nothing of a run: its files, what it is handed, random numbers, settings of the process.",
    cause="`metrics.pop(...)`, a line appended to metrics.jsonl, `random.seed`, `os.chdir`",
    fix="Work on copies, write files of its own into the run folder, and leave the rest alone.",
)
def check_observing_changes_nothing(subject: ObserverSubject) -> None:
    """Compare the run folder, the arguments, the generators and the settings before and after."""
    run = subject.run()
    before = _contents(run.path)
    arguments = subject.calls(run)
    wanted = copy.deepcopy([_plain(each) for _, each in arguments])
    with observed() as life, watched(3) as draws:
        subject.watch(arguments)
    changed = [name for name, content in before.items() if _contents(run.path).get(name) != content]
    expect(not changed, "the files of the run as they were", f"others: {', '.join(changed)}")
    expect([_plain(each) for _, each in arguments] == wanted, "what it is handed as it was", "changed mappings")
    expect(not draws.names, "no draw from a global generator", draws)
    expect(not life.changed, "every setting of the process as it was", ", ".join(life.changed))
    strays = [path for path in life.written if not within(path, [run.path, *temporary_places()])]
    expect(not strays, "files in the run folder alone", names(strays))


def _plain(arguments: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in arguments.items() if name not in ("run", "error")}


def _contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
