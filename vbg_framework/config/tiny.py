"""Any experiment in seconds: every part as small as it can be, on a collection that is drawn. Light.

A smoke test: it shows that the parts of an experiment work together, and says nothing about how well.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from vbg_framework.base.errors import VBGError
from vbg_framework.config.experiment import Experiment, Options
from vbg_framework.config.options import merge, parse_sets, validated
from vbg_framework.config.plugins import Plugins
from vbg_framework.config.registry import Registry, Resolved, resolve
from vbg_framework.contracts.spec import Config

SUFFIX = "+tiny"
"""Ends the name of such an experiment. No registered name ends so: `+` is not allowed there."""
DATA = "mini-museum"
TASKS = 2
TRAIN = {"steps": 8, "batch_size": 8, "micro_batch_size": None, "evaluate_every": 4, "precision": "fp32", "workers": 0}
ROUNDS = {"rounds": 2, "count": 4, "tries": 1}
CLASSES = {"task": None, "quota": None}  # those of the data set that is replaced
COMPONENTS = {"data": "dataset", "fusion": "fusion", "classifier": "classifier", "augmenter": "augmenter"}
"""Key of an experiment -> kind of the one component it holds."""
ABOUT_DATA = ("text", "split", "licences")
"""Options that name fields, splits or licences of the data set that is replaced."""


def tiny(name: str, registry: Registry, plugins: Plugins, sets: Iterable[str] = ()) -> tuple[Resolved, list[str]]:
    """A registered experiment with everything in it made small.

    `sets` choose components before that and change options after it: `encoders.image.type=vit` gives a tiny `vit`, and
    `train.steps=20` twenty steps. If they choose the data, it stays, with the tiny options of its component.

    Returns:
        the experiment, called `<name>+tiny`, and a line for every key that is not as it was registered.

    Raises:
        VBGError: the experiment is unknown or not valid, or the registry has no data set `mini-museum`.
    """
    sets, plugins = list(sets), registry.naming(plugins)
    options, given = registry.options(name, plugins, sets), parse_sets(sets)
    config_path = f"{registry.places['experiments', name]} (--tiny)"
    before = validated(Experiment, options, config_path)
    data = given.get("data")
    keeps_data = isinstance(data, str) or (isinstance(data, Mapping) and "type" in data)
    chosen = before if keeps_data else before.model_copy(update={"data": _drawn(registry)})
    small = merge(_small(chosen, plugins, config_path), _without_choices(given))
    resolved = resolve(name + SUFFIX, small, plugins, config_path)
    short = {key: small[key] for key in (*COMPONENTS, "encoders") if small.get(key) is not None}
    return resolved, _differences(before.model_dump(mode="json"), resolved.options() | short)


def _drawn(registry: Registry) -> Options:
    if DATA not in registry.entries["datasets"]:
        fix = "Choose the data with --set data=NAME."
        raise VBGError("--tiny", f"the registry has no data set '{DATA}'", fix)
    return registry.entries["datasets"][DATA]


def _small(experiment: Experiment, plugins: Plugins, config_path: str) -> Options:
    small = experiment.model_dump(mode="json", exclude={*ABOUT_DATA, "encoders"})
    for key, kind in COMPONENTS.items():
        if small[key] is not None:
            small[key] = _component(kind, small[key], plugins, f"{config_path}.{key}")
    small["encoders"] = {
        modality: _component("encoder", choice, plugins, f"{config_path}.encoders.{modality}")
        for modality, choice in experiment.encoders.items()
    }
    small["tasks"] = _tasks(small["data"], plugins)
    small["train"] |= TRAIN
    small["loop"] |= CLASSES | (_rounds(experiment) if experiment.augmenter else {})
    return small


def _rounds(experiment: Experiment) -> Options:
    """Two short rounds. A judge that has seen so little would drop all there is, so it measures and tells."""
    return ROUNDS | {"verify": experiment.loop.verify and "tell"}


def _component(kind: str, choice: Options, plugins: Plugins, config_path: str) -> Options:
    """The component that is chosen, made small; data is replaced, as tiny files lack the fields of real ones."""
    component, _ = plugins.component(kind, str(choice.get("type")), where=config_path)
    given = {} if kind == "dataset" else {key: value for key, value in choice.items() if key != "type"}
    small = _shrunk(given, component.config, component.tiny)
    try:
        validated(component.config, small, config_path, plugins)
    except VBGError:  # what was chosen contradicts the tiny options, which work by themselves
        small = component.tiny
    return {"type": choice["type"], **small}


def _shrunk(given: Options, config: type[Config], tiny: Mapping[str, Any]) -> Options:
    """The options given, with the tiny ones over them; what is 0, and so switched off, stays so."""
    small = dict(given)
    for key, value in tiny.items():
        before = config.model_fields[key].get_default(call_default_factory=True)
        if isinstance(before, Config) and isinstance(value, Mapping):
            if inner := _shrunk(given.get(key, {}), type(before), value):
                small[key] = inner
        elif given.get(key, before) not in (0, value):
            small[key] = value
    return small


def _tasks(data: Options, plugins: Plugins) -> list[str]:
    """The first tasks of a data set."""
    component, _ = plugins.component("dataset", data["type"], where="--tiny")
    options = {key: value for key, value in data.items() if key != "type"}
    config = validated(component.config, options, f"dataset '{component.name}': its tiny options")
    return [task.name for task in component.load()(config).tasks[:TASKS]]


def _without_choices(given: Mapping[str, Any]) -> Options:
    """What `--set` gives, without the names of components and the nulls, which have done their work by now."""
    kept = {k: v for k, v in given.items() if not (k in COMPONENTS and (v is None or isinstance(v, str)))}
    if isinstance(kept.get("encoders"), Mapping):
        kept["encoders"] = {m: v for m, v in kept["encoders"].items() if isinstance(v, Mapping)}
    return kept


def _differences(before: Options, after: Options) -> list[str]:
    """A line for every key that has another value, with the parts of it that differ."""
    lines = []
    for key, value in after.items():
        if key == "encoders":
            lines += [f"encoders.{modality} {_written(choice)}" for modality, choice in value.items()]
        elif key in COMPONENTS and value != before[key]:
            lines.append(f"{key} {_written(value)}")
        elif isinstance(value, Mapping) and value != before[key]:
            if others := {k: v for k, v in value.items() if not _same(before[key][k], v)}:
                lines.append(f"{key} {_written(others)}")
        elif value != before[key]:
            lines.append(f"{key} {_plain(value)}")
    return lines


def _same(before: Any, after: Any) -> bool:
    """Whether a value stayed; a component given by its name alone is complete afterwards."""
    return before == after or (isinstance(before, str) and isinstance(after, Mapping) and after.get("type") == before)


def _written(options: Mapping[str, Any]) -> str:
    """`vit (dim 32, layers 1)`, or without a type `dim 32, layers 1`."""
    listed = ", ".join(f"{key} {_plain(value)}" for key, value in options.items() if key != "type")
    return f"{options['type']} ({listed})" if "type" in options else listed


def _plain(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False).replace('"', "")
