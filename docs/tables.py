"""Writes the tables of docs/options-*.md from the options' own descriptions: `python docs/tables.py`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from vbg_framework.config.augmentation import LoopConfig, MixConfig
from vbg_framework.config.experiment import (
    AdversarialConfig,
    Experiment,
    InputsConfig,
    SplitConfig,
    TextConfig,
)
from vbg_framework.config.option_words import default, value
from vbg_framework.config.plugins import load_plugins
from vbg_framework.config.study_config import StudyConfig
from vbg_framework.config.train_config import CalibrationConfig, TrainConfig
from vbg_framework.config.tune_config import RangeConfig, TuneConfig
from vbg_framework.contracts.spec import Config

PAGES = sorted(Path(__file__).parent.glob("options-*.md"))
HEAD = "| Key | Value | Default | Meaning |\n| --- | --- | --- | --- |"


CONFIGS = (
    Experiment, LoopConfig, MixConfig, TextConfig, InputsConfig, SplitConfig, TrainConfig, CalibrationConfig,
    AdversarialConfig, StudyConfig, TuneConfig, RangeConfig,
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
    cells = (f"`{key}`", value(option), default(option), option.get("description", "").replace("\n", " "))
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"


if __name__ == "__main__":
    for path in PAGES:
        path.write_text(written(path.read_text(encoding="utf-8")), encoding="utf-8")
