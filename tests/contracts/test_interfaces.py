import pytest
from torch import nn

from vbg_framework.contracts.interfaces import Augmenter, Classifier, Encoder, Fusion


@pytest.mark.parametrize("interface", [Encoder, Fusion, Classifier])
def test_an_interface_is_a_module_that_cannot_be_used_by_itself(interface):
    assert issubclass(interface, nn.Module)
    with pytest.raises(TypeError, match="abstract"):
        interface({}, assets=None) if interface is Encoder else interface({}, dims={})


def test_the_optional_methods_have_defaults_that_do_nothing(tmp_path):
    class Least(Encoder):
        modality, dim = "text", 1

        def processor(self, train):
            raise NotImplementedError

        def forward(self, inputs):
            raise NotImplementedError

    Least.prepare({}, iter(()), tmp_path, seed=1)
    assert list(tmp_path.iterdir()) == []
    assert Least({}, assets=tmp_path).pretrain(iter(()), seed=1) is None


def test_a_fusion_without_attention_explains_nothing():
    class Least(Fusion):
        dim = 1

        def forward(self, features):
            raise NotImplementedError

    assert Least({}, dims={}).attention({}) == {}


class Silent(Augmenter):
    """Has no method of its own."""


class Taught(Augmenter):
    """Learns from rounds."""

    def feedback(self, lesson, *, accelerator, seed, folder, screen):
        self.lesson = lesson


def test_what_an_augmenter_does_is_told_by_its_methods(tmp_path):
    silent = Silent(None)
    assert (silent.generates, silent.resamples, silent.learns_from_rounds) == (False, False, False)
    assert silent.modalities is None
    assert Taught(None).learns_from_rounds
    assert silent.feedback(None, accelerator=None, seed=0, folder=tmp_path, screen=None) is None
