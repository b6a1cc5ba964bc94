"""The JSON schema of registry.yaml, for editors. Light."""

from __future__ import annotations

from typing import Any, get_args

from vbg_framework.config.entries import NAME, SECTIONS
from vbg_framework.config.experiment import Experiment
from vbg_framework.config.offers import clashes, qualified
from vbg_framework.config.part import HOLDS, MissingImage
from vbg_framework.config.plugins import Plugins, PluginStatus
from vbg_framework.config.slots import LISTS, SLOTS
from vbg_framework.config.study_config import StudyConfig
from vbg_framework.contracts.spec import KINDS, Component


def registry_schema(plugins: Plugins) -> dict[str, Any]:
    """JSON schema (draft 2020-12) of a registry file, knowing the options of every loaded component."""
    definitions: dict[str, Any] = {}
    properties: dict[str, Any] = {
        "version": {"const": 1},
        "block": {
            "type": "array",
            "items": {"type": "string"},
            "description": "Plugins not even to import, and single components as plugin:component.",
        },
    }
    for kind in KINDS:
        definitions[kind] = {
            "oneOf": [_component(*each, definitions, plugins) for each in plugins.components(kind)] or [False]
        }
        definitions[f"{kind} name"] = {"enum": [c.name for c, _ in plugins.components(kind)] or [None]}
    for section, kind in SECTIONS.items():
        properties[section] = {"type": "object", "additionalProperties": {"$ref": f"#/$defs/{kind}"}}
    properties["experiments"] = {"type": "object", "additionalProperties": _experiment(definitions)}
    properties["studies"] = {"type": "object", "additionalProperties": _study(definitions)}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "VBG Framework registry",
        "type": "object",
        "required": ["version"],
        "additionalProperties": False,
        "properties": properties,
        "$defs": definitions,
    }


def _component(
    component: Component, plugin: PluginStatus, definitions: dict[str, Any], plugins: Plugins
) -> dict[str, Any]:
    own = f"{component.kind}.{plugin.name}.{component.name}"  # two plugins may use one name for a nested class
    schema = component.config.model_json_schema(ref_template=f"#/$defs/{own}.{{model}}")
    definitions |= {f"{own}.{name}": _held(inner) for name, inner in schema.pop("$defs", {}).items()}
    names = [qualified(component, plugin)]
    if f"{component.kind} {component.name}" not in dict(clashes(plugins)):
        names.insert(0, component.name)
    schema["properties"] = {"type": {"enum": names}, **_held(schema.get("properties", {}))}
    if component.kind == "dataset":
        schema["properties"]["corrections"] = {"type": ["string", "null"], "description": "Table of corrected labels."}
        schema["properties"]["modalities"] = {
            "type": "object",
            "description": "Options of modalities that plugins offer, by name.",
            "additionalProperties": {"type": ["object", "null"]},
        }
        message = "What becomes of a record whose picture is missing."
        schema["properties"]["missing_image"] = schema["properties"].get("missing_image") or {
            "enum": [*get_args(MissingImage), None],
            "description": message,
        }
    schema["required"] = ["type", *schema.get("required", [])]
    return schema


def _experiment(definitions: dict[str, Any]) -> dict[str, Any]:
    schema = Experiment.model_json_schema(ref_template="#/$defs/{model}")
    definitions.update(schema.pop("$defs", {}))
    single = {"data": "dataset", "fusion": "fusion", "classifier": "classifier", "augmenter": "augmenter"}
    for key, kind in single.items():
        schema["properties"][key] = _choice(kind, schema["properties"][key])
    for key, kind in (SLOTS | LISTS).items():
        _slot(key, kind, schema, definitions)
    schema["properties"]["encoders"]["additionalProperties"] = _choice("encoder", {})
    schema["properties"]["extends"] = {"type": "string", "description": "The experiment this one starts from."}
    schema.pop("required")  # a child inherits what it does not give
    return schema


def _slot(key: str, kind: str, schema: dict[str, Any], definitions: dict[str, Any]) -> None:
    """Let a key of an experiment hold the name of a component of this kind, or its options."""
    section, _, last = key.rpartition(".")
    home = definitions[schema["properties"][section]["$ref"].rpartition("/")[2]] if section else schema
    choice = [{"$ref": f"#/$defs/{kind} name"}, {"$ref": f"#/$defs/{kind}"}]
    option = home["properties"][last]
    (option["items"] if option.get("type") == "array" else option)["anyOf"] = choice


def _study(definitions: dict[str, Any]) -> dict[str, Any]:
    schema = StudyConfig.model_json_schema(ref_template="#/$defs/{model}")
    definitions.update(schema.pop("$defs", {}))
    changes = {"type": "object", "properties": _experiment(definitions)["properties"], "additionalProperties": False}
    schema["properties"]["base"] |= changes
    schema["properties"]["arms"]["additionalProperties"] = changes
    return schema


def _held(schema: Any) -> Any:
    """A schema in which options that hold a component know those that may stand there."""
    if isinstance(schema, list):
        return [_held(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if kind := schema.get(HOLDS):
        about = {key: value for key, value in schema.items() if key not in (HOLDS, "anyOf")}
        return {**about, "anyOf": [{"type": "string"}, {"$ref": f"#/$defs/{kind}"}]}
    return {key: _held(value) for key, value in schema.items()}


def _choice(kind: str, described: dict[str, Any]) -> dict[str, Any]:
    """A name, a component's options, or some options: of what is inherited, or of the entry that `type` names."""
    named = {"$ref": f"#/$defs/{kind} name"}
    options = [
        {"type": "string"},
        {"type": "null"},
        {"$ref": f"#/$defs/{kind}"},
        {"type": "object", "properties": {"type": {"pattern": f"^{NAME.pattern}$", "not": named}}},
    ]
    return {"description": described.get("description", ""), "anyOf": options}
