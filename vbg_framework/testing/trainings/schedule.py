"""What a schedule of the learning rate promises."""

from __future__ import annotations

import math
from typing import Any

from vbg_framework.testing.check import expect, promise

LENGTHS = (1, 2, 10, 1000)
STEPS = 20


@promise(
    "schedule",
    "A schedule gives a finite share of 0 or more at every step, however many steps there are.",
    cause="a division by `steps - 1`, or a share that falls below zero at the end",
    fix="Mind `steps` = 1 and `step` = `steps`; use `max(0.0, ...)`.",
)
def check_share_is_finite(subject: Any) -> None:
    """Ask at the first, the middle and the last steps of short and long trainings."""
    schedule = subject.build()
    for steps in LENGTHS:
        for step in sorted({0, steps // 2, steps - 1, steps}):
            share = schedule.factor(step, steps)
            fine = isinstance(share, float | int) and math.isfinite(share) and share >= 0
            expect(fine, f"a finite number of 0 or more at step {step} of {steps}", share)


@promise(
    "schedule",
    "A schedule follows from step and steps alone: a resumed run asks a new instance, from the middle on.",
    cause="a counter that every call moves on, or a draw",
    fix="Work the share out from `step` and `steps`.",
)
def check_schedule_keeps_no_state(subject: Any) -> None:
    """Ask one instance forwards and another one backwards."""
    there = [subject.build().factor(step, STEPS) for step in range(STEPS)]
    other = subject.build()
    back = [other.factor(step, STEPS) for step in reversed(range(STEPS))][::-1]
    expect(there == back, "the same shares", f"{there[STEPS // 2]} and {back[STEPS // 2]}")
