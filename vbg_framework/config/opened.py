"""What most work begins with: the registry, and the plugins that it does not block. Light."""

from __future__ import annotations

from pathlib import Path

from vbg_framework.config.package_entries import package_entries
from vbg_framework.config.plugins import Plugins, keep_blocked, load_plugins
from vbg_framework.config.registry import Registry


def open_registry(path: Path | None = None) -> tuple[Registry, Plugins]:
    """Read the registry, load the plugins that it does not block, and take over the entries that these bring along.

    From then on `installed` leaves out what the registry blocks, too.

    Args:
        path: see `Registry.read`.

    Raises:
        VBGError: see `Registry.read`.
    """
    registry = Registry.read(path)
    keep_blocked(registry.block)
    plugins = load_plugins(registry.block)
    entries, registry.troubles = package_entries(plugins)
    for section, name, options, place in entries:
        if name not in registry.entries[section]:
            registry.entries[section][name] = options
            registry.places[section, name] = place
    return registry, plugins
