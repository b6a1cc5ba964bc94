"""Which version of which plugin a model was trained with, and whether that is the one installed. Light."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from vbg_framework.base.source_code import package_hash
from vbg_framework.config.registry import Part, Resolved

KINDS = {"data": "dataset", "fusion": "fusion", "classifier": "classifier"}
"""Parts that decide what a model says, beside its encoders; an augmenter had its say before."""
FIX = "Predictions may differ; install that version to get the same."


def plugin_versions(resolved: Resolved) -> dict[str, dict[str, str | None]]:
    """Part -> `distribution`, `version` and `code` (hash of the package) of the plugin that offers its component."""
    return {key: _installed(part) for key, part in resolved.parts.items() if _named(key, part)}


def version_differences(resolved: Resolved, saved: Mapping[str, Mapping[str, Any]], where: str) -> list[str]:
    """One sentence per plugin that is another one than a model was trained with.

    Args:
        resolved: the model's experiment with the plugins that are installed.
        saved: what `plugin_versions` said at its training; empty for a model of an earlier version.
        where: what the sentences begin with, such as `model.json`.
    """
    found: dict[str, list[str]] = {}
    for key, part in resolved.parts.items():
        name, was = _named(key, part), saved.get(key)
        if name and was is not None:
            for told in _difference(was, _installed(part)):
                found.setdefault(told, []).append(name)
    return [f"{where}: {_listed(names)} {told}" for told, names in found.items()]


def _named(key: str, part: Part) -> str:
    """What people call a part; empty for one that does not matter here."""
    kind, _, modality = key.partition(".")
    if kind == "encoders":
        return f"encoder '{modality}'"
    return f"{KINDS[kind]} '{part.component.name}'" if kind in KINDS else ""


def _installed(part: Part) -> dict[str, str | None]:
    try:
        code = package_hash(part.component.target.partition(":")[0])
    except ImportError:  # a data set's reader need not be there to predict
        code = None
    return {"distribution": part.plugin.distribution, "version": part.plugin.version, "code": code}


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
