"""What every component promises, whatever its kind."""

from __future__ import annotations

import inspect
import pickle
from typing import Any

from pydantic import BaseModel, ValidationError

from vbg_framework.contracts.calibration import Calibration
from vbg_framework.contracts.control import Control
from vbg_framework.contracts.estimator import EstimatorClassifier
from vbg_framework.contracts.exporter import Exporter
from vbg_framework.contracts.interfaces import Augmenter, Classifier, Encoder, Fusion
from vbg_framework.contracts.loss import Loss
from vbg_framework.contracts.metric import Metric
from vbg_framework.contracts.modality import Modality
from vbg_framework.contracts.optimizer import Optimizer
from vbg_framework.contracts.record import Dataset
from vbg_framework.contracts.report_section import ReportSection
from vbg_framework.contracts.sampler import Sampler
from vbg_framework.contracts.schedule import Schedule
from vbg_framework.contracts.writer import Writer
from vbg_framework.testing.check import expect, promise
from vbg_framework.testing.subject import Subject

INTERFACES: dict[str, tuple[type[Any], ...]] = {
    "encoder": (Encoder,),
    "fusion": (Fusion,),
    "classifier": (Classifier, EstimatorClassifier),
    "augmenter": (Augmenter,),
    "dataset": (Dataset,),
    "metric": (Metric,),
    "schedule": (Schedule,),
    "sampler": (Sampler,),
    "loss": (Loss,),
    "calibration": (Calibration,),
    "optimizer": (Optimizer,),
    "control": (Control,),
    "report_section": (ReportSection,),
    "exporter": (Exporter,),
    "writer": (Writer,),
    "modality": (Modality,),
}


@promise(
    "all",
    "The class behind a component can be imported.",
    cause="a misspelt `target`, or a requirement that is not installed",
    fix="Correct `target`, state the requirement in pyproject.toml, and put the install command into `hint`.",
)
def check_target_loads(subject: Subject) -> None:
    """Import it."""
    result = subject.component.load()
    expect(inspect.isclass(result), f"a class behind {subject.component.target}", result)


@promise(
    "all",
    "The class implements the interface of its kind.",
    cause="it inherits from something else, or a method is missing or misspelt",
    fix="Inherit from the class of `vbg_framework` and implement its abstract methods; an augmenter needs `generate` or"
    " `transform`.",
)
def check_interface_is_implemented(subject: Subject) -> None:
    """Look at its base class, and for abstract methods that are left."""
    wanted = INTERFACES[subject.component.kind]
    names = " or ".join(each.__name__ for each in wanted)
    expect(issubclass(subject.kind, wanted), f"a subclass of {names}", f"{subject.kind.__mro__[1].__name__}'s")
    left = sorted(getattr(subject.kind, "__abstractmethods__", ()))
    expect(not left, "every abstract method implemented", f"none of {', '.join(left)}")
    if issubclass(subject.kind, Augmenter):
        ways = ("generate", "transform", "resample")
        own = [name for name in ways if getattr(subject.kind, name) is not getattr(Augmenter, name)]
        expect(own, "`generate`, `transform` or `resample`", "none of them")


@promise(
    "all",
    "The tiny options are valid, and so are the defaults where no option is required.",
    cause="a validator that refuses the defaults, or `tiny` left behind when options were renamed",
    fix='Correct `tiny` in the `Component`, or give options: conformance(plugin, options={"name": {...}}).',
)
def check_defaults_are_valid(subject: Subject) -> None:
    """Make the config from `tiny`, and from nothing."""
    expect(isinstance(subject.config, subject.component.config), "an instance of the config", subject.config)
    required = [name for name, field in subject.component.config.model_fields.items() if field.is_required()]
    if required or subject.component.kind == "dataset":  # a data set may need either of two options
        return
    try:
        subject.component.config()
    except ValidationError as error:
        expect(False, f"{subject.component.config.__name__}() to be valid", error)


@promise(
    "all",
    "Options survive JSON: they are stored with every run and read again.",
    cause="a field of a type that JSON does not know, or a validator that changes what it is given",
    fix="Use strings, numbers, lists, mappings and nested `Config` classes.",
)
def check_options_survive_json(subject: Subject) -> None:
    """Write them to JSON and read them again."""
    text = subject.config.model_dump_json()
    again = type(subject.config).model_validate_json(text)
    expect(again == subject.config, f"the options {text}", again.model_dump_json())


@promise(
    "all",
    "An unknown option is refused, so that a misspelt one does not pass unnoticed.",
    cause="`model_config` of the config class allows extra keys",
    fix="Remove `extra` from `model_config`; nested classes inherit from `Config` as well.",
)
def check_unknown_options_are_refused(subject: Subject) -> None:
    """Add one to the tiny options."""
    try:
        subject.component.config(**{**subject.config.model_dump(), "no_such_option": 1})
    except ValidationError:
        return
    expect(False, "`no_such_option` to be refused", "it was taken")


@promise(
    "all",
    "Every option is described: by a docstring under its field.",
    cause="a field without a docstring, perhaps in a nested class",
    fix="Write a docstring under the field: what it does, its unit, and what null means.",
)
def check_options_are_described(subject: Subject) -> None:
    """Look through the schema, nested classes included."""
    bare = list(dict.fromkeys(_undescribed(subject.component.config)))
    expect(not bare, "a description of every option", f"none of {', '.join(bare)}")


def _undescribed(config: type[BaseModel]) -> list[str]:
    schema = config.model_json_schema()
    parts = {config.__name__: schema, **schema.get("$defs", {})}
    return [
        f"{name}.{key}"
        for name, part in parts.items()
        for key, option in part.get("properties", {}).items()
        if not option.get("description", "").strip()
    ]


@promise(
    "all",
    "Options can be pickled: other processes get them.",
    cause="a field that holds a function, an open file or a lock",
    fix="Keep plain values in the config and make the rest in `__init__`.",
)
def check_options_are_picklable(subject: Subject) -> None:
    """Pickle and unpickle them."""
    again = pickle.loads(pickle.dumps(subject.config))
    expect(again == subject.config, "the same options", again)


@promise(
    "all",
    "With its tiny options a component works offline.",
    cause="weights or a vocabulary that are fetched in `__init__`, or a `tiny` that names something on a hub",
    fix="Fetch in `prepare` or `pretrain`, and only if the options name a source; let `tiny` name none.",
)
def check_works_offline(subject: Subject) -> None:
    """Do everything a run does before training, with the network refused."""
    _ = subject.life
    expect(not subject.contacts, "no contact with another machine", ", ".join(dict.fromkeys(subject.contacts)))
