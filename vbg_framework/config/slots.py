"""Where an experiment chooses components that no section of a registry names, such as `train.metric`. Light.

A bare name is the component of that name with its default options; `{type: ..., options}` gives options.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from vbg_framework.base.errors import VBGError

if TYPE_CHECKING:
    from vbg_framework.contracts.spec import Config

Choice = str | dict[str, Any]
SLOTS = {
    "train.metric": "metric",
    "train.schedule": "schedule",
    "train.optimizer": "optimizer",
    "train.sampling": "sampler",
    "calibration.method": "calibration",
}
"""Key of an experiment -> kind of the component that is chosen there."""
LISTS = {"metrics": "metric", "report": "report_section"}
"""Key of an experiment -> kind of the components that are listed there."""


def named(choice: Choice) -> str:
    """The name of a chosen component; empty if none is given."""
    return choice if isinstance(choice, str) else str(choice.get("type") or "")


def spelt_out(choice: Choice) -> dict[str, Any]:
    """`{type: ..., options}` of a choice."""
    return {"type": choice} if isinstance(choice, str) else choice


def short(options: Mapping[str, Any]) -> Choice:
    """The choice that means these complete options: a bare name where there are none."""
    return dict(options) if len(options) > 1 else str(options["type"])


def choices(experiment: Config, config_path: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(key, kind, options) of every component that is chosen; the key of one in a list ends with its name.

    Raises:
        VBGError: a list names one twice.
    """
    for key, kind in SLOTS.items():
        if (choice := _at(experiment, key)) is not None:
            yield key, kind, spelt_out(choice)
    for key, kind in LISTS.items():
        names = [named(choice) for choice in _at(experiment, key)]
        if twice := [name for name in names if names.count(name) > 1]:
            raise VBGError(f"{config_path}.{key}", f"names '{twice[0]}' twice", "Leave one of them out.")
        yield from ((f"{key}.{named(choice)}", kind, spelt_out(choice)) for choice in _at(experiment, key))


def completed(experiment: Config, options: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """What to update an experiment with, so that every choice is complete.

    Args:
        experiment: the experiment.
        options: key, as `choices` gives it -> the complete options.
    """
    results: dict[str, Any] = {
        key: [short(options.get(f"{key}.{named(c)}", spelt_out(c))) for c in _at(experiment, key)] for key in LISTS
    }
    for key in (key for key in SLOTS if key in options):
        section, _, last = key.rpartition(".")
        inner = results.get(section) or getattr(experiment, section)
        results[section] = inner.model_copy(update={last: short(options[key])})
    return results


def _at(experiment: Any, key: str) -> Any:
    for part in key.split("."):
        experiment = getattr(experiment, part)
    return experiment
