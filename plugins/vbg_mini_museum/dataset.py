"""The dataset component: one record per photograph."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vbg_framework.record import Dataset, Record, Task
from vbg_mini_museum.catalogue import card, describe
from vbg_mini_museum.collection import CARD, CLASSES, TEXT, VIEW, Piece, pieces, stream
from vbg_mini_museum.photograph import photograph


class MiniMuseum(Dataset):
    """A procedural collection of decorated ceramics, for trying things out and for measuring models.

    Image, text and metadata of a record follow from the seed, the number of the object and the number of the view.
    """

    @property
    def tasks(self) -> Sequence[Task]:
        """`form`, `kiln`, `period`, `glaze` and `motif`."""
        return [Task(name, classes=classes) for name, classes in CLASSES.items()]

    def records(self) -> Iterator[Record]:
        """Yield the views of one object after the other."""
        for piece in pieces(self.config):
            for view in range(piece.views):
                yield self._record(piece, view)

    def _record(self, piece: Piece, view: int) -> Record:
        config, name = self.config, f"mm-{piece.number:06d}"
        shot, words, cataloguer = (stream(config, purpose, piece.number, view) for purpose in (VIEW, TEXT, CARD))
        presence, archive = shot.random(), shot.random() < config.archive
        inputs = {"metadata": card(cataloguer)}
        if presence >= config.missing_text:
            inputs["text"] = describe(piece.facts, words)
        if presence < 1 - config.missing_image:
            inputs["image"] = photograph(piece.look, shot, config.size, archive)
        return Record(
            id=f"{name}-{view}",
            inputs=inputs,
            targets=piece.targets,
            group=name,
            licence="CC0-1.0",
            source=f"mini_museum:{piece.number}.{view}",
        )
