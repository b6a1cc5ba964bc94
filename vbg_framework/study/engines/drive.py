"""The runs of a study, each as soon as what it needs is finished and somebody is free."""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from typing import Any

from vbg_framework.screen import Bar, Screen, duration
from vbg_framework.study.engines.engine import Engine, Lost
from vbg_framework.study.folder import StudyFolder
from vbg_framework.study.plan import Plan, Trial

TRIES = 3
"""How often a run is given to another worker after its own died."""
PULSE = 10.0
"""Seconds without the end of a run after which the engine is asked whether it is alive."""


@dataclass
class State:
    """How far a study has come.

    Args:
        waiting: runs not begun, in order.
        running: future -> run.
        done: finished runs.
        failed: run -> what went wrong.
        lost: run -> workers that died over it.
        since: when it began, in seconds of a clock.
        before: runs that had been finished by then.
    """

    waiting: list[Trial]
    running: dict[Future[Any], Trial] = field(default_factory=dict)
    done: set[Trial] = field(default_factory=set)
    failed: dict[Trial, str] = field(default_factory=dict)
    lost: Counter[Trial] = field(default_factory=Counter)
    since: float = field(default_factory=time.monotonic)
    before: int = 0

    def left(self, runs: int) -> str:
        """How long that many runs will take, if they take as long as those before; empty before the first ends."""
        ended = len(self.done) + len(self.failed) - self.before
        return f" (about {duration((time.monotonic() - self.since) / ended * runs)} left)" if ended else ""


def drive(folder: StudyFolder, engine: Engine, screen: Screen) -> dict[Trial, str]:
    """Execute all runs that are not finished; return those that failed and why.

    A run that fails does not stop the others, except those that need it.

    Raises:
        VBGError: the engine died.
    """
    plan = folder.plan()
    trials = list(plan.trials())
    done = {trial for trial in trials if folder.finished(trial)}
    state = State([trial for trial in trials if trial not in done], done=done, before=len(done))
    silent = engine.slots == 1  # the runs show their own progress
    with (Screen() if silent else screen).progress(f"Study {plan.study}", len(trials), len(done)) as bar:
        while state.waiting or state.running:
            _begin(folder, plan, engine, state, screen if silent else Screen())
            _show(state, bar)
            _collect(engine, state, screen, bar)
    return state.failed


def _begin(folder: StudyFolder, plan: Plan, engine: Engine, state: State, screen: Screen) -> None:
    """Give runs to whoever is free."""
    while len(state.running) < engine.slots:
        trial = _next(plan, state)
        if trial is None:
            return
        state.waiting.remove(trial)
        number, total = len(state.done) + len(state.failed) + 1, sum(1 for _ in plan.trials())
        screen.say(f"\nRun {number} of {total}: {trial}{state.left(total - number + 1)}")
        state.running[engine.submit(folder, trial)] = trial


def _next(plan: Plan, state: State) -> Trial | None:
    """The first run that can begin, if possible of a replicate that nobody is at: there it need not wait for others.

    Runs of one replicate share what is fitted, and while one of them fits it, the rest could only look on.
    """
    for trial in list(state.waiting):
        if lost := [needed for needed in plan.needs(trial) if needed in state.failed]:
            state.waiting.remove(trial)
            why = "is tuned in" if lost[0].arm == trial.arm else "copies the records of"
            state.failed[trial] = f"{trial}: {why} {lost[0]}, which failed."
    ready = [trial for trial in state.waiting if state.done.issuperset(plan.needs(trial))]
    busy = {trial.replicate for trial in state.running.values()}
    return min(ready, key=lambda trial: trial.replicate in busy, default=None)


def _collect(engine: Engine, state: State, screen: Screen, bar: Bar) -> None:
    """Wait for a run to end."""
    if not state.running:
        return
    ended = wait(state.running, timeout=PULSE, return_when=FIRST_COMPLETED).done
    if not ended:
        engine.check()
    for future in ended:
        trial = state.running.pop(future)
        try:
            problem = future.result()
        except Lost as error:
            state.lost[trial] += 1
            if state.lost[trial] < TRIES:
                screen.say(f"{trial}: its worker died; going on with it.")
                state.waiting.insert(0, trial)
                continue
            problem = f"{trial}: its worker died {TRIES} times ({error})."
        if problem is None:
            state.done.add(trial)
        else:
            state.failed[trial] = problem
            screen.say(f"Failed {trial}: {problem}")
        bar.advance()


def _show(state: State, bar: Bar) -> None:
    bar.show(running=", ".join(map(str, state.running.values())) or "none", failed=len(state.failed))
