"""What a study is to find, and what it can: in points with the spread of an earlier study."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vbg_framework.base.errors import VBGError
from vbg_framework.cli.print_table import print_table

if TYPE_CHECKING:
    from vbg_framework.study.comparison.foresight import Foreseen
    from vbg_framework.study.comparison.results import Results
    from vbg_framework.study.plan import Plan

AUTO = "auto"
NEVER = "none"


@dataclass(frozen=True)
class Goal:
    """What a study is to find.

    Args:
        power: with which probability.
        pilot: the study whose spread is taken; None = effects are told in standard deviations.
        effect: in points; None = any.
    """

    power: float
    pilot: Results | None
    effect: float | None


def goal_of(args: argparse.Namespace) -> Goal:
    """The goal that was given on the command line.

    Raises:
        VBGError: something is missing or out of range.
    """
    from vbg_framework.study.comparison.results import gather
    from vbg_framework.study.folder import find_study

    auto = args.replicates == AUTO
    if auto and (args.pilot is None or args.effect is None):
        fix = "Example: --replicates auto --effect 2 --pilot STUDY."
        raise VBGError("--replicates auto", "needs the effect to be found, and a pilot that tells the spread", fix)
    if args.pilot and not (auto or args.dry_run):
        raise VBGError("--pilot", "goes with --dry-run or --replicates auto", "Give one of them.")
    if args.effect is not None and not (args.pilot and 0 < args.effect < 100):
        what = f"is a difference in points, above 0 and below 100, beside --pilot, got {args.effect:g}"
        raise VBGError("--effect", what, "Example: --effect 2 --pilot STUDY.")
    if not 0.5 <= args.power < 1:
        raise VBGError("--power", f"must be at least 0.5 and below 1, got {args.power:g}", "Example: --power 0.8.")
    pilot = gather(find_study(args.studies, args.pilot)) if args.pilot else None
    return Goal(args.power, pilot, args.effect)


def enough(plan: Plan, goal: Goal) -> list[str]:
    """Assignments to keys of the study: the fewest replicates that find the effect in every comparison of the plan.

    Raises:
        VBGError: the pilot lacks one of them, or more than `MOST` replicates were needed.
    """
    from vbg_framework.study.comparison.foresight import MOST, foresee

    assert goal.pilot is not None
    assert goal.effect is not None
    counts = []
    for each in foresee(plan, goal.pilot):
        if (count := each.fewest(goal.effect / 100, goal.power)) is None:
            raise VBGError("--replicates auto", *_out_of_reach(each, goal, MOST))
        counts.append(count)
    count = max(counts)
    return [f"design.repeats={-(-count // plan.folds)}" if plan.folds else f"replicates={count}"]


def _out_of_reach(each: Foreseen, goal: Goal, most: int) -> tuple[str, str]:
    name = f"{each.arm} - {each.control} in {each.metric} of {each.task}"
    if not each.spread:
        return f"the pilot has {each.pairs} pairs of {name}, or all are equal", "Name a pilot of the same arms."
    least = each.smallest(most, goal.power) or 0.0
    what = f"{most} replicates do not find {goal.effect:g} points in {name} with probability {goal.power:g}"
    return what, f"They find {100 * least:.1f} points: set --effect to that or more, or take more objects."


def say_power(plan: Plan, goal: Goal) -> None:
    """Print what a study can find: in points with a pilot, else in standard deviations."""
    from vbg_framework.study.comparison.foresight import foresee

    count = len(plan.divisions)
    if count < 2:
        print("Power  none: one replicate has no spread. Set `replicates` to 2 or more.")
    elif goal.pilot is None:
        _without_pilot(plan, goal, count)
    else:
        _with_pilot(foresee(plan, goal.pilot), goal, count)


def _without_pilot(plan: Plan, goal: Goal, count: int) -> None:
    from vbg_framework.statistics import power, smallest_effect

    overlap = _overlap(plan)
    result = power(1.0, count, alpha=plan.alpha, overlap=overlap)
    least = smallest_effect(count, wanted=goal.power, alpha=plan.alpha, overlap=overlap)
    chance = f"{goal.power:.2f}".removeprefix("0")
    print(f"Power  {result:.2f} for an effect of one standard deviation of paired differences; "
          f"{chance} from {least:.1f} on.")  # fmt: skip
    print("       In points: run it with --replicates 2, then --dry-run with --pilot and that study.")


def _overlap(plan: Plan) -> float:
    """Test objects / training objects, as planned."""
    train, _, test = plan.arms[0].options["split"]["ratios"]
    if plan.split == "fixed":
        return 0.0
    return 1 / (plan.folds - 1) if plan.folds else test / train


def _with_pilot(found: Sequence[Foreseen], goal: Goal, count: int) -> None:
    assert goal.pilot is not None
    print(f"Pilot  {goal.pilot.plan.study}, in points. Spread: standard deviation of its paired differences.")
    sought = () if goal.effect is None else (f"power for {goal.effect:g}", "replicates (95 %)")
    header = ("  comparison", "metric", "pairs", "spread (95 %)", *sought, f"{goal.power:.2f} from (95 %)")
    rows = [_row(each, goal, count) for each in found]
    print_table(header, rows)
    if sought and any(NEVER in row[-2] for row in rows):
        print(f"       {NEVER}: no number of replicates finds it; more objects would.")
    print(f"Power  {_found(found, goal.power, count)}")
    test = "Student's t, with p of sign flips" if found[0].flips else "the corrected resampled t"
    print(f"       By {test}, at alpha / comparisons of a question: Holm's first step; the later ones find more.")


def _found(found: Sequence[Foreseen], wanted: float, count: int) -> str:
    """The effect that is found in every comparison, and where it takes the largest."""
    least = {each: each.smallest(count, wanted) for each in found if each.spread}
    known = {each: value for each, value in least.items() if value is not None}
    if len(known) < len(least):
        return f"none somewhere: sign flips of {count} replicates cannot reach the level there."
    where = "every comparison" if len(least) == len(found) else "every comparison with a spread"
    last = max(known, key=lambda each: known[each])
    said = f"finds {100 * known[last]:.1f} points with probability {wanted:.2f} at {count} replicates in {where}."
    return f"{said} Largest: {last.arm} - {last.control}." if len(known) > 1 else said


def _row(each: Foreseen, goal: Goal, count: int) -> tuple[str, ...]:
    name = f"  {each.arm} - {each.control}", f"{each.metric} of {each.task}", str(each.pairs)
    if not each.spread or not each.between:
        return *name, "-", *(() if goal.effect is None else ("-", "-")), "-"
    least, ends = each.smallest(count, goal.power), [end / each.spread for end in each.between]
    from_here = "-" if least is None else _within(least, *(end * least for end in ends))
    if goal.effect is None:
        return *name, _within(each.spread, *each.between), from_here
    effect = goal.effect / 100
    needed = [_count(each, effect, goal.power, spread) for spread in (each.spread, *each.between)]
    sought = f"{each.chance(effect, count):.2f}", f"{needed[0]} ({needed[1]} to {needed[2]})"
    return *name, _within(each.spread, *each.between), *sought, from_here


def _within(value: float, low: float, high: float) -> str:
    """In points, with its interval."""
    return f"{100 * value:.1f} ({100 * low:.1f} to {100 * high:.1f})"


def _count(each: Foreseen, effect: float, wanted: float, spread: float) -> str:
    from vbg_framework.study.comparison.foresight import MOST

    if not each.within_reach(effect, wanted, spread):
        return NEVER
    return str(each.fewest(effect, wanted, spread) or f"> {MOST}")
