"""The dataset component: one record per photograph."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from vbg_framework import Dataset, Record, Task
from vbg_mini_museum.catalogue import card, describe
from vbg_mini_museum.collection import CARD, CLASSES, PRESENCE, SHOT, TEXT, Piece, pieces, stream
from vbg_mini_museum.photograph import photograph


class MiniMuseum(Dataset):
    """A procedural collection of decorated ceramics, for trying things out and for measuring models.

    A record follows from the options, the number of the object and the number of the view, and from nothing else.
    """

    @property
    def tasks(self) -> Sequence[Task]:
        """`form`, `kiln`, `period`, `glaze`; then what dating takes: `zone`, `shoulder`, `waist`, `foot`."""
        return [Task(name, classes=classes) for name, classes in CLASSES.items()]

    def records(self) -> Iterator[Record]:
        """Yield the views of one object after the other."""
        for piece in pieces(self.config):
            for view in range(piece.views):
                yield self._record(piece, view)

    def _record(self, piece: Piece, view: int) -> Record:
        config, name = self.config, f"mm-{piece.number:06d}"
        presence, shot, words, fields = (
            stream(config, purpose, piece.number, view) for purpose in (PRESENCE, SHOT, TEXT, CARD)
        )
        lot, archive = presence.random(), presence.random() < config.archive
        inputs: dict[str, Any] = {"metadata": card(fields)}
        if lot >= config.missing_text:
            inputs["text"] = describe(piece.facts, words)
        if lot < 1 - config.missing_image:
            inputs["image"] = photograph(piece.look, shot, config.size, archive)
        return Record(
            id=f"{name}-{view}",
            inputs=inputs,
            targets=piece.targets,
            group=name,
            licence="CC0-1.0",
            source=f"mini_museum: object {piece.number}, view {view}",
        )
