"""From a registered study to its plan. Light, until it asks an augmenter whether it generates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from vbg_framework.base.errors import VBGError, did_you_mean
from vbg_framework.config.entries import NAME
from vbg_framework.config.experiment import Experiment
from vbg_framework.config.options import merge, parse_sets, validated
from vbg_framework.config.part import make_part
from vbg_framework.config.plugin_versions import plugin_versions, recalled
from vbg_framework.config.plugins import Plugins
from vbg_framework.config.registry import Registry, Resolved, resolve
from vbg_framework.config.slots import Choice, named, spelt_out
from vbg_framework.config.study_config import StudyConfig
from vbg_framework.contracts.control import Control
from vbg_framework.learning.evaluation.metrics import STANDARD
from vbg_framework.study.plan import Arm, Plan, Replicate, Trial
from vbg_framework.study.tuning.space import check_optuna, space_of, without_copied

REPLICATES = 10  # unless the study says otherwise
REAL = {"augmenter": None}
SCARCE = "recall_scarce"


def make_plan(name: str, registry: Registry, plugins: Plugins, sets: Iterable[str] = ()) -> Plan:
    """The plan of a registered study.

    Args:
        name: its name in the registry.
        registry, plugins: where names are looked up.
        sets: `--set` assignments to keys of the study, such as `replicates=3` or `base.train.steps=100`.

    Raises:
        VBGError: naming the entry, the key and what is known instead.
    """
    if name not in registry.entries["studies"]:
        fix = did_you_mean(name, registry.entries["studies"])
        raise VBGError("registry.yaml", f"unknown name '{name}' in studies", fix)
    place = registry.places["studies", name]
    study = validated(StudyConfig, merge(registry.entries["studies"][name], parse_sets(sets)), place)
    arms = tuple(_Arms(study, registry, plugins, place))
    first = resolve(name, arms[0].options, plugins, place).experiment
    _check_tuning(study, arms, first, f"{place}.tune")
    return Plan(
        study=name, tasks=_tasks(study, first, place), metrics=_metrics(study, first, place),
        alpha=study.alpha, margin=study.margin, split=study.split, epochs=study.epochs,
        many=study.many, few=study.few, arms=arms,
        replicates=tuple(_replicates(study, first.split.seed)), reference=study.reference,
        published=study.published.model_dump() if study.published else None,
    )  # fmt: skip


def resolve_trial(
    plan: Plan,
    trial: Trial,
    plugins: Plugins,
    quota: Mapping[str, int] | None = None,
    chosen: Mapping[str, Any] | None = None,
) -> Resolved:
    """The experiment of one run, with the seeds of its replicate.

    Args:
        plan: the study.
        trial: the run.
        plugins: where components are looked up.
        quota: of a `duplicate` control: class -> copies.
        chosen: options that tuning led to.
    """
    seeds = plan.replicate(trial)
    changes: dict[str, Any] = {"seed": seeds.seed, "split": {"seed": seeds.split_seed}}
    if seeds.fold is not None:
        changes["split"]["fold"] = seeds.fold
    if plan.split == "resplit" and plan.arm(trial.arm).options["split"].get("scarce"):
        changes["split"]["scarce"] = {"seed": seeds.seed}
    if quota is not None:
        changes["loop"] = {"quota": dict(quota)}
    arm = plan.arm(trial.arm)
    options, plugins = merge(merge(arm.options, chosen or {}), changes), recalled(plugins, arm.plugins, arm.options)
    return resolve(f"{plan.study}-{trial.arm}", options, plugins, f"{plan.study}: {trial}")


def study_problems(registry: Registry, plugins: Plugins) -> Iterator[VBGError]:
    """Everything wrong with registered studies, for `vbg check`; says nothing of controls that copy an arm."""
    for name, options in registry.entries["studies"].items():
        place = registry.places["studies", name]
        try:
            study = validated(StudyConfig, options, place)
            list(_Arms(study, registry, plugins, place, copies=False))
        except VBGError as error:
            yield error


class _Arms:
    """The arms of a study: its own, then the controls; with `copies` also those that copy an arm."""

    def __init__(
        self, study: StudyConfig, registry: Registry, plugins: Plugins, config_path: str, copies: bool = True
    ) -> None:
        self.study, self.registry, self.place = study, registry, config_path
        self.plugins = registry.naming(plugins)
        base = registry.options(study.experiment, plugins)
        self.base = registry.changed(base, study.base, f"{config_path}.base", plugins)
        fixed: dict[str, Any] = {"train": {"epochs": study.epochs}} if study.epochs else {}
        if study.split == "resplit":
            fixed["split"] = {"use": "stratified", "folds": study.design.folds}
        self.controls = {name: control for name, control in self._opened() if copies or not control.copies}
        for control in self.controls.values():
            fixed = merge(fixed, control.for_all(self.base, study.model_dump()))
        self.base = merge(self.base, fixed | self._measured())

    def _opened(self) -> Iterator[tuple[str, Control]]:
        """Name -> control, of those that are asked for."""
        for choice in self.study.controls:
            part = make_part("control", spelt_out(choice), f"{self.place}.controls", self.plugins)
            yield part.component.name, part.component.load()(part.config)

    def _measured(self) -> dict[str, Any]:
        """Deciding metrics that no run measures unasked are measured in every arm."""
        asked = list(self.base.get("metrics") or [])
        decides = [(choice, "metric") for choice in _deciding(self.study)]
        for choice, key in [*decides, *((choice, "tune.metric") for choice in _judging(self.study))]:
            if named(choice) == SCARCE:
                continue
            make_part("metric", spelt_out(choice), f"{self.place}.{key}", self.plugins)
            if named(choice) not in (*STANDARD, *map(named, asked)):
                asked.append(choice)
        return {"metrics": asked} if asked else {}

    def __iter__(self) -> Iterator[Arm]:
        own = [self._own(name, changes) for name, changes in self.study.arms.items()]
        yield from own
        alone = merge(self.base, REAL)
        for name, control in self.controls.items():
            if control.copies:
                yield from (self._copies(name, control, arm) for arm in own if self._generates(arm))
            elif control.applies(alone):
                yield self._control(name, name.replace("_", "-"), alone, control)

    def _own(self, name: str, changes: Mapping[str, Any]) -> Arm:
        config_path = f"{self.place}.arms.{name}"
        names = {component.name.replace("_", "-") for component, _ in self.plugins.components("control")}
        copies = tuple(f"{n.replace('_', '-')}-" for n, control in self.controls.items() if control.copies)
        if not NAME.fullmatch(name) or name in names or (copies and name.startswith(copies)):
            raise VBGError(config_path, f"arms are kebab-case and no controls, got '{name}'", "Example: gan-small.")
        return self._arm(
            name, "augmenter", self.registry.changed(self.base, changes, config_path, self.plugins), config_path
        )

    def _copies(self, name: str, control: Control, origin: Arm) -> Arm:
        """An arm in place of another one; for how many records it is asked is known when that one is finished."""
        made = self._control(name, f"{name.replace('_', '-')}-{origin.name}", origin.options, control)
        return replace(made, copies_of=origin.name, tune=made.tune and without_copied(made.tune))

    def _control(self, control: str, name: str, base: Mapping[str, Any], made: Control) -> Arm:
        config_path = f"{self.place}.controls: {control}"
        return self._arm(
            name, "control", self.registry.changed(base, made.changes(base), config_path, self.plugins), config_path
        )

    def _arm(self, name: str, kind: Any, options: Mapping[str, Any], config_path: str) -> Arm:
        resolved = resolve(name, options, self.plugins, config_path)
        used = {key: {**about, "code": None} for key, about in plugin_versions(resolved).items()}
        return Arm(name, kind, resolved.options(), plugins=used, tune=self._tuning(name, resolved.options()))

    def _tuning(self, name: str, options: Mapping[str, Any]) -> dict[str, Any] | None:
        tune = self.study.tune
        if tune is None:
            return None
        metric = named((_judging(self.study) or _deciding(self.study))[0])
        space = space_of(tune, name, partial(self._complete, name, options), f"{self.place}.tune")
        return {"trials": tune.trials, "metric": metric, "seed": tune.seed, "space": space}

    def _complete(
        self, name: str, options: Mapping[str, Any], changes: Mapping[str, Any], place: str
    ) -> dict[str, Any]:
        """The complete options of an arm with changes."""
        changed = self.registry.changed(options, changes, place, self.plugins)
        return resolve(name, changed, self.plugins, place).options()

    def _generates(self, arm: Arm) -> bool:
        part = resolve(arm.name, arm.options, self.plugins, self.place).parts.get("augmenter")
        if part is None:
            return False
        from vbg_framework.contracts.interfaces import Augmenter  # only now: it imports torch

        return part.component.load().generate is not Augmenter.generate


def _check_tuning(study: StudyConfig, arms: Iterable[Arm], first: Experiment, config_path: str) -> None:
    if study.tune is None:
        return
    names = [arm.name for arm in arms]
    if unknown := [name for name in study.tune.arms if name not in names]:
        raise VBGError(f"{config_path}.arms", f"unknown arm '{unknown[0]}'", did_you_mean(unknown[0], names))
    _check_scarce([named(each) for each in _judging(study)], first, f"{config_path}.metric")
    check_optuna(config_path)


def _tasks(study: StudyConfig, first: Experiment, config_path: str) -> tuple[str, ...]:
    given = study.task or first.scarce_task
    tasks = (given,) if isinstance(given, str) else tuple(given)
    if unknown := [task for task in tasks if task not in first.tasks]:
        raise VBGError(f"{config_path}.task", f"unknown task '{unknown[0]}'", did_you_mean(unknown[0], first.tasks))
    return tasks


def _metrics(study: StudyConfig, first: Experiment, config_path: str) -> tuple[str, ...]:
    metrics = tuple(named(choice) for choice in _deciding(study))
    _check_scarce(metrics, first, f"{config_path}.metric")
    return metrics


def _check_scarce(metrics: Iterable[str], first: Experiment, config_path: str) -> None:
    if SCARCE in metrics and not first.split.scarce:
        fix = "Example: base: {split: {scarce: {classes: 5, keep: 8}}}."
        raise VBGError(config_path, f"{SCARCE} needs classes that are made scarce", fix)


def _deciding(study: StudyConfig) -> list[Choice]:
    """The metrics that decide, as they were chosen."""
    return study.metric if isinstance(study.metric, list) else [study.metric]


def _judging(study: StudyConfig) -> list[Choice]:
    """The metric that trials are judged by, if it was chosen."""
    return [study.tune.metric] if study.tune and study.tune.metric else []


def _replicates(study: StudyConfig, split_seed: int) -> Iterator[Replicate]:
    folds, draws = study.design.folds, study.design.draws
    count = (folds * study.design.repeats if folds else study.replicates or REPLICATES) * draws
    for index in range(count):
        seed, division = study.seed + index, index // draws
        repeat, fold = (division // folds, division % folds + 1) if folds else (division, None)
        yield Replicate(index + 1, study.seed + repeat if study.split == "resplit" else split_seed, seed, fold)
