"""Which plugin a component of a run or model is of, in which version, and whether that is the one installed. Light."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from vbg_framework.base.source_code import package_hash
from vbg_framework.config.part import Part, with_held
from vbg_framework.config.plugins import Plugins
from vbg_framework.config.registry import Resolved

KINDS = {"data": "dataset"}
"""Key of an experiment -> kind of its component, where the key is another word."""
FIX = "Predictions may differ; install that version to get the same."
Recorded = Mapping[str, Mapping[str, Any]]


def plugin_versions(resolved: Resolved) -> dict[str, dict[str, str | None]]:
    """Part, also a held one -> `kind`, `type`, `plugin`, `distribution`, `version` and `code` (hash of the package)."""
    return {key: _installed(part) for key, part in with_held(resolved.parts).items()}


def recalled(plugins: Plugins, recorded: Recorded | None, experiment: Mapping[str, Any]) -> Plugins:
    """The plugins, with names of components meaning what they meant when a run or model was made.

    Args:
        plugins: those that are installed.
        recorded: what `plugin_versions` said then; None or empty for a run of an earlier version.
        experiment: its options; earlier versions recorded neither kinds nor types.
    """
    results: dict[tuple[str, str], Mapping[str, Any]] = {}
    for key, about in (recorded or {}).items():
        section, _, modality = key.partition(".")
        given = experiment.get(section) or {}
        given = given.get(modality, {}) if modality and "kind" not in about else given
        kind = about.get("kind") or KINDS.get(section, section.removesuffix("s"))
        results[kind, str(about.get("type") or given.get("type"))] = about
    return replace(plugins, recorded=results)


def version_differences(resolved: Resolved, saved: Recorded, where: str) -> list[str]:
    """One sentence per plugin that is another one than a model was trained with.

    Args:
        resolved: the model's experiment with the plugins that are installed.
        saved: what `plugin_versions` said at its training; empty for a model of an earlier version.
        where: what the sentences begin with, such as `model.json`.
    """
    results: dict[str, list[str]] = {}
    for key, part in with_held(resolved.parts).items():
        for told in _difference(saved[key], _installed(part)) if key in saved else ():
            results.setdefault(told, []).append(_named(key, part))
    return [f"{where}: {_listed(names)} {told}" for told, names in results.items()]


def _named(key: str, part: Part[Any]) -> str:
    """What people call a part: an encoder of an experiment by its modality."""
    section, _, modality = key.partition(".")
    own = modality if section == "encoders" and "." not in modality else part.component.name
    return f"{part.component.kind} '{own}'"


def _installed(part: Part[Any]) -> dict[str, str | None]:
    try:
        code = package_hash(part.component.target.partition(":")[0])
    except ImportError:  # a data set's reader need not be there to predict
        code = None
    return {
        "kind": part.component.kind, "type": part.name, "plugin": part.plugin.name,
        "distribution": part.plugin.distribution, "version": part.plugin.version, "code": code,
    }  # fmt: skip


def _difference(was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    then = f"{was.get('distribution')} {was.get('version')}"
    if was.get("distribution") != now["distribution"]:
        yield f"trained with {then}, installed is {now['distribution']} {now['version']}. {FIX}"
    elif was.get("version") != now["version"]:
        yield f"trained with {then}, installed is {now['version']}. {FIX}"
    elif was.get("code") and now["code"] and was["code"] != now["code"]:
        yield f"trained with other code of {then}. Predictions may differ."


def _listed(names: list[str]) -> str:
    *some, last = names
    return f"{', '.join(some)} and {last} were" if some else f"{last} was"
