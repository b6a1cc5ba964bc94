"""More arms or replicates for a study that has begun: nothing is run again, and the plan says what came later."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from vbg_framework.base.errors import VBGError, did_you_mean
from vbg_framework.base.run_folder import PLAN
from vbg_framework.study.folder import StudyFolder
from vbg_framework.study.plan import Arm, Later, Plan, Replicate

WHERE = "--extend"


def extend(folder: StudyFolder, fresh: Plan | None, names: Sequence[str] = (), more: int = 0) -> Plan:
    """Add arms and replicates to the plan of a study, and write it.

    Once a run was begun, what is added is exploratory: it may have been chosen for what was seen. Before that the plan
    simply is another one.

    Args:
        folder: the study.
        fresh: the plan as the registry has it now, with the arms; None = no arm is added.
        names: arms to add, with the copies they ask for; none = all that the study lacks, unless `more` is given.
        more: divisions of the data to add (re-splits, repeats of all folds, or seeds of a fixed split).

    Raises:
        VBGError: there is nothing to add, an arm is unknown, or the registry now means other arms than the plan.
    """
    plan = folder.plan()
    arms = tuple(_arms(plan, fresh, names)) if fresh and (names or not more) else ()
    replicates = tuple(_replicates(plan, more))
    if not arms and not replicates:
        raise VBGError(WHERE, f"the study {folder.name} has every arm of the registry", "Example: --replicates +5.")
    result = replace(plan, arms=plan.arms + arms, replicates=plan.replicates + replicates)
    if any(folder.run(trial).path.exists() for trial in plan.trials()):
        before = plan.later or Later(plan.hash)
        named, numbers = tuple(arm.name for arm in arms), tuple(each.number for each in replicates)
        result = replace(result, later=Later(before.hash, before.arms + named, before.replicates + numbers))
    with folder.locked():
        folder.write_json(PLAN, result.to_json())
    return result


def lacking(plan: Plan, registered: Mapping[str, Any] | None) -> list[str]:
    """Arms that the registry names for a study and its plan does not have."""
    known = {arm.name for arm in plan.arms}
    return [name for name in (registered or {}).get("arms", ()) if name not in known]


def _arms(plan: Plan, fresh: Plan, names: Sequence[str]) -> Iterator[Arm]:
    """New arms, then the controls that come with them."""
    known, offered = {arm.name: arm for arm in plan.arms}, {arm.name: arm for arm in fresh.arms}
    for name in names:
        if name in known:
            raise VBGError(f"{WHERE} --arm", f"the study has an arm '{name}' already", "Leave it out.")
        if name not in offered:
            raise VBGError(f"{WHERE} --arm", f"unknown arm '{name}'", did_you_mean(name, offered))
    for name in known.keys() & offered.keys():
        if (known[name].options, known[name].tune) != (offered[name].options, offered[name].tune):
            fix = "Repeat the --set the study began with, or start a new study."
            raise VBGError(WHERE, f"the registry now means another arm by '{name}' than the plan", fix)
    wanted = set(names) or offered.keys()
    yield from (arm for name, arm in offered.items() if name not in known and {name, arm.copies_of} & wanted)


def _replicates(plan: Plan, more: int) -> Iterator[Replicate]:
    """As many divisions again as the plan has them: what shares the first split seed is repeated with further seeds."""
    first, last = plan.replicates[0], plan.replicates[-1]
    fixed = plan.split == "fixed"
    unit = [first] if fixed else [each for each in plan.replicates if each.split_seed == first.split_seed]
    for index in range(more * len(unit)):
        split_seed = first.split_seed if fixed else last.split_seed + 1 + index // len(unit)
        step, like = index + 1, unit[index % len(unit)]
        yield replace(like, number=last.number + step, split_seed=split_seed, seed=last.seed + step)
