"""Which components a word on the command line means: those of a folder, a plugin, or of one name. Light."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Sequence
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

from vbg_framework.base.errors import VBGError, did_you_mean
from vbg_framework.config.plugins import Plugins, PluginStatus, load_plugins
from vbg_framework.contracts.hookspecs import PROJECT
from vbg_framework.contracts.spec import Component

Examined = Component | Any
"""What can be checked: a component, or the hooks of a plugin in its place."""


def inside(folder: Path) -> list[Examined]:
    """The components of a package that need not be installed: its pyproject.toml names the modules that declare them.

    Puts the folder (and its `src`, if there is one) on the path, so that the components can be imported.

    Raises:
        VBGError: it is no package of a plugin, or the plugin does not load.
    """
    file = folder / "pyproject.toml"
    try:
        project = tomllib.loads(file.read_text(encoding="utf-8")).get("project", {})
    except (OSError, ValueError) as error:
        raise VBGError(str(file), f"cannot be read ({error})", "Correct it.") from None
    points = project.get("entry-points", {}).get(PROJECT, {})
    if not points:
        raise VBGError(str(file), "names no plugin", f"Add [project.entry-points.{PROJECT}].")
    sys.path[:0] = [str(place.resolve()) for place in (folder / "src", folder) if place.is_dir()]
    results = [EntryPoint(name, module, PROJECT) for name, module in points.items()]
    plugins = load_plugins(found=results)
    return _offered(str(folder), plugins.statuses, plugins)


def installed(name: str, plugins: Plugins) -> list[Examined]:
    """The components of an installed plugin or distribution, or else those that are called so.

    Raises:
        VBGError: there is none, or the plugin did not load.
    """
    named = [status for status in plugins.statuses if name in (status.name, status.distribution, status.full_name)]
    if named:
        return _offered(name, named, plugins)
    components = [component for component, _ in plugins.components() if component.name == name]
    if components:
        return components
    known = {word for status in plugins.statuses for word in (status.name, *(c.name for c in status.components))}
    what = f"no plugin or component '{name}' is installed, and no folder of that name holds a pyproject.toml"
    raise VBGError("vbg plugin check", what, did_you_mean(name, known))


def _offered(where: str, statuses: Sequence[PluginStatus], plugins: Plugins) -> list[Examined]:
    for status in statuses:
        if status.status == "failed":
            raise VBGError(where, f"plugin {status.name} does not load ({status.error})", "Correct it.")
        if status.status == "blocked":
            raise VBGError(
                where, f"plugin {status.name} is blocked", "Take it off `block` in the registry and VBG_BLOCK."
            )
    from vbg_framework.testing.runs.observer import watcher  # imports torch

    results = [watcher(plugins.manager.get_plugin(status.name), status.name) for status in statuses]
    offered = [*(part for status in statuses for part in status.components), *(each for each in results if each)]
    if not offered:
        fix = "A plugin returns components from `vbg_components`, or implements other hooks, marked with @hookimpl."
        raise VBGError(where, "declares no component and no hook, so there is nothing to check", fix)
    return offered
