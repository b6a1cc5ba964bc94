"""What may stand in an option, in words, from its JSON schema. Light."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from vbg_framework.config.part import HOLDS
from vbg_framework.contracts.spec import Component

LIMITS = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}
Schema = Mapping[str, Any]


def value(option: Schema) -> str:
    """What may stand there: `integer ≥ 1`, `list of strings`, `linear, rbf`, `options of Style`."""
    if HOLDS in option:
        return f"component of kind {option[HOLDS]}"
    if choices := option.get("anyOf") or option.get("oneOf"):
        words = [value(choice) for choice in choices]
        return " or ".join(word for word in words if word != "string" or "name or options" not in words)
    if "enum" in option:
        return ", ".join(f"`{word}`" for word in option["enum"])
    if "const" in option:
        return f"`{option['const']}`"
    if "$ref" in option:
        return f"options of `{option['$ref'].rpartition('/')[2]}`"
    if option.get("type") == "array":
        return _list(option)
    if option.get("type") == "object":  # pydantic's `dict[str, Any]` is how an experiment holds a component
        inner = option.get("additionalProperties", True)
        return "name or options" if inner is True else f"mapping: {value(inner)}"
    limits = [f"{sign} {option[limit]:g}" for limit, sign in LIMITS.items() if limit in option]
    return f"{option.get('type', 'anything')} {', '.join(limits)}".strip()


def default(option: Schema) -> str:
    """Its default, or `required`."""
    if "default" not in option:
        return "required"
    given = option["default"]
    if isinstance(given, str) and given:
        return f"`{given}`"
    return "see below" if "$ref" in option else f"`{json.dumps(given, ensure_ascii=False)}`"


def sections(component: Component) -> Iterator[tuple[str, str, Schema]]:
    """The options of a component, then those of the classes among them: (class, what it is, option -> schema)."""
    schema = component.config.model_json_schema()
    for name, inner in {"": schema, **schema.get("$defs", {})}.items():
        if "properties" in inner or not name:
            yield name, inner.get("description", ""), inner.get("properties", {})


def _list(option: Schema) -> str:
    if "prefixItems" in option:
        inner, count = option["prefixItems"][0], f"{option['minItems']} "
    else:
        inner, count = option.get("items", {}), ""
    if inner == {}:
        return "list"
    if "anyOf" in inner and HOLDS not in inner:
        return f"list: each {value(inner)}"
    return f"list of {count}{re.sub('^[a-z]+', lambda word: word[0].rstrip('s') + 's', value(inner))}"
