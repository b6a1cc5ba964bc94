"""A fusion under examination."""

import good

from vbg_framework.testing.modules.fusion_subject import DIM, FusionSubject

MEAN = next(each for each in good.COMPONENTS if each.name == "mean")


def test_it_joins_what_it_can_join():
    subject = FusionSubject(MEAN)
    assert set(subject.dims.values()) == {DIM}
    assert len(subject.outputs(subject.module, subject.inputs())) == 1
