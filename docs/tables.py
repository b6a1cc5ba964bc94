"""Writes the tables of docs/options-*.md from the options' own descriptions: `python docs/tables.py`."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from vbg_framework.config.augmentation import LoopConfig, MixConfig
from vbg_framework.config.experiment import (
    AdversarialConfig,
    CalibrationConfig,
    Experiment,
    SplitConfig,
    TextConfig,
    TrainConfig,
)
from vbg_framework.config.plugins import load_plugins
from vbg_framework.config.study_config import StudyConfig
from vbg_framework.contracts.spec import Config

PAGES = sorted(Path(__file__).parent.glob("options-*.md"))
HEAD = "| Key | Value | Default | Meaning |\n| --- | --- | --- | --- |"
LIMITS = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}


CONFIGS = (
    Experiment, LoopConfig, MixConfig, TextConfig, SplitConfig, TrainConfig, CalibrationConfig, AdversarialConfig,
    StudyConfig,
)  # fmt: skip


def written(page: str) -> str:
    """The page with what stands between its markers written anew.

    `<!-- begin NAME -->` and `<!-- end NAME -->` enclose the options of a config class.
    `<!-- begin components KIND ... -->` encloses those of all components of these kinds.
    """
    parts = {config.__name__: table(config) for config in CONFIGS}
    for name in re.findall("<!-- begin (.+?) -->", page):
        text = "\n\n".join(_components(name.split()[1:])) if name.startswith("components ") else parts[name]
        begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
        page = re.sub(f"{begin}.*?{end}", lambda _, new=f"{begin}\n{text}\n{end}": new, page, flags=re.DOTALL)
    return page


def table(config: type[Config]) -> str:
    """The options of a config class, one row each."""
    return _table(config.model_json_schema())


def _components(kinds: Collection[str]) -> Iterator[str]:
    """A section per component of these kinds that comes with the framework."""
    for component, plugin in load_plugins().components():
        if plugin.distribution != "vbg-framework" or component.kind not in kinds:
            continue
        schema = component.config.model_json_schema()
        yield f"## {component.kind} `{component.name}`\n\n{schema['description']} Plugin `{plugin.name}`."
        yield _table(schema)
        for name, inner in schema.get("$defs", {}).items():
            yield f"`{name}`: {inner['description']}"
            yield _table(inner)


def _table(schema: Mapping[str, Any]) -> str:
    return "\n".join([HEAD, *(_row(key, option) for key, option in schema["properties"].items())])


def _row(key: str, option: Mapping[str, Any]) -> str:
    cells = (f"`{key}`", _value(option), _default(option), option.get("description", "").replace("\n", " "))
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"


def _value(option: Mapping[str, Any]) -> str:
    """What may stand there, in words."""
    if "anyOf" in option:
        found = [_value(choice) for choice in option["anyOf"]]
        return " or ".join(word for word in found if word != "string" or "name or options" not in found)
    if "enum" in option:
        return ", ".join(f"`{word}`" for word in option["enum"])
    if "$ref" in option:
        return f"options of `{option['$ref'].rpartition('/')[2]}`"
    if option["type"] == "array":
        inner, count = (
            (option["prefixItems"][0], f"{option['minItems']} ") if "prefixItems" in option else (option["items"], "")
        )
        if "anyOf" in inner:
            return f"list: each {_value(inner)}"
        return f"list of {count}{re.sub('^[a-z]+', lambda word: word[0] + 's', _value(inner))}"
    if option["type"] == "object":  # pydantic's `dict[str, Any]` is how an experiment holds a component
        inner = option["additionalProperties"]
        return "name or options" if inner is True else f"mapping: {_value(inner)}"
    limits = [f"{sign} {option[limit]:g}" for limit, sign in LIMITS.items() if limit in option]
    return f"{option['type']} {', '.join(limits)}".strip()


def _default(option: Mapping[str, Any]) -> str:
    if "default" not in option:
        return "required"
    default = option["default"]
    if isinstance(default, str) and default:
        return f"`{default}`"
    return "see below" if "$ref" in option else f"`{json.dumps(default)}`"


if __name__ == "__main__":
    for path in PAGES:
        path.write_text(written(path.read_text(encoding="utf-8")), encoding="utf-8")
