"""YAML 1.2 as users expect it: `1e-3` is a number, `no` a word; a key given twice or `.inf` is an error. Light."""

from __future__ import annotations

import re
from math import isfinite
from pathlib import Path
from typing import Any

import yaml

from vbg_framework.base.errors import VBGError
from vbg_framework.base.regular_file import regular

MOST = 1_000_000
"""Values a document may hold, each counted as often as an alias repeats it."""

# The core schema of YAML 1.2 (section 10.3.2); PyYAML's own resolvers follow YAML 1.1.
_SCALARS = {
    "bool": (r"true|True|TRUE|false|False|FALSE", "tTfF"),
    "int": (r"[-+]?[0-9]+|0x[0-9a-fA-F]+", "-+0123456789"),
    "float": (
        r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf)|\.(?:nan|NaN)",
        "-+.0123456789",
    ),
    "null": (r"~|null|Null|NULL|", ["~", "n", "N", ""]),
}


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # libyaml is five times as fast
    yaml_implicit_resolvers: dict[Any, Any] = {}

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(None, None, f"key '{key}' is given twice", key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep)


for _tag, (_pattern, _first) in _SCALARS.items():
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), list(_first))


class _Words(_Loader):
    """Leaves every scalar the text it is."""

    yaml_implicit_resolvers: dict[Any, Any] = {}


def _construct_int(loader: _Loader, node: yaml.ScalarNode) -> int:
    text = loader.construct_scalar(node)
    return int(text, 16) if text.startswith("0x") else int(text)  # 010 is ten


def _construct_float(loader: _Loader, node: yaml.ScalarNode) -> float:
    number = loader.construct_yaml_float(node)
    if not isfinite(number):
        raise yaml.constructor.ConstructorError(None, None, f"{node.value} is no finite number", node.start_mark)
    return float(number)


_Loader.add_constructor("tag:yaml.org,2002:int", _construct_int)
_Loader.add_constructor("tag:yaml.org,2002:float", _construct_float)


def parse_yaml(text: str, where: str, *, words: bool = False) -> Any:
    """Parse one YAML document.

    Args:
        where: the name of its source, for messages.
        words: whether numbers and the like stay the text they are: `007`, not 7.

    Raises:
        VBGError: it is not YAML, or a key is given twice; the message names the line.
    """
    try:
        return _load(_Words(text) if words else _Loader(text))
    except yaml.MarkedYAMLError as error:
        if "maximum nesting depth" in (error.problem or ""):  # of libyaml
            raise _nested(where) from None
        mark = error.problem_mark
        line = f":{mark.line + 1}" if mark else ""
        raise VBGError(f"{where}{line}", f"not valid YAML ({error.problem})", "Correct the line.") from None
    except (yaml.YAMLError, ValueError, TypeError) as error:
        raise VBGError(where, f"not valid YAML ({error})", "Correct the file.") from None
    except RecursionError:
        raise _nested(where) from None


def _nested(where: str) -> VBGError:
    return VBGError(where, "its values are nested too deep", "Take out brackets or levels of indentation.")


def _load(loader: _Loader) -> Any:
    """The one document of a loader, a SafeLoader: it constructs plain values only."""
    try:
        node = loader.get_single_node()
        if node is None:
            return None
        if _size(node, {}) > MOST:
            raise ValueError(f"its aliases repeat values until there are more than {MOST:,}")
        return loader.construct_document(node)
    finally:
        loader.dispose()


def _size(node: yaml.Node, known: dict[int, int]) -> int:
    """How many values a node stands for; one that holds itself never ends."""
    if id(node) not in known:
        known[id(node)] = MOST + 1
        parts = [part for pair in node.value for part in pair] if isinstance(node, yaml.MappingNode) else node.value
        inside = parts if isinstance(node, yaml.CollectionNode) else ()
        known[id(node)] = 1 + sum(_size(part, known) for part in inside)
    return known[id(node)]


def read_yaml(path: Path, *, words: bool = False) -> Any:
    """Read and parse a file.

    Args:
        words: see `parse_yaml`.

    Raises:
        VBGError: the file is missing, not UTF-8 or not valid YAML.
    """
    try:
        return parse_yaml(regular(path).read_text(encoding="utf-8-sig"), path.name, words=words)
    except FileNotFoundError:
        raise VBGError(str(path), "no such file", "Check the path.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise VBGError(str(path), f"cannot be read ({error})", "Check the file.") from None


def dump_yaml(value: Any) -> str:
    """Write plain values as YAML, keys in their order."""
    return yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)


class _Dumper(yaml.SafeDumper):
    """Quotes what PyYAML would write plainly or fold, but `parse_yaml` would read as something else."""


def _represent_str(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    tag = "tag:yaml.org,2002:str"
    folded = any(sign in text for sign in "\x85\u2028\u2029")  # line breaks to YAML 1.1
    resolver: Any = _Loader("")  # without annotations
    plain = resolver.resolve(yaml.ScalarNode, text, (True, False)) == tag  # 1E3 is a number to us, not to PyYAML
    return dumper.represent_scalar(tag, text, style=None if plain and not folded else '"')


_Dumper.add_representer(str, _represent_str)
