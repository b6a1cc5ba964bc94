"""A classifier under examination."""

import good
import torch

from vbg_framework.testing.modules.classifier_subject import BATCH, ClassifierSubject, targets, tasks, unlabelled

LINEAR = next(each for each in good.COMPONENTS if each.name == "linear")


def test_targets_fit_their_tasks():
    made = tasks()
    found = targets(made)
    assert set(found) == set(made)
    for name, task in made.items():
        assert found[name].shape[0] == BATCH
        assert found[name].max() < len(task.classes)
        assert unlabelled(found[name]).max() == -1


def test_it_answers_every_task():
    subject = ClassifierSubject(LINEAR)
    found = subject.outputs(subject.module, subject.inputs())
    assert all(torch.isfinite(logits).all() and len(logits) == BATCH for logits in found.values())
