"""registry.yaml: names for components, experiments and studies. Light: never imports torch.

Checked in steps (the file's skeleton, then the experiment asked for, then only the components it names), so that a
file which mentions an absent plugin stays readable.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from vbg_framework.base.errors import VBGError, did_you_mean
from vbg_framework.base.yaml_file import read_yaml
from vbg_framework.config.entries import ENTRIES, SECTIONS, check_entry, check_skeleton
from vbg_framework.config.experiment import Experiment, SplitConfig
from vbg_framework.config.modalities import check_modalities
from vbg_framework.config.offers import unknown_blocks
from vbg_framework.config.options import Named, merge, parse_sets, validated
from vbg_framework.config.part import Part, make_part
from vbg_framework.config.plugins import Plugins, load_plugins
from vbg_framework.config.slots import choices, completed

_SINGLE = {  # key of an experiment -> section
    "data": "datasets",
    "fusion": "fusions",
    "classifier": "classifiers",
    "augmenter": "augmenters",
}


@dataclass(frozen=True)
class Resolved:
    """One experiment with every name looked up and every option checked.

    Args:
        name: its name in the registry.
        experiment: its options; those of components are complete.
        parts: `data`, `fusion` (if any), `classifier`, `augmenter` (if any), `encoders.<modality>`, and the keys of
            `slots.choices` -> Part.
    """

    name: str
    experiment: Experiment
    parts: Mapping[str, Part[Any]]

    def encoders(self) -> dict[str, Part[Any]]:
        """Modality -> Part."""
        return {modality: self.parts[f"encoders.{modality}"] for modality in self.experiment.encoders}

    def options(self) -> dict[str, Any]:
        """The complete experiment, ready to be written to `config.yaml` and resolved again."""
        return self.experiment.model_dump(mode="json")


class Registry:
    """The entries of one or more registry files, later files winning name by name."""

    def __init__(self) -> None:
        self.block: list[str] = []
        self.entries: dict[str, dict[str, dict[Any, Any]]] = {key: {} for key in ENTRIES}
        self.troubles: list[VBGError] = []  # with the registries of packages
        self.places: dict[tuple[str, str], str] = {}  # (section, name) -> "registry.yaml: encoders.vit-key"

    @classmethod
    def read(cls, path: Path | None = None) -> Registry:
        """Read the shipped registry, then the user's own: `path`, or `./registry.yaml` if there is one.

        Raises:
            VBGError: a file is missing, not YAML, or not shaped like a registry.
        """
        registry, shipped, own = cls(), shipped_registry(), Path(path or "registry.yaml")
        registry.add(read_yaml(shipped), shipped.name)
        if path is not None or (own.is_file() and own.resolve() != shipped.resolve()):
            registry.add(read_yaml(own), own.name)
        return registry

    def add(self, content: Any, file: str) -> None:
        """Check the skeleton of one file's content and take over its entries."""
        check_skeleton(content, file)
        self.block += content.get("block") or []
        for section, entries in self.entries.items():
            for name, options in (content.get(section) or {}).items():
                config_path = f"{file}: {section}.{name}"
                check_entry(section, name, options, config_path)
                entries[name] = options
                self.places[section, name] = config_path

    def experiment(self, name: str, plugins: Plugins, sets: Iterable[str] = ()) -> Resolved:
        """Look up an experiment, apply `--set` assignments, and check it with every component it names.

        Raises:
            VBGError: naming the entry, the key and what is known instead.
        """
        plugins = self.naming(plugins)
        return resolve(name, self.options(name, plugins, sets), plugins, self._place("experiments", name))

    def naming(self, plugins: Plugins) -> Plugins:
        """The plugins, for components that hold components by names of this registry."""
        return replace(plugins, names={kind: self.entries[section] for section, kind in SECTIONS.items()})

    def options(self, name: str, plugins: Plugins, sets: Iterable[str] = ()) -> dict[str, Any]:
        """The options of an experiment as they stand after `extends` and `--set`, not yet checked."""
        options = self.changed(self._inherit(name, plugins, ()), {}, "--set", plugins)
        for assignment in sets:  # one by one: options of a component may follow its name
            options = self.changed(options, parse_sets([assignment]), "--set", plugins)
        return options

    def changed(
        self, options: Mapping[str, Any], changes: Mapping[str, Any], place: str, plugins: Plugins
    ) -> dict[str, Any]:
        """Options of an experiment with changes on top, in which components may be named; not yet checked."""
        merged = merge(options, self._expand(changes, place, plugins))
        if isinstance(merged.get("encoders"), Mapping):  # null takes an inherited encoder away
            merged["encoders"] = {m: choice for m, choice in merged["encoders"].items() if choice is not None}
        return merged

    def dataset(self, name: str, plugins: Plugins | None = None, sets: Iterable[str] = ()) -> Part[Any]:
        """Look up a registered data set; `plugins` are by default those that the registry does not block."""
        place, options = self._place("datasets", name), merge(self.entries["datasets"][name], parse_sets(sets))
        return make_part("dataset", options, place, self.naming(plugins or load_plugins(self.block)))

    def split(self, name: str, plugins: Plugins) -> SplitConfig | None:
        """How the experiments on a registered data set divide it; None if they disagree, or there are none."""
        results: list[SplitConfig] = []
        for experiment in self.entries["experiments"]:
            with suppress(VBGError):
                options = self.options(experiment, plugins)
                if options.get("data") == self.entries["datasets"][name]:
                    results.append(validated(SplitConfig, options.get("split") or {}, experiment))
        return results[0] if results and all(each == results[0] for each in results) else None

    def problems(self, plugins: Plugins) -> list[VBGError]:
        """Everything wrong with any entry, for `vbg check`."""
        results, plugins = [*self.troubles, *unknown_blocks(plugins, self.block)], self.naming(plugins)
        for section, kind in SECTIONS.items():
            for name, options in self.entries[section].items():
                place = self.places[section, name]
                results += _caught(lambda k=kind, o=options, p=place: make_part(k, o, p, plugins))
        for name in self.entries["experiments"]:
            results += _caught(lambda n=name: self._checked(n, plugins))
        return list({str(error): error for error in results}.values())

    def _checked(self, name: str, plugins: Plugins) -> None:
        """The experiment with encoders that declare nothing asked for what they read."""
        resolved = self.experiment(name, plugins)
        check_modalities(resolved.parts, self._place("experiments", name), load=True)

    def _place(self, section: str, name: str) -> str:
        if name not in self.entries[section]:
            raise VBGError(
                "registry.yaml", f"unknown name '{name}' in {section}", did_you_mean(name, self.entries[section])
            )
        return self.places[section, name]

    def _inherit(self, name: str, plugins: Plugins, children: tuple[str, ...]) -> dict[Any, Any]:
        place = self._place("experiments", name)
        if name in children:
            raise VBGError(place, f"`extends` runs in a circle ({' -> '.join((*children, name))})", "Break it.")
        options = self._expand(self.entries["experiments"][name], place, plugins)
        parent = options.pop("extends", None)
        if parent is None:
            return options
        if parent not in self.entries["experiments"]:
            raise VBGError(
                place,
                f"extends the unknown experiment '{parent}'",
                did_you_mean(str(parent), self.entries["experiments"]),
            )
        inherited = self._inherit(parent, plugins, (*children, name))
        inherited.pop("description", None)
        return merge(inherited, options)

    def _expand(self, options: Mapping[str, Any], config_path: str, plugins: Plugins) -> dict[Any, Any]:
        """Replace names of components by their options."""
        expanded = dict(options)
        for key, section in _SINGLE.items():
            if key in options:
                expanded[key] = self._chosen(section, options[key], f"{config_path}.{key}", plugins)
        if isinstance(options.get("encoders"), Mapping):
            expanded["encoders"] = {
                modality: self._chosen("encoders", choice, f"{config_path}.encoders.{modality}", plugins)
                for modality, choice in options["encoders"].items()
            }
        return expanded

    def _chosen(self, section: str, choice: Any, config_path: str, plugins: Plugins) -> Any:
        """What a name, or `{type: NAME, options}` with the name of an entry that no component has, stands for."""
        if isinstance(choice, str):
            return self._named(section, choice, config_path, plugins)
        name = choice.get("type") if isinstance(choice, Mapping) else None
        components = {component.name for component, _ in plugins.components(SECTIONS[section])}
        if not isinstance(name, str) or name not in self.entries[section] or name in components:
            return choice
        changes = {key: value for key, value in choice.items() if key != "type"}
        return Named(merge(dict(self._named(section, name, config_path, plugins)), changes))

    def _named(self, section: str, name: str, config_path: str, plugins: Plugins) -> Named:
        if name not in self.entries[section]:
            known = did_you_mean(name, self.entries[section])
            raise VBGError(config_path, f"'{name}' is not a name in `{section}`", known)
        options = self.entries[section][name]
        blamed = self.places[section, name]  # the entry, not the experiment
        make_part(SECTIONS[section], options, blamed, self.naming(plugins))
        return Named(options)


