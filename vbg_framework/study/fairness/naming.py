"""Whether a text that a model reads names the class it should find out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from vbg_framework.contracts.record import Task
from vbg_framework.data.catalogue.text import MASK, label_words
from vbg_framework.data.loading.items import Items
from vbg_framework.data.loading.record_items import RecordItems


class Naming:
    """Finds texts that name a class of their own record.

    What counts as naming is what the census of label words counts (`data.card.leaks`): the class, one of its words, or
    a synonym, as whole words. What was masked counts no more.

    Args:
        tasks: the tasks, with their classes.
        synonyms: class -> further words that give it away.
    """

    def __init__(self, tasks: Sequence[Task], synonyms: Mapping[str, Sequence[str]]) -> None:
        self._patterns = {
            name: label_words([name], {name: synonyms.get(name, ())}) for task in tasks for name in task.classes
        }

    def __call__(self, items: Items | RecordItems) -> dict[str, bool]:
        """Id of every record with a text -> whether it names a class of its own."""
        texts = ((identity, row, items.read("text", row)) for row, identity in enumerate(items.ids))
        return {identity: self._named(text, _classes(items, row)) for identity, row, text in texts if text}

    def _named(self, text: str, classes: Sequence[str]) -> bool:
        patterns = [pattern for name in classes if (pattern := self._patterns[name])]
        pieces = text.split(MASK)  # what stands on the two sides of a mask is no phrase, and a class may be called mask
        return any(pattern.search(piece) for pattern in patterns for piece in pieces)


def _classes(items: Items | RecordItems, row: int) -> list[str]:
    """The classes of one record, over all tasks."""
    results = []
    for task in items.tasks:
        target = items.target(task.name, row)
        if isinstance(target, list):
            results += [name for name, carried in zip(task.classes, target, strict=True) if carried]
        elif target is not None:
            results.append(task.classes[target])
    return results
