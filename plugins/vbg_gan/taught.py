"""What a round of the loop adds to the training of the picture half."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from vbg_framework import Lesson
from vbg_framework.toolkit import decode
from vbg_gan import FeedbackConfig
from vbg_gan.frames import square
from vbg_gan.table import AttributeTable


class Taught(nn.Module):
    """A class and attribute term of a teacher that has seen real pictures alone, and refused pictures as negatives.

    Args:
        lesson: the round.
        options: how much of it counts.
        table: names classes and attributes in the order of their codes.
        size: side of the pictures in pixels.
    """

    def __init__(self, lesson: Lesson, options: FeedbackConfig, table: AttributeTable, size: int) -> None:
        super().__init__()
        self.options, self.teacher = options, lesson.teacher if options.teacher_weight else None
        tasks = lesson.train.tasks
        self.task = lesson.train.task.name
        self.classes = _codes(table.classes, tasks[self.task].classes)
        self.attributes = {
            index: (name, _codes(values, tasks[name].classes))
            for index, (name, values) in enumerate(table.attributes.items())
            if name in tasks and not tasks[name].multi_label
        }
        images = [record.inputs["image"] for record in lesson.rejected if "image" in record.inputs]
        chosen = images if options.rejects else []
        self.refused = np.stack([np.asarray(square(decode(image), size)[0]) for image in chosen]) if chosen else None

    def loss(self, pictures: Tensor, classes: Tensor, values: Tensor) -> Tensor:
        """Cross-entropy of the class plus the mean over attributes of theirs, as the teacher reads the pictures.

        Args:
            pictures: (B, 3, S, S) in -1..1.
            classes: (B,) class indices of the table.
            values: (B, number of attributes) value indices of the table, -1 = unknown.
        """
        if self.teacher is None:
            return pictures.new_zeros(())
        logits = self.teacher(pictures)
        parts = [_known(logits[name], values[:, place], codes) for place, (name, codes) in self.attributes.items()]
        loss = _known(logits[self.task], classes, self.classes)
        return loss + sum(parts, loss.new_zeros(())) / max(1, len(parts))

    def negatives(self, count: int, generator: torch.Generator, device: torch.device) -> Tensor | None:
        """Refused pictures for the discriminator, a share of a batch; None if there are fewer than two."""
        wanted = round(count * self.options.rejects)
        if self.refused is None or len(self.refused) < 2 or wanted < 2:
            return None
        rows = torch.randint(len(self.refused), (wanted,), generator=generator)
        return torch.from_numpy(self.refused[rows.numpy()]).permute(0, 3, 1, 2).to(device).float() / 127.5 - 1


def _codes(names: list[str] | tuple[str, ...], known: tuple[str, ...]) -> Tensor:
    """Per name its place among those the teacher knows, -1 = it does not."""
    return torch.tensor([known.index(name) if name in known else -1 for name in names], dtype=torch.long)


def _known(logits: Tensor, codes: Tensor, places: Tensor) -> Tensor:
    """Mean cross-entropy over the codes that are known."""
    wanted = torch.where(codes >= 0, places.to(codes.device)[codes.clamp(min=0)], -1)
    each = F.cross_entropy(logits, wanted.clamp(min=0), reduction="none") * (wanted >= 0)
    return each.mean()
