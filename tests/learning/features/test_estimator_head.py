"""Probabilities of an estimator as logits."""

import numpy as np
import pytest
import torch

from vbg_framework.contracts.estimator import EstimatorClassifier
from vbg_framework.contracts.record import Task
from vbg_framework.learning.features.estimator_head import EstimatorHead

TASKS = {"form": Task("form", classes=("bowl", "vase", "jar")), "marks": Task("marks", True, ("seal", "date"))}
SAID = {"form": np.array([[0.2, 0.8, 0.0], [1.0, 0.0, 0.0]]), "marks": np.array([[0.25, 1.0], [0.5, 0.0]])}


class Fixed(EstimatorClassifier):
    """Says the same of everything."""

    def fit(self, x, targets, *, seed):
        pass

    def predict_proba(self, x):
        return SAID

    def save(self, folder):
        (folder / "said.txt").write_text("yes")

    def load(self, folder):
        assert (folder / "said.txt").read_text() == "yes"


@pytest.fixture
def head():
    return EstimatorHead(Fixed(None, dim=4, tasks=TASKS))


def test_logits_give_back_the_probabilities(head):
    logits = head(torch.zeros(2, 4))
    assert torch.allclose(logits["form"].softmax(-1), torch.tensor(SAID["form"], dtype=torch.float32))
    assert torch.allclose(logits["marks"].sigmoid(), torch.tensor(SAID["marks"], dtype=torch.float32))


def test_it_is_saved_into_a_fresh_folder(head, tmp_path):
    (tmp_path / "estimator").mkdir()
    (tmp_path / "estimator" / "old.txt").write_text("left over")
    head.save(tmp_path / "estimator")
    assert [path.name for path in (tmp_path / "estimator").iterdir()] == ["said.txt"]
    head.load(tmp_path / "estimator")


def test_it_has_no_loss(head):
    with pytest.raises(NotImplementedError, match="Fixed is fitted, not trained"):
        head.loss({}, {})
