"""What is to be warned of beside an answer: inputs that disagree, and a record unlike all training objects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from vbg_framework.contracts.record import Task

FAR = 0.99
"""Share of training objects that are nearer to their nearest, from which a record is called far from all of them."""
Said = Mapping[str, Sequence[str]]
"""Input -> classes that the model names where a record has this input alone."""


def named(task: Task, p: np.ndarray) -> list[str]:
    """The classes that probabilities stand for: the most probable one; of several labels those above one half.

    Args:
        task: the question.
        p: (C,) probabilities.
    """
    codes = np.flatnonzero(p >= 0.5) if task.multi_label else [p.argmax()]
    return [task.classes[code] for code in codes]


def differ(said: Said) -> bool:
    """Whether two inputs, each alone, lead to different classes."""
    return len(set(map(frozenset, said.values()))) > 1


def leaderless(said: Said, label: str) -> bool:
    """Whether no input alone leads to the class that all together do; False where there is one input only."""
    return bool(said) and not any(label in classes for classes in said.values())


def disagreement(said: Said, label: str) -> str:
    """Which input says what, in a sentence; "" = they agree, with each other and with the answer.

    Args:
        said: what each input alone leads to.
        label: the answer to all together.
    """
    led = not leaderless(said, label)
    if led and not differ(said):
        return ""
    begin = "The inputs disagree" if led else "No input alone leads to the answer"
    parts = [f"{name} alone says {' and '.join(classes) or 'none of the classes'}" for name, classes in said.items()]
    return f"{begin}: {', '.join(parts)}."


def distance(beyond: float | None) -> str:
    """How far a record is from all training objects, in a sentence; "" = not far, or not known.

    Args:
        beyond: share of training objects that are nearer to their nearest than the record is to its nearest.
    """
    if beyond is None or beyond < FAR:
        return ""
    share = f"{100 * beyond:.1f} %"
    return f"Unlike all training objects: it is further from the nearest one than {share} of them are from theirs."
