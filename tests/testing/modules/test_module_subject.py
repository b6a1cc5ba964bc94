"""A torch module under examination."""

import good
import torch

from vbg_framework.testing.modules.classifier_subject import ClassifierSubject
from vbg_framework.testing.modules.module_subject import gradients

LINEAR = next(each for each in good.COMPONENTS if each.name == "linear")


def test_a_module_is_the_same_whenever_it_is_asked_for_and_its_gradients_follow_a_seed():
    subject = ClassifierSubject(LINEAR)
    assert subject.module is subject.module
    one, other = (gradients(subject, subject.build()) for _ in range(2))
    assert all(torch.equal(one[name], other[name]) for name in one | other)
