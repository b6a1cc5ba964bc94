"""One component in full: what it is, whose it is, every option. Light: its class is read from source, not imported."""

from __future__ import annotations

import ast
import inspect
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from vbg_framework.base.errors import VBGError, did_you_mean
from vbg_framework.base.printable import printable
from vbg_framework.cli.print_table import print_table
from vbg_framework.config.offers import clashes, fits, qualified
from vbg_framework.config.option_words import default, sections, value
from vbg_framework.config.plugins import Plugins, PluginStatus
from vbg_framework.contracts.spec import KINDS, Component

Offer = tuple[Component, PluginStatus]


def found(plugins: Plugins, word: str) -> list[Offer]:
    """The components that `NAME`, `KIND:NAME` or `PLUGIN:NAME` means.

    Raises:
        VBGError: there is none.
    """
    kind, _, name = word.rpartition(":")
    offers = [each for each in plugins.components() if _meant(word, kind, name, *each)]
    if not offers:
        known = {component.name for component, _ in plugins.components()}
        raise VBGError("vbg components", f"unknown kind or component '{word}'", did_you_mean(name, {*known, *KINDS}))
    return offers


def show(plugins: Plugins, component: Component, plugin: PluginStatus) -> None:
    """Print a component."""
    twice = f"{component.kind} {component.name}" in dict(clashes(plugins))
    names = [qualified(component, plugin)] if twice else [component.name, qualified(component, plugin)]
    print(f"{component.kind} {component.name}\n")
    print(docstring(component.target), end="\n\n")
    about = {
        "plugin": f"{plugin.name} ({plugin.distribution} {plugin.version})",
        "written": " or ".join(f"type: {name}" for name in names),
        "class": component.target,
    } | ({"needs": component.hint} if component.hint else {})
    print_table(None, list(about.items()))
    for name, described, options in sections(component):
        print(f"\n{name or 'Options'}: {described}" if described else f"\n{name or 'Options'}")
        for key, option in options.items():
            given = default(option)
            message = f"{value(option)}, {given if given == 'required' else f'default {given}'}"
            print(f"  {key}: {printable(message.replace('`', ''))}")
            print_table(None, [("   ", _line(option))])


def about(component: Component, plugin: PluginStatus) -> dict[str, Any]:
    """The same, ready for JSON."""
    return {
        "kind": component.kind, "name": component.name, "qualified": qualified(component, plugin),
        "plugin": plugin.name, "distribution": plugin.distribution, "version": plugin.version,
        "target": component.target, "hint": component.hint, "description": docstring(component.target),
        "tiny": component.tiny, "options": component.config.model_json_schema(),
    }  # fmt: skip


def docstring(target: str) -> str:
    """The docstring of the class `module:Class`, read from its source; empty if there is none."""
    module, _, name = target.partition(":")
    try:
        spec = find_spec(module)  # imports the packages above, which only declare
        tree = ast.parse(Path(spec.origin if spec and spec.origin else "").read_bytes())
    except (ImportError, OSError, SyntaxError, ValueError):
        return ""
    classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and node.name == name]
    return inspect.cleandoc(ast.get_docstring(classes[0]) or "") if classes else ""


def _meant(word: str, kind: str, name: str, component: Component, plugin: PluginStatus) -> bool:
    return (kind in ("", component.kind) and component.name == name) or fits(word, component, plugin)


def _line(option: dict[str, Any]) -> str:
    return (option.get("description") or "").replace("\n", " ")
