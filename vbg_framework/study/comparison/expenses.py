"""What a run took, from its files. Light."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

SECONDS = ("fit_seconds", "generate_seconds", "training_seconds", "total_seconds")
TUNING = "tuning_seconds"
MEMORY = ("fit_memory", "fit_device_memory", "generate_memory", "generate_device_memory")
PER_THOUSAND = "seconds_per_1000"
STEPS = "training_steps"
GENERATED = "generated"
SHARE = "synthetic_share"


def costs(
    metrics: Mapping[str, Any],
    rounds: Sequence[Mapping[str, Any]],
    experiment: Mapping[str, Any],
    tuning: float | None = None,
) -> dict[str, float | None]:
    """What a run took.

    Args:
        metrics: `metrics.json`.
        rounds: `rounds.json`; empty if it generated nothing.
        experiment: its complete resolved options.
        tuning: seconds of the trials by which its options were chosen; None without tuning.

    Returns:
        Seconds of fitting, generating, training (all rounds) and tuning, and their sum; optimiser steps of all
        trainings of the classifier; peak memory in MiB and seconds per 1,000 records kept (None = not known);
        records generated, and their share.
    """
    made, parts = metrics.get("generated", {}), _seconds(metrics, rounds)
    trained = [report for report in rounds if report["seconds"].get("train")]
    steps = metrics["steps"] * (1 + len(trained))  # every round trains as long as the last
    seconds = dict(zip(SECONDS, (*parts, sum(parts) + (tuning or 0.0)), strict=True))
    tuned = {} if tuning is None else {TUNING: tuning}
    more = {name: made.get(name) for name in (*MEMORY, PER_THOUSAND)}
    share = _share(metrics, experiment.get("mix") or {})
    return {**seconds, **tuned, **more, STEPS: steps, GENERATED: made.get("records", 0), SHARE: share}


def seconds_of(metrics: Mapping[str, Any], rounds: Sequence[Mapping[str, Any]]) -> float:
    """Seconds of fitting, generating and training, all rounds; arguments as of `costs`."""
    return sum(_seconds(metrics, rounds))


def _seconds(metrics: Mapping[str, Any], rounds: Sequence[Mapping[str, Any]]) -> tuple[float, float, float]:
    made = metrics.get("generated", {})
    trained = sum(report["seconds"].get("train") or 0.0 for report in rounds)
    return made.get("fit_seconds") or 0.0, made.get("generate_seconds") or 0.0, metrics["training_seconds"] + trained


def _share(metrics: Mapping[str, Any], mix: Mapping[str, Any]) -> float:
    """Share of generated records in what the classifier trains on, as the policy of mixing has it."""
    made = metrics.get("generated", {}).get("records", 0)
    if not made:
        return 0.0
    if mix.get("policy") == "synthetic_only":
        return 1.0
    if mix.get("policy") == "replace":
        return float(mix["probability"])
    return float(made / (made + metrics["data"]["counts"]["train"]))
