"""Mutants of what every component promises."""

import socket
from contextlib import suppress

import good
import heavy
from good_modules import ImageEncoder
from good_others import Cards
from mutants import BROKEN, breaks
from pydantic import ConfigDict, PrivateAttr, field_validator, model_validator

from vbg_framework.contracts.interfaces import Augmenter, Encoder
from vbg_framework.contracts.spec import Component, Config


class NoEncoder:
    modality = "image"


class HalfAnEncoder(Encoder):
    modality = "image"


class Nothing(Augmenter):
    pass


class RefusesDefaults(good.Small):
    """Options."""

    @model_validator(mode="after")
    def _large(self):
        if self.dim < 100:
            raise ValueError("too small")
        return self


class Grows(good.Small):
    """Options."""

    @field_validator("dim")
    @classmethod
    def _more(cls, value):
        return value + 1


class TakesAnything(good.Small):
    """Options."""

    model_config = ConfigDict(extra="ignore")


class Inner(Config):
    """More options."""

    width: int = 4


class Undescribed(good.Small):
    """Options."""

    inner: Inner = Inner()
    """The inside."""


class HoldsAFunction(good.Small):
    """Options."""

    _function = PrivateAttr(default_factory=lambda: lambda: None)


def declare(identity, says, kind="encoder", config=good.Small, target="good_modules:ImageEncoder", **more):
    BROKEN.append((identity, Component(kind, "mutant", config, target, **more), says))


declare("target_loads", "no attribute 'Missing'", target="good_modules:Missing")
declare("target_loads", "No module named", target="good_nothing:Missing")
declare("interface_is_implemented", "object's", target="broken_component:NoEncoder")
declare("interface_is_implemented", "forward, processor", target="broken_component:HalfAnEncoder")
declare("interface_is_implemented", "none of them", "augmenter", target="broken_component:Nothing")
declare("defaults_are_valid", "too small", config=RefusesDefaults, tiny={"dim": 100})
declare("defaults_are_valid", "no_longer_there", tiny={"no_longer_there": 1})
declare("options_survive_json", '"dim":10', config=Grows)
declare("unknown_options_are_refused", "it was taken", config=TakesAnything)
declare("options_are_described", "Inner.width", config=Undescribed)
declare("options_are_picklable", "pickle", config=HoldsAFunction)
declare("declaring_is_light", "torch", config=heavy.Heavy)


def ask_the_hub():
    with suppress(OSError):  # and goes on without
        socket.create_connection(("weights.example", 443), timeout=0.1)


@breaks("works_offline", "weights.example")
class FetchesVocabulary(ImageEncoder):
    @classmethod
    def prepare(cls, config, items, assets, *, seed):
        ask_the_hub()


@breaks("works_offline", "weights.example")
class FetchesWeights(ImageEncoder):
    def pretrain(self, items, *, seed):
        ask_the_hub()


@breaks("works_offline", "192.0.2.1")
class FetchesRecords(Cards):
    def records(self):
        with socket.socket() as line:
            line.connect_ex(("192.0.2.1", 80))
            yield from super().records()
