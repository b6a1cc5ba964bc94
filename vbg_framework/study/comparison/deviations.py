"""Protocol deviations: where a study departs from its plan, or its runs from each other."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

from vbg_framework.config.options import merge
from vbg_framework.study.comparison.answers import outcomes, same_records
from vbg_framework.study.comparison.results import Excluded, Finished, Results, higher_is_better
from vbg_framework.study.plan import Trial, counted
from vbg_framework.study.tuning.choice import best, nested

OWN = {"seed", "split.seed", "split.fold", "split.scarce.seed", "loop.quota"}
"""Options a run has from its replicate or from what it copies, not from the plan."""
NAMED = 3  # runs; of more of a kind the number is given


def deviations(results: Results) -> list[str]:
    """Everything that was not as planned, in whole sentences; none if all is well."""
    return [
        *_plan(results),
        *_excluded(results),
        *_options(results),
        *_one_value(results, "data", lambda run: run.environment.get("data_fingerprint")),
        *_one_value(results, "framework versions", lambda run: run.environment.get("vbg_framework")),
        *_one_value(results, "commits of the code", lambda run: run.environment.get("git_commit")),
        *_contents(results),
        *_steps(results),
        *_other_test(results),
    ]


def _plan(results: Results) -> Iterator[str]:
    if not results.intact:
        yield "The plan was changed after the study began. Nothing in this report was decided beforehand."
    if later := results.plan.later:
        yield f"Added after results were seen: {later}. Verdicts leave it out; what is said with it is exploratory."


def _excluded(results: Results) -> Iterator[str]:
    words = {"missing": "missing", "failed": "failed", "gate": "failed a gate"}
    for reason, said in words.items():
        arms: dict[str, list[Excluded]] = {}
        for each in results.excluded:
            if each.reason == reason:
                arms.setdefault(each.trial.arm, []).append(each)
        for arm, runs in arms.items():
            about = "; ".join(dict.fromkeys(each.about.rstrip(".") for each in runs[:NAMED]))
            yield f"{arm}: {said} and not counted: {_replicates([each.trial.replicate for each in runs])} ({about})."


def _options(results: Results) -> Iterator[str]:
    changed: dict[tuple[str, str], list[int]] = {}
    for trial, run in results.runs.items():
        planned, result = _leaves(_planned(results, trial, run)), _leaves(run.experiment)
        for key in sorted(planned.keys() | result.keys()):
            if not _own(key) and planned.get(key) != result.get(key):
                changed.setdefault((trial.arm, key), []).append(trial.replicate)
    for (arm, key), numbers in changed.items():
        yield f"{arm}: {_replicates(numbers)} with another '{key}' than planned."


def _planned(results: Results, trial: Trial, run: Finished) -> Mapping[str, Any]:
    """The options of an arm with those that its trials led to; copies share the mix of what they copy."""
    arm = results.plan.arm(trial.arm)
    if arm.tune is None or not run.trials:
        return arm.options
    chosen = best(run.trials, higher=higher_is_better(arm.tune["metric"]))
    origin = results.runs.get(Trial(arm.copies_of or "", trial.replicate), run)
    return merge(
        merge(arm.options, {"mix": origin.experiment["mix"]} if arm.copies_of else {}), nested(chosen["params"])
    )


def _replicates(numbers: list[Any]) -> str:
    return counted("replicate", sorted(numbers))


def _own(key: str) -> bool:
    return any(key == own or key.startswith(f"{own}.") for own in OWN)


def _leaves(options: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Dotted name -> value; an empty mapping has none."""
    results: dict[str, Any] = {}
    for key, value in options.items():
        name = f"{prefix}{key}"
        results |= _leaves(value, f"{name}.") if isinstance(value, Mapping) else {name: _plain(value)}
    return results


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _one_value(results: Results, what: str, read: Any) -> Iterator[str]:
    values = {str(read(run)) for run in results.runs.values()}
    if len(values) > 1:
        short = sorted(value[:12] + value[40:] for value in values)  # of 40 digits of a commit; what follows stays
        yield f"The runs have {len(values)} different {what}: {', '.join(short)}."


def _contents(results: Results) -> Iterator[str]:
    """Options that did not name the same in all runs: another model lay in the folder, or was fetched from the hub."""
    found: dict[tuple[str, str], set[str]] = {}
    changed: dict[tuple[str, str], list[int]] = {}
    for trial, run in results.runs.items():
        for name, content in run.environment.get("contents", {}).items():
            found.setdefault((name, _option(run.experiment, name)), set()).add(content)
        for name in run.environment.get("contents_changed", ()):
            changed.setdefault((trial.arm, name), []).append(trial.replicate)
    for (name, _), values in found.items():
        if len(values) > 1:
            yield f"What '{name}' names had {len(values)} different contents in the runs."
    for (arm, name), numbers in changed.items():
        yield f"{arm}: {_replicates(numbers)} went on after what '{name}' names had changed."


def _option(experiment: Mapping[str, Any], name: str) -> str:
    """The value at a dotted name, to compare it with others."""
    value: Any = experiment
    for key in name.split("."):
        if isinstance(value, Mapping):
            value = value.get(key)
        elif isinstance(value, list) and key.isdigit():
            value = value[int(key)]
    return json.dumps(value, sort_keys=True, default=str)


def _steps(results: Results) -> Iterator[str]:
    plan = results.plan
    if plan.epochs is not None:
        yield (
            f"The budget is {plan.epochs} passes over each arm's records, not equal steps. An arm with more records "
            "trains longer, and longer training alone can raise scores."
        )
        return
    trained = {trial: run.metrics["steps"] for trial, run in results.runs.items() if run.metrics["steps"]}
    steps = {  # a head that is fitted makes none
        arm.name: {count for trial, count in trained.items() if trial.arm == arm.name} for arm in plan.arms
    }
    if len(set().union(*steps.values())) > 1:
        message = ", ".join(f"{arm} {_range(result)}" for arm, result in steps.items() if result)
        yield f"Not all runs trained for equally many steps: {message}."


def _range(numbers: set[int]) -> str:
    return str(min(numbers)) if len(numbers) == 1 else f"{min(numbers)} to {max(numbers)}"


def _other_test(results: Results) -> Iterator[str]:
    """Pairs are only pairs if they answered the same questions; with one split all runs are asked the same."""
    fixed = results.plan.split == "fixed"
    first: dict[Any, Any] = {}
    other: dict[str, dict[Any, None]] = {}
    for arm, task in product(results.plan.arms, results.plan.tasks):
        for number, result in outcomes(results, arm.name, task).items():
            if not same_records(first.setdefault((task, 1 if fixed else number), result), result):
                other.setdefault(arm.name, {})[number] = None
    for name, numbers in other.items():
        what = "the study" if fixed else "the replicate"
        yield f"{name}: tested on other records than the first run of {what}: {_replicates(list(numbers))}."
