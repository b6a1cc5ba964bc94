"""One component chosen and configured: of an experiment, or held by another component. Light."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, Generic, Literal, TypeVar, get_args

from pydantic_core import core_schema

from vbg_framework.base.errors import VBGError, did_you_mean
from vbg_framework.config.options import HERE, Misplaced, validated
from vbg_framework.config.plugins import Plugins, PluginStatus, installed
from vbg_framework.contracts.modality import OWN
from vbg_framework.contracts.spec import KINDS, Component, Config

K = TypeVar("K")
MissingImage = Literal["keep", "quarantine"]
"""What becomes of a record whose picture is missing."""
HOLDS = "holds"
"""Key of a JSON schema: the kind of the component that stands there."""


@dataclass(frozen=True)
class Part(Generic[K]):
    """A component with its options, and the type of an option that holds one: `Part[Literal["encoder"]]`.

    Such an option takes a name of the registry or `{type: ..., options}`, also in lists, mappings and nested `Config`
    classes. It is checked before a run starts, and its options are recorded with the run and the model.

    Args:
        component: what was chosen.
        config: its options, complete.
        plugin: who offers it.
        corrections: of a data set: its table of corrected labels, which the framework reads.
        modalities: of a data set: those of its records that plugins offer, by name.
        missing_image: of a data set: what becomes of a record whose picture is missing, see `prepare`.
        type: its name as it was given, `plugin:component` or `component`; empty = the latter.
    """

    component: Component
    config: Config
    plugin: PluginStatus
    corrections: str | None = None
    missing_image: MissingImage | None = None
    type: str = ""
    modalities: Mapping[str, Part[Any]] = field(default_factory=dict)

    def __class_getitem__(cls, kind: Any) -> Any:
        word = kind if isinstance(kind, str) else next(iter(get_args(kind)), kind)
        if word not in KINDS:
            raise TypeError(f"Part[...] takes a kind of component, got {word!r}. {did_you_mean(str(word), KINDS)}")
        return Annotated[cls, Held(word)]

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        raise TypeError('an option that holds a component names its kind: Part[Literal["encoder"]]')

    def __repr__(self) -> str:
        return f"Part({self.component.kind}, {self.options()})"

    @property
    def name(self) -> str:
        """The name as it was given."""
        return self.type or self.component.name

    def options(self) -> dict[str, Any]:
        """Its complete options as they would stand in a registry."""
        more: dict[str, Any] = {"corrections": self.corrections, "missing_image": self.missing_image}
        more |= {"modalities": {name: part.options() for name, part in self.modalities.items()}}
        given = {key: value for key, value in more.items() if value}
        return {"type": self.name, **self.config.model_dump(mode="json"), **given}

    def load(self) -> Any:
        """The class of the component; see `Component.load`."""
        return self.component.load()

    def make(self, **facts: Any) -> Any:
        """A new instance. Random weights follow torch's global generator, which the framework has seeded.

        Args:
            facts: what the interface of its kind asks for beside the options, such as `assets` of an encoder, `dims` of
                a fusion, `dim` and `tasks` of a classifier.
        """
        return self.load()(self.config, **facts)


@dataclass(frozen=True)
class Held:
    """Tells pydantic what `Part[...]` takes: a name of the registry, `{type: ..., options}`, or a `Part`."""

    kind: str

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        written = core_schema.plain_serializer_function_ser_schema(Part.options)
        return core_schema.with_info_plain_validator_function(self._part, serialization=written)

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        return {"anyOf": [{"type": "string"}, {"type": "object", "required": ["type"]}], HOLDS: self.kind}

    def _part(self, value: Any, info: Any) -> Part[Any]:
        plugins = info.context or installed()
        try:
            if isinstance(value, Part) and value.component.kind == self.kind:
                return value
            if isinstance(value, str):
                return _named(self.kind, value, plugins)
            if isinstance(value, Mapping):
                return make_part(self.kind, value, HERE, plugins)
        except VBGError as error:
            raise Misplaced(error) from None
        fix = f"Name an entry of the registry, or write `{{type: ..., options}}` of a component of kind {self.kind}."
        raise Misplaced(VBGError(HERE, f"expected a component of kind {self.kind}, got {value!r}", fix))


def make_part(kind: str, options: Mapping[str, Any], config_path: str, plugins: Plugins) -> Part[Any]:
    """Look up the component behind `{type: ..., options}` and check its options.

    Args:
        kind: what it must be, such as `dataset`.
        options: as they stand in a registry.
        config_path: what messages name.
        plugins: where it is looked up.

    Raises:
        VBGError: there is no such component, or it has other options.
    """
    options = dict(options)
    if not isinstance(options.get("type"), str):
        raise VBGError(config_path, f"key 'type' is missing, got {options}", "Name the component: `type: ...`.")
    name = options.pop("type")
    component, plugin = plugins.component(kind, name, where=config_path)
    corrections = options.pop("corrections", None) if kind == "dataset" else None
    if not isinstance(corrections, str | None):
        raise VBGError(f"{config_path}.corrections", f"expected a path, got {corrections!r}", "Name one table.")
    is_shared = kind == "dataset" and "missing_image" not in component.config.model_fields  # or it means its own
    missing = options.pop("missing_image", None) if is_shared else None
    if missing not in (None, *get_args(MissingImage)):
        raise VBGError(
            f"{config_path}.missing_image", f"unknown word, got {missing!r}", "Write `keep` or `quarantine`."
        )
    given = options.pop("modalities", None) if kind == "dataset" else None
    config = validated(component.config, options, config_path, plugins)
    part: Part[Any] = Part(component, config, plugin, corrections, missing, name)
    return replace(part, modalities=_modalities(part, given or {}, f"{config_path}.modalities", plugins))


def held(value: Any, key: str = "") -> Iterator[tuple[str, Part[Any]]]:
    """The components among options, and those among theirs, with the dotted place of each."""
    if isinstance(value, Part):
        yield key, value
        yield from held(value.config, key)
        yield from held(value.modalities, below(key, "modalities"))
    elif isinstance(value, Config):
        for name in type(value).model_fields:
            yield from held(getattr(value, name), below(key, name))
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from held(inner, below(key, name))
    elif isinstance(value, list | tuple | set | frozenset):
        for index, inner in enumerate(value):
            yield from held(inner, below(key, index))


def with_held(parts: Mapping[str, Part[Any]]) -> dict[str, Part[Any]]:
    """Parts, and all that they hold: `classifier`, `classifier.members.ridge`."""
    return {place: each for key, part in parts.items() for place, each in held(part, key)}


def below(key: str, name: Any) -> str:
    """The dotted place of something in what stands at `key`."""
    return f"{key}.{name}" if key else str(name)


def _modalities(part: Part[Any], given: Any, config_path: str, plugins: Plugins) -> dict[str, Part[Any]]:
    """The modalities of a data set's records that plugins offer: those it declares, and those that have options."""
    if not (isinstance(given, Mapping) and all(isinstance(options, Mapping | None) for options in given.values())):
        raise VBGError(
            config_path, f"expected modality -> options, got {given!r}", "Example: `modalities: {audio: {}}`."
        )
    names = sorted({*(told(part.component, part.config) if part.component.kind == "dataset" else ()), *given} - {*OWN})
    if strange := sorted({*given} & {*OWN}):
        raise VBGError(f"{config_path}.{strange[0]}", "is known by the framework and has no options", "Take it away.")
    options = {name: {"type": name, **(given.get(name) or {})} for name in names}
    return {name: make_part("modality", each, f"{config_path}.{name}", plugins) for name, each in options.items()}


def told(component: Component, config: Config) -> Collection[str]:
    """The modalities that a component declares with these options; empty = it does not say."""
    given = component.modalities
    return given(config) if callable(given) else given


def _named(kind: str, name: str, plugins: Plugins) -> Part[Any]:
    """What a name of the registry means; of a kind that has no section there, the component of that name."""
    if kind not in plugins.names:
        return make_part(kind, {"type": name}, HERE, plugins)
    entries = plugins.names[kind]
    if entries.get(name, {}) is None:
        raise VBGError(HERE, f"'{name}' holds itself", "Name another component.")
    if name not in entries:
        component = any(each.name == name for each, _ in plugins.components(kind))
        fix = f"Write `{{type: {name}}}`." if component else did_you_mean(name, entries)
        raise VBGError(HERE, f"'{name}' is no {kind} in the registry", fix)
    within = replace(plugins, names={**plugins.names, kind: {**entries, name: None}})
    return make_part(kind, entries[name], HERE, within)
