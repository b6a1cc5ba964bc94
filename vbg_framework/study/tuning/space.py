"""What may be tuned in an arm, checked before the first run. Light."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib.util import find_spec
from typing import Any

from vbg_framework.base.errors import VBGError
from vbg_framework.config.tune_config import TuneConfig
from vbg_framework.study.tuning.choice import nested

COPIED = ("augmenter", "loop", "mix")
"""What copies have from the arm that they copy."""
INSIDE = 0.381966
"""How far into a range the value is that is tried beside its ends; it falls on no round number."""

Complete = Callable[[Mapping[str, Any], str], Mapping[str, Any]]


def space_of(tune: TuneConfig, arm: str, complete: Complete, config_path: str) -> dict[str, Any]:
    """The space of an arm, in which values of every option were tried.

    Args:
        tune: of the study.
        arm: name of the arm.
        complete: from changes, in which components may be named, and where they were made, to the complete options of
            the arm; refuses mistakes.
        config_path: where the study has `tune`.

    Returns:
        Option -> `low`, `high`, `log` and `whole`, or a list of complete choices.

    Raises:
        VBGError: an option or a value that the arm cannot have.
    """
    own = tune.arms.get(arm, {})
    places = {key: f"arms.{arm}" if key in own else "space" for key in tune.of(arm)}
    return {
        key: _checked(key, given, arm, complete, f"{config_path}.{places[key]}.{key}")
        for key, given in tune.of(arm).items()
    }


def without_copied(tune: Mapping[str, Any]) -> dict[str, Any]:
    """The tuning of an arm that copies another one, without what it has from that one."""
    space = {key: given for key, given in tune["space"].items() if key.split(".")[0] not in COPIED}
    return {**tune, "space": space}


def check_optuna(config_path: str) -> None:
    """Refuse to plan what cannot be run.

    Raises:
        VBGError: Optuna is not installed.
    """
    if find_spec("optuna") is None:
        raise VBGError(
            config_path,
            "Optuna is not installed, got no module of this name",
            "Install it with: pip install 'vbg-framework[tune]'.",
        )


def _checked(key: str, given: Any, arm: str, complete: Complete, where: str) -> Any:
    known = [_tried(key, value, arm, complete, where) for value in _examples(given)]
    return known if isinstance(given, list) else given


def _examples(given: Any) -> Iterator[Any]:
    """All choices; both ends of a range, and a value within."""
    if isinstance(given, list):
        yield from given
    elif given["whole"]:
        yield from (int(given["low"]), int(given["high"]))
    else:
        yield from (given["low"], given["low"] + INSIDE * (given["high"] - given["low"]), given["high"])


def _tried(key: str, value: Any, arm: str, complete: Complete, where: str) -> Any:
    """The complete value of an option of an arm."""
    try:
        options: Any = complete(nested({key: value}), arm)
        for part in key.split("."):
            options = options[part]
    except (VBGError, LookupError, TypeError) as error:
        what = f"the arm '{arm}' cannot have it, got {value!r} ({error})"
        raise VBGError(where, what, "Correct it, or name it under `tune.arms` for the arms that have it.") from None
    return options
