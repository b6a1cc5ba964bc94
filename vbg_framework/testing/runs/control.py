"""What a control of studies promises."""

from __future__ import annotations

import copy
import json
from typing import Any

from vbg_framework.config.experiment import Experiment
from vbg_framework.config.options import merge, validated
from vbg_framework.config.study_config import StudyConfig
from vbg_framework.testing.check import NotApplicable, expect, promise

PART = {"type": "any"}
BOTH: dict[str, Any] = {
    "data": PART, "tasks": ["form", "glaze"], "encoders": {"image": PART, "text": PART}, "fusion": PART,
    "classifier": PART, "augmenter": None,
}  # fmt: skip
BASES = {
    "of pictures and texts": BOTH,
    "of pictures alone": {**BOTH, "encoders": {"image": PART}, "fusion": None},
    "with classes made scarce": {**BOTH, "split": {"scarce": {"classes": 2, "keep": 4}}},
}
"""Experiments without an augmenter, as studies begin with."""


def bases(control: Any) -> dict[str, dict[str, Any]]:
    """Those in which the control applies, with what all arms change because of it."""
    study = StudyConfig(experiment="any", arms={"arm": {}}).model_dump()
    made = {name: merge(base, control.for_all(copy.deepcopy(base), study)) for name, base in BASES.items()}
    results = {name: base for name, base in made.items() if control.applies(copy.deepcopy(base))}
    if not results:
        raise NotApplicable("it applies to none of the experiments that are tried")
    return results


def changed(base: dict[str, Any], changes: Any) -> dict[str, Any]:
    """The experiment with the changes; null takes an encoder away."""
    made: dict[str, Any] = merge(base, changes)
    made["encoders"] = {modality: choice for modality, choice in made["encoders"].items() if choice is not None}
    return made


@promise(
    "control",
    "The changes make a valid experiment, wherever the control applies.",
    cause="a misspelt key, or a modality that is taken away although it is the only one",
    fix="Return keys of an experiment, and say in `applies` what it takes.",
)
def check_changes_are_valid(subject: Any) -> None:
    """Apply them to experiments of pictures, of pictures and texts, and with classes made scarce."""
    control = subject.build()
    for name, base in bases(control).items():
        validated(Experiment, changed(base, control.changes(copy.deepcopy(base))), f"the experiment {name}")


@promise(
    "control",
    "The changes follow from the experiment alone, are ready for JSON, and leave what they were given as it is.",
    cause="a draw, a class in place of its name, or `base[...] = ...`",
    fix="Build a new mapping of strings, numbers, lists and mappings.",
)
def check_changes_are_plain_and_repeatable(subject: Any) -> None:
    """Ask twice, and compare."""
    for name, base in bases(subject.build()).items():
        given = copy.deepcopy(base)
        first, second = (subject.build().changes(given) for _ in range(2))
        expect(given == base, f"the experiment {name} as it was", "a changed one")
        expect(json.loads(json.dumps(first)) == second, f"the changes {first}", second)
