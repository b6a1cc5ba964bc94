"""What a plugin declares: a `Component` with its `Config`. Light: never imports torch."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict

from vbg_framework.base.errors import VBGError

Kind = Literal[
    "encoder", "fusion", "augmenter", "classifier", "dataset",
    "metric", "schedule", "optimizer", "sampler", "loss", "calibration",
    "control", "report_section", "exporter", "writer", "modality",
]  # fmt: skip
KINDS: tuple[str, ...] = get_args(Kind)


class Config(BaseModel):
    """Base class of every component's options.

    Frozen, refuses unknown keys, and turns the docstring under each field into its description, which
    editors show beside `registry.yaml`.
    """

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        use_attribute_docstrings=True,
        protected_namespaces=(),
        allow_inf_nan=False,
        validate_default=True,  # also a default that names a component
    )


@dataclass(frozen=True)
class Component:
    """One thing a plugin offers.

    Args:
        kind: which interface `target` implements.
        name: what users write after `type:`, in lower snake case.
        config: the pydantic class that describes and checks its options.
        target: `"module:Class"`, imported only when a run needs it.
        tiny: options of the smallest instance that works offline; or several such options, of which the kit checks all
            and everybody else takes the first. `--tiny` puts them over the options chosen: name sizes and steps, and
            set to None what brings in weights or names of the data's fields.
        hint: how to install what the target needs, for example `pip install "vbg-framework[xgboost]"`.
        modalities: what an encoder reads, or a data set's records can have; or a function that tells it from the
            options. Then mistakes are found without importing the target. Empty = not told.

    Raises:
        ValueError: a field is malformed; the loader reports it as the plugin's failure.
    """

    kind: Kind
    name: str
    config: type[Config]
    target: str
    tiny: Any = field(default_factory=dict)
    hint: str = ""
    modalities: Collection[str] | Callable[[Any], Collection[str]] = ()
    tinies: tuple[dict[str, Any], ...] = field(init=False, default=(), repr=False, compare=False)
    """All that `tiny` was given; `tiny` itself is the first."""

    def __post_init__(self) -> None:
        given: Any = self.tiny
        several = tuple(given) if isinstance(given, list | tuple) and given else (given,)
        object.__setattr__(self, "tinies", several)
        object.__setattr__(self, "tiny", several[0])
        if not all(isinstance(each, dict) for each in several):
            raise ValueError(f"component {self.name!r}: tiny must be options or a list of options, got {given!r}")
        if self.kind not in KINDS:
            raise ValueError(f"component {self.name!r}: kind must be one of {', '.join(KINDS)}, got {self.kind!r}")
        if not re.fullmatch(r"[a-z][a-z0-9_]*", self.name):
            raise ValueError(f"component name must be lower_snake_case, got {self.name!r}")
        if not (isinstance(self.config, type) and issubclass(self.config, Config)):
            raise ValueError(f"component {self.name!r}: config must be a subclass of Config, got {self.config!r}")
        if not re.fullmatch(r"[\w.]+:\w+", self.target):
            raise ValueError(f"component {self.name!r}: target must be 'module:Class', got {self.target!r}")

    def load(self) -> type[Any]:
        """Import and return the class behind `target`.

        Raises:
            VBGError: the module or one of its requirements is missing, or it fails on import.
        """
        module, _, attribute = self.target.partition(":")
        try:
            return getattr(importlib.import_module(module), attribute)
        except (Exception, SystemExit) as error:  # third-party import code may raise anything
            fix = f"Install it with: {self.hint}" if self.hint else "Report it to the plugin's author."
            raise VBGError(f"{self.kind} '{self.name}'", f"cannot load {self.target} ({error})", fix) from error
