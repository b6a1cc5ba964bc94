"""Entries of the registry that plugins bring along: a `registry.yaml` beside their `__init__.py`. Light.

They are called `<distribution>.<entry>`, such as `vbg-sounds.instrument-sound`. A file that is wrong costs its own
entries.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from vbg_framework.base.errors import VBGError
from vbg_framework.base.yaml_file import read_yaml
from vbg_framework.config.entries import ENTRIES, check_entry, check_skeleton
from vbg_framework.config.offers import SHIPPED
from vbg_framework.config.plugins import Plugins, PluginStatus

FILE = "registry.yaml"
NAMES = {  # key of an experiment or study -> section whose entries it names
    "data": "datasets",
    "fusion": "fusions",
    "classifier": "classifiers",
    "augmenter": "augmenters",
    "extends": "experiments",
    "experiment": "experiments",
}
Entry = tuple[str, str, dict[str, Any], str]


def package_entries(plugins: Plugins) -> tuple[list[Entry], list[VBGError]]:
    """(section, name, options, place) of all entries of loaded plugins, and what is wrong with files of others."""
    entries: list[Entry] = []
    problems: list[VBGError] = []
    for status in plugins.statuses:
        file = _file(plugins, status)
        if file is None:
            continue
        try:
            entries += _read(file, _prefix(status))
        except VBGError as error:
            whose = _prefix(status)
            where = error.where if error.where.startswith(whose) else f"{whose}: {error.where}"
            problems.append(VBGError(where, error.what, error.fix))
    return entries, problems


def _file(plugins: Plugins, status: PluginStatus) -> Path | None:
    """The registry of a plugin that is a package of somebody else, if it has one."""
    if status.status != "loaded" or status.distribution == SHIPPED:
        return None
    full, short = (plugins.manager.get_plugin(name) for name in (status.full_name, status.name))
    source = Path(getattr(full or short, "__file__", None) or "")
    file = source.with_name(FILE)
    return file if source.name == "__init__.py" and file.is_file() else None


def _prefix(status: PluginStatus) -> str:
    return re.sub(r"[^a-z0-9.]+", "-", status.distribution.lower())


def _read(file: Path, prefix: str) -> list[Entry]:
    where = f"{prefix}: {file.name}"
    content = read_yaml(file)
    check_skeleton(content, where)
    if content.get("block"):
        raise VBGError(f"{where}: block", "a package blocks no others", "Take it away.")
    own = {section: {*(content.get(section) or {})} for section in ENTRIES}
    results: list[Entry] = []
    for section in ENTRIES:
        for name, options in (content.get(section) or {}).items():
            config_path = f"{where}: {section}.{name}"
            check_entry(section, name, options, config_path)
            written = _own(options, own, prefix) if section in ("experiments", "studies") else dict(options)
            results.append((section, f"{prefix}.{name}", written, config_path))
    return results


def _own(value: Any, own: Mapping[str, Collection[str]], prefix: str) -> Any:
    """Options in which the short names of the package's own entries are written out."""
    if isinstance(value, list):
        return [_own(each, own, prefix) for each in value]
    if not isinstance(value, Mapping):
        return value
    return {key: _named(key, inner, own, prefix) for key, inner in value.items()}


def _named(key: str, value: Any, own: Mapping[str, Collection[str]], prefix: str) -> Any:
    if isinstance(value, str):
        return f"{prefix}.{value}" if value in own.get(NAMES.get(key, ""), ()) else value
    if key == "encoders" and isinstance(value, Mapping):
        words = {m: f"{prefix}.{each}" for m, each in value.items() if isinstance(each, str) and each in own[key]}
        return {**_own(value, own, prefix), **words}
    return _own(value, own, prefix)
