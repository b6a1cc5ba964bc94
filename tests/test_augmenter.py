"""The interface of an augmenter."""

from vbg_framework.augmenter import Augmenter


class Silent(Augmenter):
    """Has no method of its own."""


class Taught(Augmenter):
    """Learns from rounds."""

    def feedback(self, lesson, *, accelerator, seed, folder, screen):
        self.lesson = lesson


def test_what_an_augmenter_does_is_told_by_its_methods(tmp_path):
    silent = Silent(None)
    assert (silent.generates, silent.resamples, silent.learns_from_rounds) == (False, False, False)
    assert Taught(None).learns_from_rounds
    assert silent.feedback(None, accelerator=None, seed=0, folder=tmp_path, screen=None) is None
