"""The form of a registry file: its sections, and the names and options in them. Light."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from vbg_framework.base.errors import VBGError, did_you_mean

SECTIONS = {  # section -> kind of the components it names
    "encoders": "encoder",
    "fusions": "fusion",
    "augmenters": "augmenter",
    "classifiers": "classifier",
    "datasets": "dataset",
}
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9.]+)*")
ENTRIES = (*SECTIONS, "experiments", "studies")
_KEYS = ("version", "block", *ENTRIES)


def check_skeleton(content: Any, file: str) -> None:
    """The sections of a registry file, and what kinds of value stand in them.

    Raises:
        VBGError: a key is unknown or has a value of another kind.
    """
    if not isinstance(content, Mapping):
        raise VBGError(file, f"expected keys and values, got {type(content).__name__}", "Start with `version: 1`.")
    if content.get("version") != 1:
        raise VBGError(file, f"version must be 1, got {content.get('version')!r}", "Write `version: 1`.")
    for key in content:
        if key not in _KEYS:
            raise VBGError(file, f"unknown key '{key}'", did_you_mean(str(key), _KEYS))
    block = content.get("block") or []
    if not (isinstance(block, list) and all(isinstance(name, str) for name in block)):
        raise VBGError(
            f"{file}: block",
            f"expected a list of plugin names, got {str(block)[:60]!r}",
            "Example: `block: [some_plugin]`.",
        )
    for section in ENTRIES:
        if not isinstance(content.get(section) or {}, Mapping):
            raise VBGError(
                f"{file}: {section}", f"expected names and options, got {content[section]!r}", "Use a mapping."
            )


def check_entry(section: str, name: Any, options: Any, config_path: str) -> None:
    """The name of one entry, and that it has options.

    Raises:
        VBGError: the name is not kebab-case, or the options are not keys and values.
    """
    if not (isinstance(name, str) and NAME.fullmatch(name)):
        raise VBGError(config_path, f"names are kebab-case, got {name!r}", "Example: vit-base.")
    if not isinstance(options, Mapping):
        raise VBGError(config_path, f"expected options, got {options!r}", "Write `{type: ..., ...}`.")
    if section in SECTIONS and not isinstance(options.get("type"), str):
        raise VBGError(config_path, "key 'type' is missing", "Name the component: `type: ...`.")
