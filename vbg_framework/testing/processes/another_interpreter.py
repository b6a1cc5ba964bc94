"""What prediction does: another interpreter, another hash seed, another working folder, and the same answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vbg_framework.testing.check import NotApplicable, expect, promise
from vbg_framework.testing.modules.module_subject import SAME
from vbg_framework.testing.processes.afresh import comparable, elsewhere
from vbg_framework.testing.subject import Subject

CLOSE = 10 * SAME
WHERE = "in another interpreter"


def keeps(kind: type[Any]) -> bool:
    """Whether something of it may be kept with a run: of everything but a data set."""
    return hasattr(kind, "state_dict") or hasattr(kind, "load")


@promise(
    "all",
    "What a run keeps gives the same answers in another interpreter, with another PYTHONHASHSEED and working folder.",
    cause="state in a module or a class, `hash()` of strings, the order of a set, a path from the working folder",
    fix="Keep all that answers depend on in the module's state, its assets or what `save` writes; sort sets.",
    applies=keeps,
)
def check_kept_gives_the_same_answers_elsewhere(subject: Subject) -> None:
    """Save it here, load it there, and compare what both say."""
    _answering(subject, Subject.keep)
    folder = subject.folder()
    wanted = comparable(subject.keep(folder))
    result = elsewhere(subject.component, subject.options, "recall", folder)
    gap = differing(wanted, result)
    expect(not gap, "the same answers there", gap)


@promise(
    "all",
    "What is learnt from the same data with the same seed is the same in another interpreter.",
    cause="the order of a set of strings, `hash()`, the clock, or a file of the working folder",
    fix="Sort whatever comes from a set, hash with `hashlib`, and name files by absolute paths.",
)
def check_the_same_is_learnt_elsewhere(subject: Subject) -> None:
    """Make it from nothing here and there, and compare what both say; of a data set, what it yields."""
    _answering(subject, Subject.anew)
    wanted = comparable(subject.anew())
    gap = differing(wanted, elsewhere(subject.component, subject.options, "anew"))
    expect(not gap, "the same answers there", gap)


def _answering(subject: Subject, way: Callable[..., Any]) -> None:
    """Leave out kinds of which nothing is kept or learnt: metrics, controls, writers."""
    if getattr(type(subject), way.__name__) is way:
        raise NotApplicable("nothing of its kind is kept or learnt")


def differing(wanted: Any, result: Any, place: str = "") -> str:
    """Where two answers differ first, in words; numbers may differ by rounding."""
    if isinstance(wanted, dict) and isinstance(result, dict) and list(wanted) == list(result):
        pairs = ((key, wanted[key], result[key]) for key in wanted)
    elif isinstance(wanted, list) and isinstance(result, list) and len(wanted) == len(result):
        pairs = ((str(n), a, b) for n, (a, b) in enumerate(zip(wanted, result, strict=True)))
    else:
        return (
            "" if _same(wanted, result) else f"{_short(result)} in place of {_short(wanted)}{place and f' at {place}'}"
        )
    return next((gap for key, a, b in pairs if (gap := differing(a, b, f"{place}/{key}".strip("/")))), "")


def _same(wanted: Any, result: Any) -> bool:
    if isinstance(wanted, float) and isinstance(result, float | int):
        return wanted == result or abs(wanted - result) <= CLOSE * max(1.0, abs(wanted)) or wanted != wanted != result
    return bool(wanted == result)


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
