"""Whether maps are faithful: deletion and insertion curves against a random order. P parts of an input, O orders.

Source: Petsiuk, Das and Saenko, RISE: Randomized Input Sampling for Explanation of Black-box Models, BMVC 2018.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from vbg_framework.learning.explanation.asking import Asking
from vbg_framework.learning.explanation.explanation import Explanation
from vbg_framework.learning.explanation.regions import hidden
from vbg_framework.learning.prediction.saved import SavedModel
from vbg_framework.statistics.interval import t_interval

STEPS = 8
"""Points of a curve after the first; at each an eighth more of the parts is gone."""
ORDERS = 4
"""Random orders that the order of an explanation is compared with."""
Probability = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Gain:
    """How much faster than in a random order the probability falls (or rises), in mean probability over a curve.

    Args:
        deletion: the parts that matter most go first; above 0 = the probability falls faster.
        insertion: they come back first; above 0 = it rises faster.
    """

    deletion: float
    insertion: float


def gains(model: SavedModel, result: Explanation, inputs: Mapping[str, Any], seed: int) -> dict[str, Gain]:
    """`regions` and `words` -> the gain of an explanation; nothing where it has fewer than two parts.

    Args:
        model: that was explained.
        result: of one task.
        inputs: what the model read of the record, modality -> raw item.
        seed: of the random orders.
    """
    asking = Asking(model, inputs)
    task, code = result.task, model.tasks[result.task].classes.index(result.label)
    made = {}
    if result.regions is not None and result.regions.size > 1:
        shape = result.regions.shape

        def of_regions(gone: np.ndarray) -> np.ndarray:
            pictures = hidden(inputs["image"].convert("RGB"), gone.reshape(-1, *shape))
            return asking.with_items("image", pictures)[task][:, code]

        made["regions"] = _gain(of_regions, result.regions.ravel(), seed)
    if len(result.words) > 1:

        def of_words(gone: np.ndarray) -> np.ndarray:
            texts = [_left(result, row) for row in gone]
            none = float(result.without.get("text", result.prior))
            known = iter(asking.with_items("text", [text for text in texts if text])[task][:, code].tolist())
            return np.array([next(known) if text else none for text in texts])

        made["words"] = _gain(of_words, np.array([fall for *_, fall in result.words]), seed)
    return made


def _gain(probability: Probability, matters: np.ndarray, seed: int) -> Gain:
    """Areas between the curves of an order and those of random ones."""
    generator = np.random.default_rng(seed)
    orders = [np.argsort(-matters, kind="stable"), *(generator.permutation(len(matters)) for _ in range(ORDERS))]
    counts = np.unique(np.rint(np.linspace(0, len(matters), STEPS + 1)).astype(int))
    ranks = np.stack([np.argsort(order) for order in orders])  # (O, P)
    gone = ranks[:, None, :] < counts[None, :, None]  # (O, S, P)
    kept = ~gone
    values = probability(np.concatenate([gone, kept]).reshape(-1, len(matters))).reshape(2, len(orders), -1)
    areas = values.mean(-1)  # (deletion and insertion, O)
    deletion = areas[0, 1:].mean() - areas[0, 0]
    return Gain(float(deletion), float(areas[1, 0] - areas[1, 1:].mean()))


def _left(result: Explanation, gone: np.ndarray) -> str:
    """The text without some of its words."""
    text = result.text
    for (start, end, _), out in reversed([*zip(result.words, gone, strict=True)]):
        text = f"{text[:start]} {text[end:]}" if out else text
    return text.strip()


@dataclass(frozen=True)
class Faithfulness:
    """What was measured on some objects, for one kind of part.

    Args:
        objects: how many.
        deletion, insertion: mean gain over a random order, in probability, and its 95 % interval over objects.
        faithful: whether both intervals lie above 0.
    """

    objects: int
    deletion: tuple[float, float, float]
    insertion: tuple[float, float, float]
    faithful: bool

    def json(self) -> dict[str, Any]:
        """Ready for JSON."""
        return asdict(self)


def summed(measured: Sequence[Gain]) -> Faithfulness:
    """Mean and interval over two objects or more, one gain each."""
    values = {name: np.array([getattr(gain, name) for gain in measured]) for name in ("deletion", "insertion")}
    means = {}
    for name, each in values.items():
        low, high = t_interval(each)
        means[name] = (float(each.mean()), float(low), float(high))
    return Faithfulness(len(measured), **means, faithful=all(low > 0 for _, low, _ in means.values()))
