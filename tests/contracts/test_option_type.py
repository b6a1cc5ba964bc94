from vbg_framework import Config, Dataset, Encoder
from vbg_framework.contracts.interfaces import Augmenter


class Small(Config):
    """Options."""

    size: int = 1
    """Size."""


class Ink(Augmenter[Small]):
    pass


def test_a_class_may_name_its_options_or_not():
    assert Ink(Small()).config.size == 1
    assert Augmenter(Small()).config.size == 1
    assert issubclass(Ink, Augmenter)
    assert Encoder[Small].__origin__ is Encoder
    assert Dataset[Small].__origin__ is Dataset
