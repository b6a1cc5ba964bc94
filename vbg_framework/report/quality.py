"""The measures of generated records in words and rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SPREADS = {
    "precision": ("Precision", "share of generated images that resemble some real one"),
    "recall": ("Recall", "share of real images that resemble some generated one"),
    "density": ("Density", "how many real images a generated one lies among; 1 is usual, above is possible"),
    "coverage": ("Coverage", "share of real images with a generated one close by"),
}
NO_BETTER = (
    "A rate above that of real images is not better than real: generated ones are then more typical of their class, "
    "and simpler."
)
KID = ("KID", "distance between both sets of images; 0 = no difference, and so a little below 0 at times")


def quality_view(results: Mapping[str, Any]) -> dict[str, Any]:
    """What the page shows of `quality.json`.

    Args:
        results: what `vbg_framework.generation.quality.measure` returned.

    Returns:
        network, compared (sentence on the numbers behind the rows), rows (title, meaning, generated, real: strings),
        no_better (what a rate above real ones means), tasks (recovery), sentences,
        memory, notes.
    """
    rows = [*_distance(results), *_spread(results), *_variety(results), *_texts(results)]
    tasks = results["recovery"] or {}
    return {
        "network": results["network"],
        "compared": _compared(results),
        "rows": rows,
        "no_better": NO_BETTER,
        "tasks": [_task(name, values) for name, values in tasks.items()],
        "sentences": [*_recovered(tasks), *_remembered(results["memorisation"])],
        "memory": _memory(results["memorisation"]),
        "notes": results["notes"],
    }


def _row(words: tuple[str, str], made: str, real: str | None) -> dict[str, str]:
    return {"title": words[0], "meaning": words[1], "generated": made, "real": real or "—"}


def _distance(results: Mapping[str, Any]) -> list[dict[str, str]]:
    kid = results["kid"]
    if not kid:
        return []
    reference = kid["reference"]
    return [_row(KID, _with_error(kid), reference and _with_error(reference))]


def _with_error(value: Mapping[str, float]) -> str:
    return f"{value['value']:.3f} ± {value['error']:.3f}"


def _spread(results: Mapping[str, Any]) -> list[dict[str, str]]:
    measured = [(words, results[name]) for name, words in SPREADS.items() if results[name]]
    return [_row(words, f"{values['value']:.2f}", _two(values["reference"])) for words, values in measured]


def _variety(results: Mapping[str, Any]) -> list[dict[str, str]]:
    values = results["diversity"]
    if not values or values["ratio"] is None:
        return []
    words = ("Variety within a class", "how far two images of one class lie apart; far less than real ones = monotony")
    repeats = ("Repeats", "share of generated images that look nearly like an earlier one")
    return [
        _row(words, f"{values['generated']:.2f}", f"{values['real']:.2f}"),
        _row(repeats, f"{values['duplicates']:.1%}", None),
    ]


def _texts(results: Mapping[str, Any]) -> list[dict[str, str]]:
    texts = results["texts"]
    if not texts:
        return []
    real = texts["real"] or {}
    one = ("Different words", "share of all words that are different ones")
    two = ("Different pairs of words", "share of all pairs of neighbours that are different ones")
    return [
        _row(
            ("Texts from training", "share of texts that occur there word for word"),
            f"{texts['in_training']:.1%}",
            None,
        ),
        _row(("Repeated texts", "share of texts that repeat an earlier one"), f"{texts['duplicates']:.1%}", None),
        _row(one, _two(texts["distinct_1"]), _two(real.get("distinct_1"))),
        _row(two, _two(texts["distinct_2"]), _two(real.get("distinct_2"))),
    ]


def _compared(results: Mapping[str, Any]) -> str:
    kid, counts = results["kid"], results["n"]
    text = (
        f"Seen were {counts['images']:,} generated images, {counts['train']:,} of training and {counts['held_out']:,} "
        "unseen real ones. The column Real says what unseen real images get in place of generated ones; of variety "
        "and words, what training has."
    )
    if not kid:
        return text
    other = f", and {kid['reference']['n']:,} unseen real ones" if kid["reference"] else ""
    return (
        f"{text} KID to coverage compare {kid['n']:,} generated images{other} with as many of training, class by class."
    )


def _task(name: str, values: Mapping[str, Any]) -> dict[str, Any]:
    real = values["real_per_class"]
    rows = [
        {"name": one, "right": right, "n": n, "real": real.get(one, [0, 0])}
        for one, (right, n) in values["per_class"].items()
    ]
    return {"name": name, "rows": sorted(rows, key=lambda row: row["right"] / row["n"]), **values}


def _recovered(tasks: Mapping[str, Any]) -> list[str]:
    results = []
    for name, values in tasks.items():
        low, high = values["interval"]
        results.append(
            f"{name}: a judge trained on real pictures sees the class asked for in {values['accuracy']:.0%} of "
            f"{values['n']:,} generated images (95 % interval {low:.0%} to {high:.0%}).{_beside(values)}"
        )
    return results


def _beside(values: Mapping[str, Any]) -> str:
    """Both rates on equal terms; empty where there is no real image of the classes (or no measure of it yet)."""
    both = values.get("compared")
    if not both:
        return ""
    classes = f"{both['classes']:,} of {len(values['per_class']):,} classes"
    rates = f"{both['generated']:.0%} of generated and {both['real']:.0%} of unseen real images"
    higher = f" {NO_BETTER}" if both["generated"] > both["real"] else ""
    return f" On equal terms ({both['n']:,} images a side, as many of each class, {classes}): {rates}.{higher}"


def _remembered(memory: Mapping[str, Any] | None) -> list[str]:
    if not memory:
        return []
    copies = memory["near_copies"]
    results = [f"{copies['count']:,} of {copies['n']:,} generated images are near copies of a training image."]
    if memory["ratio"] is not None:
        results.append(
            f"Generated images lie {memory['ratio']:.2f} times as far from the nearest training image as unseen real "
            f"ones do; {memory['closer']:.0%} lie closer than all but 5 % of these."
        )
    return results


def _memory(memory: Mapping[str, Any] | None) -> list[dict[str, str]]:
    if not memory:
        return []
    copies = ("Near copies", "share of images whose perceptual hash is nearly that of a training image")
    near = (
        "Distance to training",
        "to the nearest training image, middle value; much less than real = learnt by heart",
    )
    close = ("Unusually close", "share that is closer to training than all but 5 % of unseen real images")
    return [
        _row(copies, f"{memory['near_copies']['share']:.1%}", _percent(memory["reference_copies"])),
        _row(near, f"{memory['distance']:.2f}", _two(memory["reference"])),
        _row(close, _percent(memory["closer"]) or "—", "5.0%"),
    ]


def _two(value: float | None) -> str:
    return "—" if value is None else f"{value:.2f}"


def _percent(value: float | None) -> str | None:
    return None if value is None else f"{value:.1%}"
