"""What an augmenter may learn from a round."""

import dataclasses

import pytest

from vbg_framework.contracts.lesson import Lesson
from vbg_framework.contracts.record import Record, Task
from vbg_framework.contracts.train_view import TrainView


def test_a_lesson_cannot_be_changed_by_who_learns_from_it():
    train = TrainView(
        [Record("1", {"text": "a"}, {"kind": "bowl"})], tasks=[Task("kind", classes=("bowl",))], task="kind"
    )
    lesson = Lesson({"round": 1}, train, {"bowl": 1.0}, (), None)
    with pytest.raises(dataclasses.FrozenInstanceError):
        lesson.need = {}
