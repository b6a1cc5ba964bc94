"""What to try next, by Optuna."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from vbg_framework.base.seeds import derive


def propose(tune: Mapping[str, Any], told: Sequence[Mapping[str, Any]], *, seed: int, higher: bool) -> dict[str, Any]:
    """The params of the next trial: drawn at random in the first third of the trials, then by the
    tree-structured Parzen estimator (Bergstra et al. 2011), which follows from the trials before.

    Nothing is remembered but these trials: each proposal has a seed of its own, so a killed search resumes exactly.

    Args:
        tune: of an arm: how many `trials` there will be, `seed`, and `space`: option -> `low`, `high`, `log` and
            `whole`, or a list of choices.
        told: lines of `trials.jsonl` so far.
        seed: of the replicate.
        higher: whether a higher score is better.
    """
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    space, drawn = tune["space"], derive(seed, "tuning", tune["seed"], len(told)) % 2**32
    sampler = optuna.samplers.TPESampler(seed=drawn, n_startup_trials=-(-tune["trials"] // 3))
    study = optuna.create_study(sampler=sampler, direction="maximize" if higher else "minimize")
    distributions = {key: _distribution(space[key]) for key in sorted(space)}
    for each in told:
        params = {key: _code(space[key], value) for key, value in each["params"].items()}
        study.add_trial(optuna.create_trial(params=params, distributions=distributions, value=each["score"]))
    asked = study.ask(fixed_distributions=distributions).params
    return {key: _value(space[key], asked[key]) for key in distributions}


def _distribution(given: Any) -> Any:
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

    if isinstance(given, list):
        return CategoricalDistribution(tuple(range(len(given))))  # by number: Optuna takes no mappings
    if given["whole"]:
        return IntDistribution(int(given["low"]), int(given["high"]), log=given["log"])
    return FloatDistribution(given["low"], given["high"], log=given["log"])


def _code(given: Any, value: Any) -> Any:
    return given.index(value) if isinstance(given, list) else value


def _value(given: Any, code: Any) -> Any:
    return given[code] if isinstance(given, list) else code
