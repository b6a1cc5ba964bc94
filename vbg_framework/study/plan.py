"""What is decided before the first run: arms, replicates, and how the answer is found. Light.

A plan is written to `plan.json` and hashed. Whatever a report says beyond it is marked exploratory.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, NamedTuple

from vbg_framework.base.digest import digest
from vbg_framework.base.version import __version__
from vbg_framework.study.deciding import Deciding


class Trial(NamedTuple):
    """One run of a study: an arm in a replicate."""

    arm: str
    replicate: int

    def __str__(self) -> str:
        return f"{self.arm}/{self.replicate:02d}"


@dataclass(frozen=True)
class Arm:
    """One way to train.

    Args:
        name: its name in the study.
        kind: `augmenter`: what is asked about. `control`: what it is compared with.
        options: the complete experiment; seeds of a replicate are put in.
        copies_of: of a `duplicate` control: the arm whose records, class by class, it has as many copies as.
        plugins: which plugin each component is of; empty in plans of earlier versions.
    """

    name: str
    kind: Literal["augmenter", "control"]
    options: Mapping[str, Any]
    copies_of: str | None = None
    plugins: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Replicate:
    """The seeds all arms share.

    Args:
        number: from 1.
        split_seed: of the division into training, validation and test.
        seed: of generator and classifier.
    """

    number: int
    split_seed: int
    seed: int


@dataclass(frozen=True)
class Plan(Deciding):
    """A study, complete.

    Args:
        study: its name.
        tasks: the tasks that decide, the first of them first in every table.
        metrics: the metrics that decide, likewise.
        alpha: level of the tests.
        margin: differences up to this size count as none.
        split: `resplit` or `fixed`.
        epochs: budget in passes over each arm's records; None = equal steps.
        many, few: training records of frequent and of scarce classes.
        arms: in the order of the report.
        replicates: in order.
        version: of the framework.
        reference: the arm that all other arms are compared with; None = controls only.
        published: `source`, and `arms`: arm -> metric -> what a paper reports; None = nothing.
    """

    study: str
    tasks: tuple[str, ...]
    metrics: tuple[str, ...]
    alpha: float
    margin: float
    split: Literal["resplit", "fixed"]
    epochs: int | None
    many: int
    few: int
    arms: tuple[Arm, ...]
    replicates: tuple[Replicate, ...]
    version: str = __version__
    reference: str | None = None
    published: Mapping[str, Any] | None = None

    @property
    def hash(self) -> str:
        """64 hexadecimal digits; other content, other hash."""
        return digest(self._content())

    def to_json(self) -> dict[str, Any]:
        """The content of `plan.json`; `task` and `metric` are a name, or a list of several."""
        return {"hash": self.hash, **self._content()}

    def _content(self) -> dict[str, Any]:
        names, content = {"tasks": "task", "metrics": "metric"}, asdict(self)
        for arm in content["arms"]:
            if not arm["plugins"]:  # as earlier versions wrote and hashed it
                del arm["plugins"]
        return {names.get(key, key): _one_or_list(value) if key in names else value for key, value in content.items()}

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Plan:
        """A plan as it was written."""
        given = {key: value for key, value in content.items() if key != "hash"}
        arms, replicates = tuple(Arm(**arm) for arm in given.pop("arms")), given.pop("replicates")
        tasks, metrics = _names(given.pop("task")), _names(given.pop("metric"))
        replicates = tuple(Replicate(**each) for each in replicates)
        return cls(tasks=tasks, metrics=metrics, arms=arms, replicates=replicates, **given)

    def arm(self, name: str) -> Arm:
        """The arm of this name."""
        return next(arm for arm in self.arms if arm.name == name)

    def trials(self) -> Iterator[Trial]:
        """All runs, replicate by replicate; copies come after what they copy."""
        arms = sorted(self.arms, key=lambda arm: arm.copies_of is not None)
        return (Trial(arm.name, replicate.number) for replicate in self.replicates for arm in arms)

    def needs(self, trial: Trial) -> Trial | None:
        """The run that must be finished before this one can begin."""
        origin = self.arm(trial.arm).copies_of
        return None if origin is None else Trial(origin, trial.replicate)


def _one_or_list(names: Sequence[str]) -> str | list[str]:
    return names[0] if len(names) == 1 else list(names)


def _names(given: str | Sequence[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)
