"""The door: finds, checks and loads plugins from installed entry points. Light: never imports torch.

pluggy keeps the hook specifications, validates implementations and calls them. Loading is ours, because a broken
plugin must become a line in a list instead of the end of the program.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from importlib.metadata import Distribution, EntryPoint, entry_points
from pathlib import Path
from typing import Any

import pluggy
from packaging.requirements import Requirement

from vbg_framework.base.errors import did_you_mean
from vbg_framework.base.shortage import pass_on
from vbg_framework.base.version import __version__
from vbg_framework.config.offers import chosen, fits
from vbg_framework.contracts import hookspecs
from vbg_framework.contracts.spec import Component

FILES = "VBG_FILES"
"""Environment variable: plugins that are single files, also for processes that are started; `vbg plugin run-file`."""
_BLOCKED: set[str] = set()


@dataclass(frozen=True)
class PluginStatus:
    """One line of `vbg plugins`: what was found, whether it loaded, what it offers or why it does not."""

    name: str
    distribution: str
    version: str
    status: str  # loaded | failed | blocked
    components: tuple[Component, ...] = ()
    error: str = ""
    blocked: tuple[Component, ...] = ()  # components that `block` keeps out, one by one

    @property
    def full_name(self) -> str:
        """`distribution:name`, which no other plugin has."""
        return f"{self.distribution}:{self.name}"


@dataclass
class Plugins:
    """All plugins of this installation, loaded once per process, and what else decides what a name means.

    Args:
        manager: pluggy's manager, holding the plugins that loaded.
        statuses: one entry per plugin found, sorted by name.
        report: where an observer's failure is told; by default printed to the standard error stream.
        names: kind -> name in a registry -> its options, for components that hold components.
        recorded: (kind, type) -> what a run or model recorded of the plugin of that component; None = nothing is
            recorded yet, so a name that two plugins offer is refused.
    """

    manager: pluggy.PluginManager
    statuses: list[PluginStatus]
    report: Callable[[str], None] = lambda line: print(line, file=sys.stderr)
    names: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    recorded: Mapping[tuple[str, str], Mapping[str, Any]] | None = None

    def components(self, kind: str | None = None) -> list[tuple[Component, PluginStatus]]:
        """Every component of one kind (or of all), with the plugin that offers it, sorted by kind and name."""
        results = [(c, s) for s in self.statuses for c in s.components if kind in (None, c.kind)]
        return sorted(results, key=lambda pair: (pair[0].kind, pair[0].name))

    def component(self, kind: str, name: str, *, where: str) -> tuple[Component, PluginStatus]:
        """The one component of that kind and name.

        Args:
            name: `concat`, or `plugin:concat` where several plugins offer it.
            where: what to blame in the message, for example `registry.yaml: encoders.vit-key`.

        Raises:
            VBGError: nobody offers it, more than one plugin does, or the one that a run recorded is not installed.
        """
        return chosen(self, kind, name, where)

    def notify(self, hook: str, **arguments: Any) -> None:
        """Call an observer hook on every plugin; one that raises is told once and dropped."""
        everyone = self.manager.get_plugins()
        for name, plugin in self.manager.list_name_plugin():
            try:
                self.manager.subset_hook_caller(hook, [p for p in everyone if p is not plugin])(**arguments)
            except (Exception, SystemExit) as error:  # an observer must not stop the run, whatever it does
                self.report(f"plugin {name}: {hook} failed ({error!r}). It is ignored from here on; the run goes on.")
                self.manager.unregister(name=name)


def load_plugins(block: Iterable[str] = (), found: Iterable[EntryPoint] | None = None) -> Plugins:
    """Load every installed plugin that is not blocked.

    Args:
        block: plugins not even to import, by name or `distribution:name`, and `plugin:component` of single components
            to leave out; the environment variable `VBG_BLOCK` (comma separated) adds to them.
        found: the entry points to load; by default those of the group `vbg_framework`.
    """
    blocked = set(block) | {name.strip() for name in os.environ.get("VBG_BLOCK", "").split(",")}
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    found = _found() if found is None else found
    ordered = sorted(found, key=lambda point: (point.name, _read(point.dist).name if point.dist else ""))
    return Plugins(manager, [_load(manager, point, blocked) for point in ordered])


@cache
def installed() -> Plugins:
    """All installed plugins that neither the environment nor the registry in use blocks, loaded once per process."""
    return load_plugins(_BLOCKED)


def keep_blocked(block: Iterable[str]) -> None:
    """Have `installed` leave out what a registry blocks, from now on."""
    if {*block} != _BLOCKED:
        _BLOCKED.clear()
        _BLOCKED.update(block)
        installed.cache_clear()


def _found() -> list[EntryPoint]:
    """Installed plugins, and single files: a file takes the place of an installed one of its name."""
    files = [Path(file) for file in os.environ.get(FILES, "").split(os.pathsep) if file]
    sys.path[:0] = [folder for file in files if (folder := str(file.parent)) not in sys.path]
    single = {file.stem: EntryPoint(file.stem, file.stem, hookspecs.PROJECT) for file in files}
    return [point for point in entry_points(group=hookspecs.PROJECT) if point.name not in single] + [*single.values()]


@dataclass(frozen=True)
class _About:
    """What the metadata of a distribution say; `unmet`: why it does not go with this framework."""

    name: str
    version: str
    unmet: str = ""


@lru_cache(maxsize=64)
def _read(distribution: Distribution) -> _About:
    """Read once for all plugins of a distribution: its metadata are parsed anew by every look at them."""
    unmet = filter(None, map(_unmet, distribution.requires or []))
    return _About(distribution.name, distribution.version, next(unmet, ""))


def _unmet(line: str) -> str:
    """What is wrong with one requirement of a plugin, as far as this framework can tell."""
    try:
        need = Requirement(line)
        fits = need.marker is None or need.marker.evaluate({"extra": ""})
    except ValueError as error:  # not a requirement, or a marker that compares what cannot be compared
        return f"requirement '{line}' cannot be read: {error}"
    if need.name == "vbg-framework" and fits and not need.specifier.contains(__version__, prereleases=True):
        return f"needs {line}, this is {__version__}"
    return ""


def _load(manager: pluggy.PluginManager, point: EntryPoint, blocked: set[str]) -> PluginStatus:
    about = _read(point.dist) if point.dist else _About("?", "?")
    status = PluginStatus(point.name, about.name, about.version, "loaded")
    if {point.name, status.full_name} & blocked:
        return replace(status, status="blocked")
    name = point.name if not manager.has_plugin(point.name) else status.full_name
    try:
        if about.unmet:
            raise RuntimeError(about.unmet)
        with redirect_stdout(sys.stderr):  # what it prints is no part of what a command prints
            plugin = point.load()
            manager.register(plugin, name=name)
            _check_hooks(manager, plugin)
            manager.check_pending()
            declared = _declared(manager, name)
    except (Exception, SystemExit) as error:  # whatever a plugin does at import must not stop the others
        pass_on(error)
        if manager.has_plugin(name):
            manager.unregister(name=name)
        return replace(status, status="failed", error=f"{type(error).__name__}: {error}")
    out = tuple(component for component in declared if any(fits(each, component, status) for each in blocked))
    return replace(status, components=tuple(c for c in declared if c not in out), blocked=out)


def _check_hooks(manager: pluggy.PluginManager, plugin: object) -> None:
    """A misspelt hook is never called, so it is a mistake."""
    known = {name for name in vars(hookspecs) if name.startswith("vbg_")}
    for caller in manager.get_hookcallers(plugin) or ():
        if caller.name not in known:
            raise ValueError(f"unknown hook '{caller.name}'. {did_you_mean(caller.name, known)}")


def _declared(manager: pluggy.PluginManager, name: str) -> tuple[Component, ...]:
    """What this plugin alone declares, checked."""
    others = [plugin for other, plugin in manager.list_name_plugin() if other != name]
    answers = manager.subset_hook_caller("vbg_components", others)()
    components = tuple(component for answer in answers for component in answer)
    for component in components:
        if not isinstance(component, Component):
            raise TypeError(f"vbg_components must return Component instances, got {component!r}")
    names = [(c.kind, c.name) for c in components]
    if len(set(names)) < len(names):
        raise ValueError("vbg_components declares one component twice")
    return components
