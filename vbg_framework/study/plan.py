"""What is decided before the first run: arms, replicates, and how the answer is found. Light.

A plan is written to `plan.json` and hashed. Whatever a report says beyond it is marked exploratory.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
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
        tune: `trials`, `metric`, `seed`, and `space`: option -> what may be tried; None = it is taken as it stands.
    """

    name: str
    kind: Literal["augmenter", "control"]
    options: Mapping[str, Any]
    copies_of: str | None = None
    plugins: Mapping[str, Any] = field(default_factory=dict)
    tune: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Replicate:
    """The seeds all arms share.

    Args:
        number: from 1.
        split_seed: of the division into training, validation and test.
        seed: of generator and classifier, and of which objects of scarce classes are kept.
        fold: of K-fold cross-validation: which part is for testing, from 1; None = a division of its own.
    """

    number: int
    split_seed: int
    seed: int
    fold: int | None = None

    @property
    def division(self) -> tuple[int, int | None]:
        """Replicates that share it have the same test objects."""
        return self.split_seed, self.fold


@dataclass(frozen=True)
class Later:
    """What was added to a plan after results were seen, so that it is exploratory.

    Args:
        hash: of the plan before.
        arms: names of arms.
        replicates: numbers of replicates.
    """

    hash: str
    arms: tuple[str, ...] = ()
    replicates: tuple[int, ...] = ()

    def __str__(self) -> str:
        parts = (("arm", self.arms), ("replicate", self.replicates))
        return " and ".join(counted(what, names) for what, names in parts if names)


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
        later: what was added after results were seen; None = nothing.
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
    later: Later | None = None

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
            if arm["tune"] is None:
                del arm["tune"]
        for replicate in content["replicates"]:
            if replicate["fold"] is None:
                del replicate["fold"]
        if content["later"] is None:
            del content["later"]
        return {names.get(key, key): _one_or_list(value) if key in names else value for key, value in content.items()}

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Plan:
        """A plan as it was written."""
        given = {key: value for key, value in content.items() if key != "hash"}
        arms, replicates = tuple(Arm(**arm) for arm in given.pop("arms")), given.pop("replicates")
        tasks, metrics = _names(given.pop("task")), _names(given.pop("metric"))
        replicates = tuple(Replicate(**each) for each in replicates)
        if later := given.pop("later", None):
            given["later"] = Later(later["hash"], tuple(later["arms"]), tuple(later["replicates"]))
        return cls(tasks=tasks, metrics=metrics, arms=arms, replicates=replicates, **given)

    @property
    def original(self) -> Plan:
        """The plan without what was added after results were seen."""
        if self.later is None:
            return self
        arms = tuple(arm for arm in self.arms if arm.name not in self.later.arms)
        replicates = tuple(each for each in self.replicates if each.number not in self.later.replicates)
        return replace(self, arms=arms, replicates=replicates, later=None)

    @property
    def folds(self) -> int | None:
        """Of K-fold cross-validation: K; None = every replicate divides the data anew, or none does."""
        return (self.arms[0].options.get("split") or {}).get("folds")

    @property
    def tuned(self) -> bool:
        """Whether arms get trials before they are compared."""
        return any(arm.tune for arm in self.arms)

    def tries(self, name: str) -> int:
        """How many trials the arm of this name gets, over all divisions of the data."""
        tune = self.arm(name).tune
        return tune["trials"] * len({each.division for each in self.replicates}) if tune else 0

    @property
    def divisions(self) -> list[list[int]]:
        """Numbers of replicates that share their test objects and are one value; with a fixed split each is alone."""
        if self.split == "fixed":
            return [[each.number] for each in self.replicates]
        found: dict[tuple[int, int | None], list[int]] = {}
        for each in self.replicates:
            found.setdefault(each.division, []).append(each.number)
        return list(found.values())

    def arm(self, name: str) -> Arm:
        """The arm of this name."""
        return next(arm for arm in self.arms if arm.name == name)

    def trials(self) -> Iterator[Trial]:
        """All runs, replicate by replicate; copies come after what they copy."""
        arms = sorted(self.arms, key=lambda arm: arm.copies_of is not None)
        return (Trial(arm.name, replicate.number) for replicate in self.replicates for arm in arms)

    def replicate(self, trial: Trial) -> Replicate:
        """The seeds of a run."""
        return next(each for each in self.replicates if each.number == trial.replicate)

    def home(self, trial: Trial) -> Trial:
        """The run of the same arm in the first replicate with the same test objects: there the arm is tuned."""
        division = self.replicate(trial).division
        return Trial(trial.arm, next(each.number for each in self.replicates if each.division == division))

    def needs(self, trial: Trial) -> list[Trial]:
        """The runs that must be finished before this one can begin: what it copies, and where its arm is tuned."""
        arm, home = self.arm(trial.arm), self.home(trial)
        copied = [] if arm.copies_of is None else [Trial(arm.copies_of, trial.replicate)]
        return [*copied, *([] if arm.tune is None or home == trial else [home])]


def counted(what: str, names: Sequence[Any]) -> str:
    """`arm a`, or `arms a, b`."""
    return f"{what if len(names) == 1 else f'{what}s'} {', '.join(map(str, names))}"


def _one_or_list(names: Sequence[str]) -> str | list[str]:
    return names[0] if len(names) == 1 else list(names)


def _names(given: str | Sequence[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)
