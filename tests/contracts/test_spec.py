import pytest
from pydantic import ValidationError

from vbg_framework.base.errors import VBGError
from vbg_framework.contracts.spec import Component, Config


class Options(Config):
    depth: int = 2
    """How deep."""


def test_unknown_keys_are_refused():
    with pytest.raises(ValidationError, match="extra"):
        Options(dept=3)


def test_options_cannot_be_changed_afterwards():
    with pytest.raises(ValidationError, match="frozen"):
        Options().depth = 3


def test_the_docstring_under_a_field_becomes_its_description():
    assert Options.model_fields["depth"].description == "How deep."


def test_infinite_numbers_are_refused():
    class Rate(Config):
        rate: float

    with pytest.raises(ValidationError):
        Rate(rate=float("inf"))


@pytest.mark.parametrize(
    "wrong",
    [{"kind": "encoders"}, {"name": "My-Encoder"}, {"config": dict}, {"target": "module.Class"}],
    ids=["kind", "name", "config", "target"],
)
def test_a_malformed_component_is_refused(wrong):
    with pytest.raises(ValueError, match="got"):
        Component(**{"kind": "encoder", "name": "mine", "config": Options, "target": "m:C", **wrong})


def test_the_target_is_imported_only_when_asked_for():
    component = Component("encoder", "mine", Options, "absent_module:Encoder", hint="pip install absent")
    with pytest.raises(VBGError, match=r"encoder 'mine': cannot load absent_module:Encoder.*pip install absent"):
        component.load()


def test_a_target_loads():
    assert Component("encoder", "mine", Options, "collections:OrderedDict").load().__name__ == "OrderedDict"