def resolve(name: str, options: Mapping[str, Any], plugins: Plugins, where: str, trained: bool = False) -> Resolved:
    """Check the options of one experiment, in which every component is given as `{type: ..., options}`.

    Args:
        name: its name.
        options: as they stand in a registry, complete or not.
        plugins: where components are looked up.
        where: what messages begin with.
        trained: leave out components that matter in training alone, `augmenter` and such as `train.schedule`; they may
            be gone.
    """
    experiment = validated(Experiment, options, where)
    chosen = {"data": ("dataset", experiment.data), "classifier": ("classifier", experiment.classifier)}
    if experiment.fusion is not None:
        chosen["fusion"] = ("fusion", experiment.fusion)
    if experiment.augmenter is not None and not trained:
        chosen["augmenter"] = ("augmenter", experiment.augmenter)
    chosen |= {f"encoders.{m}": ("encoder", choice) for m, choice in experiment.encoders.items()}
    parts = {key: make_part(kind, given, f"{where}.{key}", plugins) for key, (kind, given) in chosen.items()}
    check_modalities(parts, where)
    complete: dict[str, Any] = {key: part.options() for key, part in parts.items() if "." not in key}
    chosen_there = () if trained else choices(experiment, where)
    more = {key: make_part(kind, given, f"{where}.{key}", plugins) for key, kind, given in chosen_there}
    complete |= completed(experiment, {key: part.options() for key, part in more.items()})
    complete["encoders"] = {m: parts[f"encoders.{m}"].options() for m in experiment.encoders}
    return Resolved(name, experiment.model_copy(update=complete), parts | more)


def shipped_registry() -> Path:
    """The registry that comes with the framework: beside the package in a checkout, inside it in a wheel."""
    package = Path(__file__).parents[1]
    inside = package / "registry.yaml"
    return inside if inside.is_file() else package.parent / "registry.yaml"


def _caught(action: Any) -> list[VBGError]:
    try:
        action()
    except VBGError as error:
        return [error]
    return []
