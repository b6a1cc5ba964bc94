"""Interrupting an augmenter while it is fitted."""

import good
import pytest

from vbg_framework.testing.augmenters.alarm import Alarm, Interrupted
from vbg_framework.testing.augmenters.augmenter import AugmenterSubject

BLEND = next(component for component in good.COMPONENTS if component.name == "blend")


def test_a_fit_is_killed_at_the_step_or_the_record_that_was_named():
    subject = AugmenterSubject(BLEND)
    steps, reads = Alarm(), Alarm()
    subject.fit_in(subject.folder(), steps=steps, reads=reads)
    assert (steps.steps, reads.steps) == (6, 6)
    folder = subject.folder()
    with pytest.raises(Interrupted):
        subject.fit_in(folder, steps=Alarm(3))
    assert (folder / "state.json").read_text().startswith("[3,")
    with pytest.raises(Interrupted):
        subject.fit_in(subject.folder(), reads=Alarm(2))
