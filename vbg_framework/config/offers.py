"""Which component a name means, where several plugins may offer it. Light.

The full name of a component is `distribution:plugin:component`. People write its end, as much of it as tells it from
others: `concat`, or `plugin:concat`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from vbg_framework.base.errors import VBGError, did_you_mean
from vbg_framework.contracts.spec import Component

if TYPE_CHECKING:
    from vbg_framework.config.plugins import Plugins, PluginStatus

    Offer = tuple[Component, PluginStatus]

SHIPPED = "vbg-framework"
"""The distribution of the plugins that come with the framework."""


def fits(name: str, component: Component, plugin: PluginStatus) -> bool:
    """Whether a qualified name means this component; for a bare one see `chosen`."""
    return ":" in name and f":{plugin.distribution}:{plugin.name}:{component.name}".endswith(f":{name}")


def qualified(component: Component, plugin: PluginStatus) -> str:
    """The name that tells it from components of other plugins."""
    return f"{plugin.name}:{component.name}"


def chosen(plugins: Plugins, kind: str, name: str, where: str) -> Offer:
    """What `Plugins.component` returns and raises."""
    offers = [each for each in plugins.components(kind) if each[0].name == name or fits(name, *each)]
    if plugins.recorded is not None:
        offers = _recorded(offers, plugins, kind, name, where)
    if len(offers) == 1:
        return offers[0]
    if offers:
        names = [qualified(*each) for each in _ours_first(offers)]
        owners = " and ".join(f"{s.name} ({s.distribution})" for _, s in offers)
        fix = f"Write `type: {' or '.join(names)}`, or block one (`block: [{names[-1]}]`)."
        if len(set(names)) < len(names):
            fix = "Block all but one of these plugins."
        raise VBGError(where, f"{kind} type '{name}' is offered by {owners}", fix)
    known = {c.name for c, _ in plugins.components(kind)}
    if ":" in name:
        known |= {qualified(*each) for each in plugins.components(kind)}
    raise VBGError(
        where,
        f"unknown {kind} type '{name}'{_absent(plugins, kind, name)}",
        did_you_mean(name, known) + _failed(plugins),
    )


def clashes(plugins: Plugins) -> Iterator[tuple[str, list[str]]]:
    """`kind name` that several plugins offer -> their qualified names."""
    results: dict[str, list[str]] = {}
    for component, plugin in _ours_first(plugins.components()):
        results.setdefault(f"{component.kind} {component.name}", []).append(qualified(component, plugin))
    yield from ((what, names) for what, names in sorted(results.items()) if len(names) > 1)


def unknown_blocks(plugins: Plugins, block: Sequence[str]) -> list[VBGError]:
    """One error per name on `block` that nothing installed has: a misspelt one would block nothing, without a word."""
    results = []
    known = {name for status in plugins.statuses for name in (status.name, status.full_name)}
    offered = {qualified(c, status) for status in plugins.statuses for c in (*status.components, *status.blocked)}
    for name in block:
        unread = [
            s.name for s in plugins.statuses if s.status != "loaded" and name.startswith((f"{s.name}:", s.full_name))
        ]
        meant = any(fits(name, c, status) for status in plugins.statuses for c in status.blocked)
        if name not in known and not meant and not unread:
            fix = did_you_mean(name, known | offered if ":" in name else {status.name for status in plugins.statuses})
            results.append(VBGError("registry.yaml: block", f"no plugin or component '{name}' is installed", fix))
    return results


def _ours_first(offers: Sequence[Offer]) -> list[Offer]:
    """The framework's before others, so that it is another one that a message proposes to block."""
    return sorted(offers, key=lambda offer: offer[1].distribution != SHIPPED)


def _recorded(offers: Sequence[Offer], plugins: Plugins, kind: str, name: str, where: str) -> list[Offer]:
    """The offers of the plugin that a run recorded; of a run that recorded none, those of the framework."""
    record = (plugins.recorded or {}).get((kind, name))
    if record is None:
        return [each for each in offers if each[1].distribution == SHIPPED] or list(offers)
    plugin, distribution = record.get("plugin"), record.get("distribution")
    moved = [each for each in offers if plugin in (each[1].name, None)]
    there = [each for each in offers if each[1].distribution == distribution]
    results = [each for each in moved if each in there] or moved or there
    if not results:
        raise VBGError(where, *_missing(record, kind, name, plugins))
    return results


def _missing(record: Mapping[str, Any], kind: str, name: str, plugins: Plugins) -> tuple[str, str]:
    """What is wrong and what to do where the plugin that a run recorded does not offer its component any more."""
    distribution, version = record.get("distribution"), record.get("version")
    of = f"{kind} '{name}' is of plugin {record.get('plugin', '?')} ({distribution} {version})"
    if absent := _absent(plugins, kind, name):
        return f"{of}{absent}", "Take it off `block` in the registry and VBG_BLOCK."
    for status in plugins.statuses:
        if status.name == record.get("plugin") and status.distribution == distribution:
            if status.status == "failed":
                return f"{of}, which failed to load ({status.error})", "Mend or update it."
            if status.status == "blocked":
                return f"{of}, which is blocked", "Take it off `block` in the registry and VBG_BLOCK."
            return f"{of}, of which {status.version} is installed and lacks it", f"Install {distribution}=={version}."
    return f"{of}, which is not installed", f"Install it with: pip install {distribution}=={version}"


def _absent(plugins: Plugins, kind: str, name: str) -> str:
    """That a component is blocked, as part of a sentence; else empty."""
    for status in plugins.statuses:
        for component in status.blocked:
            if component.kind == kind and (component.name == name or fits(name, component, status)):
                return f", which is blocked as {qualified(component, status)}"
    return ""


def _failed(plugins: Plugins) -> str:
    failed = [f"{s.name} ({s.error})" for s in plugins.statuses if s.status == "failed"]
    return f" Plugins that failed to load: {'; '.join(failed)}" if failed else ""
