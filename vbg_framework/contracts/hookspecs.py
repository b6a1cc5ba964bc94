"""The hooks of the framework. A plugin is a module that implements any of them with `@hookimpl`.

`vbg_components` declares; the others observe. Observers run on the main process only, return nothing and
cannot change a run; one that raises is reported once and dropped while the run goes on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import pluggy

from vbg_framework.contracts.spec import Component

if TYPE_CHECKING:
    from vbg_framework.base.run_folder import RunFolder

PROJECT = "vbg_framework"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)
"""Marks a function of a plugin as the implementation of a hook."""


@hookspec
def vbg_components() -> Iterable[Component]:
    """Return the components this plugin offers. Called at start-up, so it must not import torch."""
    return ()


@hookspec
def vbg_run_started(run: RunFolder) -> None:
    """Observe: the run folder, its resolved `config.yaml` and `environment.json` exist."""


@hookspec
def vbg_epoch_finished(run: RunFolder, step: int, metrics: Mapping[str, Any]) -> None:
    """Observe: one evaluation after `step` optimiser steps; `metrics` is the line written to `metrics.jsonl`."""


@hookspec
def vbg_round_finished(run: RunFolder, round: int, report: Mapping[str, Any]) -> None:
    """Observe: one generation-feedback-optimisation round; `report` counts asked, generated and kept per class."""


@hookspec
def vbg_run_finished(run: RunFolder, error: BaseException | None) -> None:
    """Observe: the run ended; `error` is None on success."""
